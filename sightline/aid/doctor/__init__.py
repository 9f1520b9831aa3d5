# SPDX-License-Identifier: AGPL-3.0-or-later
"""The doctor: looks at everything, changes nothing, says what to do."""

from collections.abc import Iterator, Sequence
from functools import partial

from sightline.aid.doctor import home, machine, tables
from sightline.aid.doctor.finding import Check, Finding, failed
from sightline.clock import Clock, wall_clock
from sightline.settings import Settings

__all__ = ["Finding", "examined"]


def examined(
    settings: Settings,
    *,
    set_names: Sequence[str],
    known: Sequence[str],
    now: Clock = wall_clock,
) -> Iterator[Finding]:
    """Yield what each check finds, one after the other; nothing is changed.

    Parameters
    ----------
    set_names
        Variables of the environment that begin with ``SIGHTLINE_``.
    known
        Those that Sightline reads.
    """
    checks: list[tuple[str, Check]] = [
        ("python", machine.python),
        ("packages", machine.packages),
        ("settings", partial(machine.environment, settings, list(set_names), list(known))),
        ("port", partial(machine.port, settings)),
        ("home", partial(home.folder, settings)),
        ("disk", partial(home.disk, settings)),
        ("clock", lambda: machine.clock(settings, now, newest_ms=home.newest_ms(settings))),
        ("lock", partial(home.holder, settings)),
        ("files", partial(home.files, settings)),
        ("store", partial(tables.checked, settings)),
    ]
    for name, check in checks:
        yield from _carried_out(name, check)


def _carried_out(name: str, check: Check) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - one check that breaks must not hide the others
        told = f"the check itself failed: {type(error).__name__}: {error}"
        yield failed(name, " ".join(told.split()), "Please report it with this line.")

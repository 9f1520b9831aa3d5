# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's place on disk: fill an empty home, go on with one that a demo made, spare others.

``demo.json`` beside the data says which world it is and how far its events have been logged;
with that the same world is invented again after a restart and goes on where it stopped.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sightline.errors import SettingsError
from sightline.events import publish
from sightline.log import Log
from sightline.sim.demo import Demo
from sightline.sim.world import Event, stamp

MARKER = "demo.json"
SEED = 7


@dataclass(frozen=True, slots=True)
class Marker:
    """Which world a home holds.

    Attributes
    ----------
    start
        Where its history ended and the first showing began, UTC.
    until
        Time of the last event in the log, UTC.
    showings
        How often it has been started.
    """

    seed: int
    start: datetime
    until: datetime
    showings: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A world whose past is in the log; `logged` events of it were added just now."""

    demo: Demo
    marker: Marker
    logged: int


def begin(home: Path, log: Log, now: datetime) -> Opening:
    """Bring the log up to `now`: with a whole history, or with what was missed since.

    Raises
    ------
    SettingsError
        The home holds events that no demo made.
    """
    marker = _read(home)
    if marker is None and log.top():
        raise SettingsError(
            f"SIGHTLINE_HOME is {str(home)!r} and holds events that no demo made; expected an "
            "empty folder. Give the demo its own: SIGHTLINE_HOME=.demo sightline demo"
        )
    now = now.replace(microsecond=0)
    if marker is None or not log.top():
        marker = Marker(SEED, now, now, 0)
        write(home, marker)
        demo = Demo(marker.seed, now)
        past = demo.history()
    else:
        demo = Demo(marker.seed, marker.start)
        past = demo.catch_up(marker.until, now)
    _append(log, past)
    marker = replace(marker, until=now, showings=marker.showings + 1)
    write(home, marker)
    return Opening(demo, marker, len(past))


def write(home: Path, marker: Marker) -> None:
    """Keep `marker`, whole or not at all."""
    home.mkdir(parents=True, exist_ok=True)
    shown = {"start": stamp(marker.start), "until": stamp(marker.until)}
    text = json.dumps({"seed": marker.seed, **shown, "showings": marker.showings})
    fresh = home / f"{MARKER}.new"
    fresh.write_text(text + "\n")
    fresh.replace(home / MARKER)


def _read(home: Path) -> Marker | None:
    path = home / MARKER
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text())
        start, until = (datetime.fromisoformat(found[name]) for name in ("start", "until"))
        return Marker(int(found["seed"]), start, until, int(found["showings"]))
    except (ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"{str(path)!r} cannot be understood ({error}); expected what a demo wrote. "
            f"Remove the folder {str(home)!r} to begin again."
        ) from None


def _append(log: Log, events: list[Event]) -> None:
    if events:
        log.append(publish.to_piece(events, log.partitions))

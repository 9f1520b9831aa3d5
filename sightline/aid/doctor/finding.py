# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a check found: how it stands, in one sentence, and what to do."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Literal

Status = Literal["ok", "note", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a doctor's report.

    Attributes
    ----------
    check
        What was looked at.
    status
        ``ok``; ``note``: could not be looked at, or worth knowing; ``warning``: works, but
        not as it should; ``failed``: does not work, or numbers are wrong.
    found
        A sentence with the values.
    advice
        What to do; empty when nothing is.
    """

    check: str
    status: Status
    found: str
    advice: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return it for JSON."""
        return asdict(self)


Check = Callable[[], Iterator[Finding]]


def ok(check: str, found: str) -> Finding:
    """Return a finding that needs nothing."""
    return Finding(check, "ok", found)


def note(check: str, found: str, advice: str = "") -> Finding:
    """Return a finding that is worth knowing."""
    return Finding(check, "note", found, advice)


def warning(check: str, found: str, advice: str) -> Finding:
    """Return a finding of something that should be mended."""
    return Finding(check, "warning", found, advice)


def failed(check: str, found: str, advice: str) -> Finding:
    """Return a finding of something that must be mended."""
    return Finding(check, "failed", found, advice)

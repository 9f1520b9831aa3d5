# SPDX-License-Identifier: AGPL-3.0-or-later
"""One dead letter, and the short name that people call it by."""

import re
from dataclasses import dataclass
from datetime import datetime

from sightline.desk import Mark, Place
from sightline.errors import LetterError

NAME = re.compile(r"(\d{1,3})-(\d{1,19})")


@dataclass(frozen=True, slots=True)
class Letter:
    """One refused event.

    Attributes
    ----------
    at
        When it entered the event log, UTC.
    kind
        ``malformed``, ``conflict`` or ``quarantine``.
    code, reason
        What to count by, and the whole sentence, which begins with it.
    source, id
        Of the event, as far as they could be read.
    raw
        What came, at most its first 64 KiB.
    mark
        What people did with it; None while it is open.
    released
        Id of the event that made it good, "" while it stands.
    """

    place: Place
    at: datetime
    kind: str
    code: str
    reason: str
    field: str
    source: str
    id: str
    tenant: str
    raw: str
    mark: Mark | None = None
    released: str = ""
    released_at: datetime | None = None

    @property
    def name(self) -> str:
        """Return what people call it."""
        return spelled(self.place)

    @property
    def state(self) -> str:
        """Return ``open``, ``retried``, ``discarded`` or ``released``."""
        if self.released:
            return "released"
        return self.mark.state if self.mark else "open"

    @property
    def told(self) -> str:
        """Return the reason without its code."""
        return self.reason.partition(": ")[2] or self.reason


def spelled(place: Place) -> str:
    """Return the name of the letter at `place`.

    >>> spelled(Place(3, 281474976710656))
    '3-281474976710656'
    """
    return f"{place.part}-{place.off}"


def place_of(name: str) -> Place:
    """Return the place of the letter called `name`.

    Raises
    ------
    LetterError
        It is no name of a letter.

    >>> place_of("3-281474976710656")
    Place(part=3, off=281474976710656)
    """
    found = NAME.fullmatch(name.strip())
    if not found:
        raise LetterError(
            f"{name!r} is no dead letter; expected partition and offset such as "
            "3-281474976710656. `sightline dlq list` shows them."
        )
    return Place(int(found[1]), int(found[2]))

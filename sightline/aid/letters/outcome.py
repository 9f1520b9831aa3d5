# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of letters that are sent again."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from sightline.aid.letters.letter import Letter
from sightline.log import Piece


@dataclass(frozen=True, slots=True)
class Outcome:
    """One letter: whether its event goes into the log again, and if not, why."""

    letter: Letter
    sent: bool
    said: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What goes into the log at once, and the letters that it settles or leaves open."""

    pieces: list[Piece]
    outcomes: list[Outcome]

    @classmethod
    def stuck(cls, letter: Letter, said: str) -> Self:
        """Return an empty parcel for a letter that cannot be sent."""
        return cls([], [Outcome(letter, sent=False, said=said)])


def summed(outcomes: Iterable[Outcome]) -> tuple[int, Counter[str]]:
    """Return how many were sent, and the others by reason."""
    sent, why = 0, Counter[str]()
    for each in outcomes:
        if each.sent:
            sent += 1
        else:
            why[each.said] += 1
    return sent, why

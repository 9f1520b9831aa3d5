# SPDX-License-Identifier: AGPL-3.0-or-later
"""What stated quantities are in base units, by what is known: many rows at once.

A reading is a function of the row and of the lessons, so that whoever knows the same lessons
reads the same, in whatever order they came.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from streams.logic.runs import Block
from streams.logic.units.codes import NOT_STATED
from streams.logic.units.convert import FINE, convert
from streams.logic.units.known import Known
from streams.logic.units.lessons import Lesson, block
from streams.logic.units.standing import last_words, standing


class Readings(NamedTuple):
    """What rows are in base units.

    Attributes
    ----------
    q, short
        Ten-thousandths of the base unit.
    base
        Number of the unit that they were converted to; 0 where they stay as stated.
    fine
        False where nothing can be said: a factor is missing, or four decimals cannot hold it.
    """

    q: np.ndarray
    short: np.ndarray
    base: np.ndarray
    fine: np.ndarray

    def differs(self, other: "Readings") -> np.ndarray:
        """Return which rows the other reading says something else about."""
        same = (self.q == other.q) & (self.short == other.short) & (self.base == other.base)
        return np.asarray((self.fine != other.fine) | (self.fine & ~same))


def known_of(lessons: Iterable[Lesson]) -> Known:
    """Return what holds when, by `lessons`."""
    return Known.of(standing(last_words(block(lessons))))


def read(known: Known, rows: Block) -> Readings:
    """Read `rows` (`streams.logic.units.memory`) by what is known."""
    base = _bases(known, rows)
    fine = np.ones(len(base), dtype=bool)
    is_converted = np.zeros(len(base), dtype=bool)
    found = []
    for name in ("q", "short"):
        q, unit, stated = rows[name].copy(), rows[f"{name}_uom"], rows[f"has_{name}"]
        at = np.flatnonzero(
            stated & (base != NOT_STATED) & (unit != NOT_STATED) & (unit != base)
        )
        num, den, held = known.factors_at(rows["owner"][at], unit[at], rows["time"][at])
        q[at], state = convert(q[at], np.where(held, num, 1), np.where(held, den, 1))
        fine[at] &= held & (state == FINE)
        is_converted[at] = True
        found.append(q)
    return Readings(found[0], found[1], np.where(is_converted & fine, base, 0), fine)


def _bases(known: Known, rows: Block) -> np.ndarray:
    """Return the number of the base unit of each row at its time, 0 where none is known."""
    place, is_known = known.bases.find(rows["owner"])
    base = np.zeros(len(place), dtype=np.uint32)
    if is_known.any():
        base[is_known] = known.base_at(place[is_known], rows["time"][is_known])
    return base

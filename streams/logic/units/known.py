# SPDX-License-Identifier: AGPL-3.0-or-later
"""What holds when, laid out for a whole batch of questions at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from sightline.events.keys import combine
from streams.logic.runs import Block, take
from streams.logic.units.codes import NOT_STATED, STRANGE

CHANGES = STRANGE - 1
"""Stands for the base unit of an item that had several."""


@dataclass(frozen=True, slots=True)
class Spans:
    """Lessons by key and start; those of ``keys[i]`` begin at ``first[i]``."""

    keys: np.ndarray
    first: np.ndarray
    rows: Block

    @classmethod
    def of(cls, keys: np.ndarray, rows: Block) -> Self:
        """Lay out `rows`, in order of their start, by their `keys`."""
        order = np.argsort(keys, kind="stable")
        distinct, first = np.unique(keys[order], return_index=True)
        return cls(distinct, np.append(first, len(keys)), take(rows, order))

    def find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the place of each key, and whether it is known at all."""
        place = np.searchsorted(self.keys, keys)
        if not len(self.keys):
            return place, np.zeros(len(keys), dtype=bool)
        place = np.minimum(place, len(self.keys) - 1)
        return place, self.keys[place] == keys

    def begun(self, place: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return the row that began last by each time; before the first row, one less."""
        low, high = self.first[place].copy(), self.first[place + 1].copy()
        while (open_ := low < high).any():
            middle = (low + high) // 2
            later = open_ & (self.rows["start"][np.where(open_, middle, 0)] <= times)
            low = np.where(later, middle + 1, low)
            high = np.where(open_ & ~later, middle, high)
        return np.asarray(low - 1)


@dataclass(frozen=True, slots=True)
class Known:
    """Base units by item, and factors by item and unit.

    Attributes
    ----------
    single
        Base unit of each item, `CHANGES` where it had several.
    units
        All base units.
    """

    bases: Spans
    factors: Spans
    single: np.ndarray
    units: list[int]

    @classmethod
    def of(cls, rows: Block) -> Self:
        """Lay out what holds: one row for each owner, unit and start, in order."""
        is_base = rows["uom"] == NOT_STATED
        of_items, of_units = take(rows, is_base), take(rows, ~is_base)
        bases = Spans.of(of_items["owner"], of_items)
        factors = Spans.of(unit_keys(of_units["owner"], of_units["uom"]), of_units)
        units = np.unique(of_items["base"]).tolist()
        return cls(bases, factors, _single(bases), units)

    def base_at(self, place: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return base units at `times`; the first one holds before it begins, too."""
        row = np.maximum(self.bases.begun(place, times), self.bases.first[place])
        return np.asarray(self.bases.rows["base"][row])

    def factors_at(
        self, owners: np.ndarray, uoms: np.ndarray, times: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return numerators, denominators and whether there is such a factor."""
        place, known = self.factors.find(unit_keys(owners, uoms))
        if not known.any():
            return np.ones(len(owners), np.int64), np.ones(len(owners), np.int64), known
        row = self.factors.begun(np.where(known, place, 0), times)
        held = known & (row >= self.factors.first[place])
        row = np.where(held, row, 0)
        held &= times < self.factors.rows["end"][row]
        return self.factors.rows["num"][row], self.factors.rows["den"][row], held


def unit_keys(owners: np.ndarray, uoms: np.ndarray) -> np.ndarray:
    """Return the keys of units of items."""
    return combine(owners, uoms.astype(np.uint64))


def _single(bases: Spans) -> np.ndarray:
    if not len(bases.keys):
        return np.zeros(0, dtype=np.uint32)
    codes, first = bases.rows["base"], bases.first[:-1]
    low, high = np.minimum.reduceat(codes, first), np.maximum.reduceat(codes, first)
    return np.where(low == high, low, np.uint32(CHANGES))

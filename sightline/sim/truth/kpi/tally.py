# SPDX-License-Identifier: AGPL-3.0-or-later
"""Shares as numerator and denominator, summed exactly, overall and by dimension."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from sightline.sim.engine.moments import Ints

Names = Sequence[str]


class Tally:
    """Sums of whole numbers for one KPI.

    Parameters
    ----------
    names
        Dimension → what its indices are called. A dimension ``month`` takes days since 1970.

    Examples
    --------
    >>> fill = Tally(region=("R1", "R2"))
    >>> fill.add(np.array([3, 4]), np.array([4, 4]), region=np.array([0, 1]))
    >>> fill.told()["by"]["region"]["R1"]["value"]
    0.75
    """

    def __init__(self, **names: Names | None) -> None:
        self._names = names
        self.num, self.den = 0, 0
        self._by: dict[str, dict[int, list[int]]] = {name: {} for name in names}

    def add(self, num: Ints, den: Ints | int, **where: Ints | int) -> None:
        """Add rows; `where` gives each dimension's index, for all rows or row by row."""
        num = np.asarray(num, dtype=np.int64)
        den = np.broadcast_to(np.asarray(den, dtype=np.int64), num.shape)
        self.num += int(num.sum())
        self.den += int(den.sum())
        for name, index in where.items():
            keys = months(index) if name == "month" else np.asarray(index, dtype=np.int64)
            self._group(self._by[name], np.broadcast_to(keys, num.shape), num, den)

    def one(self, num: int, den: int, **where: int) -> None:
        """Add one row."""
        self.num += num
        self.den += den
        for name, index in where.items():
            key = month_of(index) if name == "month" else index
            sums = self._by[name].setdefault(key, [0, 0])
            sums[0] += num
            sums[1] += den

    def told(self) -> dict[str, Any]:
        """Return the sums as they are written."""
        by = {
            name: {
                self._called(name, key): ratio(*sums)
                for key, sums in sorted(groups.items())
                if any(sums)
            }
            for name, groups in self._by.items()
        }
        return ratio(self.num, self.den) | ({"by": by} if by else {})

    def _called(self, name: str, key: int) -> str:
        names = self._names[name]
        return month_name(key) if names is None else names[key]

    @staticmethod
    def _group(groups: dict[int, list[int]], keys: Ints, num: Ints, den: Ints) -> None:
        if not len(keys):
            return
        found, where = np.unique(keys, return_inverse=True)
        sums = np.zeros((2, len(found)), dtype=np.int64)
        np.add.at(sums[0], where, num)
        np.add.at(sums[1], where, den)
        for key, more_num, more_den in zip(found, *sums, strict=True):
            old = groups.setdefault(int(key), [0, 0])
            old[0] += int(more_num)
            old[1] += int(more_den)


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Names of what most KPIs are split by."""

    region: Names
    place: Names
    channel: Names

    def tally(self, *names: str) -> Tally:
        """Return a tally by some of month, region, place and channel."""
        known: Mapping[str, Names | None] = {
            "month": None,
            "region": self.region,
            "place": self.place,
            "channel": self.channel,
        }
        return Tally(**{name: known[name] for name in names})


def ratio(num: int, den: int) -> dict[str, Any]:
    """Return numerator, denominator and value, null where nothing was counted."""
    return {"num": num, "den": den, "value": num / den if den else None}


def months(days: Ints | int) -> Ints:
    """Return the months of days since 1970, counted from 1970-01.

    >>> int(months(31))
    1
    """
    at = np.asarray(days, dtype=np.int64).astype("datetime64[D]")
    return np.asarray(at.astype("datetime64[M]").astype(np.int64))


@cache
def month_of(day: int) -> int:
    """Return the month of one day."""
    return int(months(day))


def month_name(month: int) -> str:
    """Return ``2026-01`` and the like."""
    return str(np.datetime64(month, "M"))

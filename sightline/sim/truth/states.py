# SPDX-License-Identifier: AGPL-3.0-or-later
"""States of item-locations over time, from changes of stock: running sums from held levels."""

from dataclasses import dataclass

import numpy as np

from sightline.sim.engine.book import MEASURES, Changes
from sightline.sim.engine.moments import Flags, Ints


@dataclass(frozen=True, slots=True)
class States:
    """States that began, one row each, in order of (`il`, `at`).

    Attributes
    ----------
    at, il
        Since when, µs, and of which item and place; a pair is there once at most.
    level, before
        Levels from then on and until then; columns in order of `MEASURES`.
    """

    at: Ints
    il: Ints
    level: Ints
    before: Ints

    def __len__(self) -> int:
        """Return the number of states."""
        return len(self.at)


class Levels:
    """Levels of all item-locations; knows nothing but the changes it was given."""

    def __init__(self, item_locations: int) -> None:
        self.level = np.zeros((item_locations, len(MEASURES)), dtype=np.int64)

    def after(self, changes: Changes) -> States:
        """Apply `changes`; return the states that differ from the one before.

        Changes of one item-location at one moment make one state together.
        """
        order = np.lexsort((changes.at, changes.il))
        at, il, by = changes.at[order], changes.il[order], changes.by[order]
        ends = _is_last(il, at)
        level = self._summed(il, by)[ends]
        at, il = at[ends], il[ends]
        before = self._before(il, level)
        moved = (level != before).any(axis=1)
        done = _is_last(il)
        self.level[il[done]] = level[done]
        return States(at[moved], il[moved], level[moved], before[moved])

    def _before(self, il: Ints, level: Ints) -> Ints:
        before = np.roll(level, 1, axis=0)
        first = _is_first(il)
        before[first] = self.level[il[first]]
        return before

    def _summed(self, il: Ints, by: Ints) -> Ints:
        """Return the levels after each change; `il` is sorted."""
        total = np.cumsum(by, axis=0)
        first = np.flatnonzero(_is_first(il))
        base = self.level[il[first]] - total[first] + by[first]
        return np.asarray(total + np.repeat(base, np.diff(np.append(first, len(il))), axis=0))


def _is_first(key: Ints) -> Flags:
    """Tell which rows begin a run of equal keys."""
    begins = np.ones(len(key), dtype=np.bool_)
    begins[1:] = key[1:] != key[:-1]
    return begins


def _is_last(*keys: Ints) -> Flags:
    """Tell which rows end a run of equal keys."""
    ends = np.zeros(len(keys[0]), dtype=np.bool_)
    for key in keys:
        ends[:-1] |= key[1:] != key[:-1]
    ends[-1:] = True
    return ends

# SPDX-License-Identifier: AGPL-3.0-or-later
"""All open order lines as columns that grow and are tidied up once a day."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from sightline.sim.engine.moments import Flags, Ints

FIRST_ROOM = 4_096
NEVER = -1

COLUMNS: Final = (
    "customer",  # the four that name the line
    "day",
    "nth",
    "item",
    "place",
    "region",
    "channel",
    "il",
    "key",  # random key of the line, uint64 kept as int64
    "rank",  # policy rank, 1 first
    "price",
    "in_cases",
    "placed_at",
    "requested_day",
    "first_units",  # ordered at first
    "ordered",
    "allocated",
    "shipped",
    "picking",  # released to a wave and not shipped yet
    "released_at",  # last release, NEVER before
    "released",  # units ever released
    "taken_back",  # units given to another line after release
    "wave_day",
    "wave_no",
    "wave_cut",
    "ship_at",
    "promise_first",
    "promise_last",
    "promises",
    "allocated_at",  # first time fully allocated, NEVER before
    "shipped_at",  # last shipment, NEVER before
    "by_promise",  # shipped on or before the first promised day
    "by_last_promise",  # shipped on or before the day that was promised when it left
    "by_request",  # shipped on or before the requested day
    "expedited",
    "is_short",  # a shortage has been reported
    "new_units",
    "new_at",
    "changed_at",  # NEVER, or when the customer changed or cancelled it
    "checked_at",
    "label",
)


@dataclass(frozen=True, slots=True)
class LineBatch:
    """Order lines that came to their end, as columns of `COLUMNS`."""

    columns: dict[str, Ints]

    def __len__(self) -> int:
        """Return the number of lines."""
        return len(self.columns["item"])


class OpenLines:
    """Order lines that are not fully shipped or cancelled; `column(name)` is a live view.

    Row numbers hold until `tidied` is called.
    """

    def __init__(self) -> None:
        self.count = 0
        self._columns = {name: np.zeros(FIRST_ROOM, dtype=np.int64) for name in COLUMNS}

    def column(self, name: str) -> Ints:
        """Return one column; writing to it changes the lines."""
        return self._columns[name][: self.count]

    def at(self, rows: Ints, *names: str) -> list[Ints]:
        """Return copies of several columns at `rows`."""
        return [self._columns[name][rows] for name in names]

    def named(self, rows: Ints) -> dict[str, Ints]:
        """Return the columns that name lines, for facts."""
        names = ("customer", "day", "nth", "item", "place")
        return {name: self._columns[name][rows] for name in names}

    def put(self, rows: Ints, **columns: Ints | int) -> None:
        """Write columns at `rows`."""
        for name, values in columns.items():
            self._columns[name][rows] = values

    def append(self, columns: dict[str, Ints]) -> Ints:
        """Add lines; columns that are not given are 0. Return their rows."""
        added = len(columns["item"])
        self._make_room(self.count + added)
        rows = np.arange(self.count, self.count + added)
        self.count += added
        for name in COLUMNS:
            self._columns[name][rows] = columns.get(name, np.int64(0))
        return rows

    def tidied(self) -> LineBatch:
        """Take out the lines that need nothing more and return them."""
        done = (self.column("shipped") >= self.column("ordered")) & (
            self.column("picking") == 0
        )
        batch = self._taken(done)
        self._keep(~done)
        return batch

    def open(self) -> LineBatch:
        """Return the lines that are still open."""
        return self._taken(np.ones(self.count, dtype=np.bool_))

    def _taken(self, which: Flags) -> LineBatch:
        return LineBatch({name: self.column(name)[which] for name in COLUMNS})

    def _keep(self, which: Flags) -> None:
        left = int(which.sum())
        for name in COLUMNS:
            column = self._columns[name]
            column[:left] = column[: self.count][which]
        self.count = left

    def _make_room(self, needed: int) -> None:
        room = len(self._columns["item"])
        if needed <= room:
            return
        more = max(needed, 2 * room) - room
        for name, column in self._columns.items():
            self._columns[name] = np.concatenate([column, np.zeros(more, dtype=np.int64)])

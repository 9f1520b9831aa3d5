# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small integers for names: tenants, items, locations, and the pairs of item and location."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from streams.logic.arrays import codes

_ITEM_BITS, _LOC_BITS = 32, 20  # 4 G items, 1 M locations, 2 k tenants


@dataclass(slots=True)
class Names:
    """Names numbered in the order in which they first appear."""

    ids: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def number(self, column: Any) -> np.ndarray:
        """Return the number of each name in a string column, adding new ones."""
        rows, distinct = codes(column)
        numbers = np.array([self.one(name) for name in distinct], dtype=np.int64)
        return np.asarray(numbers[rows])

    def of(self, numbers: np.ndarray) -> pa.Array:
        """Return the names of `numbers` as a string column."""
        return pa.array(self.names, pa.string()).take(pa.array(numbers))

    def one(self, name: str) -> int:
        """Return the number of `name`, adding it when it is new."""
        found = self.ids.get(name)
        if found is None:
            found = self.ids[name] = len(self.names)
            self.names.append(name)
        return found


@dataclass(slots=True)
class Pairs:
    """Item-locations numbered in the order in which they first appear."""

    tenants: Names = field(default_factory=Names)
    items: Names = field(default_factory=Names)
    locs: Names = field(default_factory=Names)
    ids: dict[int, int] = field(default_factory=dict)
    keys: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.keys)

    def number(self, tenant: Any, item: Any, loc: Any) -> np.ndarray:
        """Return the pair number of each row, adding new pairs; -1 where `loc` is empty."""
        places = self.locs.number(loc)
        key = self.tenants.number(tenant) << (_ITEM_BITS + _LOC_BITS)
        key |= self.items.number(item) << _LOC_BITS
        key |= places
        there = places != self.locs.one("")
        distinct, rows = np.unique(key[there], return_inverse=True)
        found = np.full(len(key), -1, dtype=np.int64)
        found[there] = np.array([self._one(int(each)) for each in distinct], np.int64)[rows]
        return found

    def loc(self, pair: int) -> str:
        """Return the name of the location of `pair`."""
        return self.locs.names[self.keys[pair] & ((1 << _LOC_BITS) - 1)]

    def names(self, pairs: np.ndarray) -> dict[str, pa.Array]:
        """Return the columns tenant, item and loc of `pairs`."""
        keys = np.array(self.keys, dtype=np.int64)[pairs]
        item = (keys >> _LOC_BITS) & ((1 << _ITEM_BITS) - 1)
        return {
            "tenant": self.tenants.of(keys >> (_ITEM_BITS + _LOC_BITS)),
            "item": self.items.of(item),
            "loc": self.locs.of(keys & ((1 << _LOC_BITS) - 1)),
        }

    def _one(self, key: int) -> int:
        found = self.ids.get(key)
        if found is None:
            found = self.ids[key] = len(self.keys)
            self.keys.append(key)
        return found

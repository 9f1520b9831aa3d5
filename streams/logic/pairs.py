# SPDX-License-Identifier: AGPL-3.0-or-later
"""Small integers for names: tenants, items, locations, and the pairs of item and location."""

from dataclasses import dataclass, field
from math import prod
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from streams.logic.arrays import codes

_SPARSE = 8  # times as many numbers as rows: then sorting is cheaper than marking
_ITEM_BITS, _LOC_BITS = 32, 20  # 4 G items, 1 M locations, 2 k tenants


@dataclass(slots=True)
class Names:
    """Names numbered in the order in which they first appear."""

    ids: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)

    def __getstate__(self) -> bytes:
        """Return the names as one piece: a snapshot looks at every object that it holds."""
        return msgspec.msgpack.encode(self.names)

    def __setstate__(self, state: bytes) -> None:
        """Take up the names, numbered as they were."""
        self.names = msgspec.msgpack.decode(state, type=list[str])
        self.ids = {name: number for number, name in enumerate(self.names)}

    def number(self, column: Any) -> np.ndarray:
        """Return the number of each name in a string column, adding new ones."""
        rows, distinct = codes(column)
        return np.asarray(self.numbers(distinct)[rows])

    def numbers(self, names: list[str]) -> np.ndarray:
        """Return the number of each of `names`, adding new ones."""
        return np.array([self.one(name) for name in names], dtype=np.int64)

    def of(self, numbers: np.ndarray) -> pa.Array:
        """Return the names of `numbers` as a string column."""
        distinct, rows = _distinct(numbers, len(self.names))
        named = pa.array([self.names[each] for each in distinct.tolist()], pa.string())
        return named.take(pa.array(rows))

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

    def __getstate__(self) -> tuple[Names, Names, Names, np.ndarray]:
        """Return the names, and the keys as one piece."""
        return self.tenants, self.items, self.locs, np.array(self.keys, dtype=np.int64)

    def __setstate__(self, state: tuple[Names, Names, Names, np.ndarray]) -> None:
        """Take up the keys, numbered as they were."""
        self.tenants, self.items, self.locs, keys = state
        self.keys = keys.tolist()
        self.ids = {key: number for number, key in enumerate(self.keys)}

    def number(self, tenant: Any, item: Any, loc: Any) -> np.ndarray:
        """Return the pair number of each row, adding new pairs; -1 where `loc` is empty."""
        columns = [codes(column) for column in (tenant, item, loc)]
        (tenants, tenant_names), (items, item_names), (places, loc_names) = columns
        row = tenants.astype(np.int64) * len(item_names) + items
        row = row * len(loc_names) + places
        distinct, at = _distinct(row, prod(len(names) for _, names in columns))
        rest, place = np.divmod(distinct, max(len(loc_names), 1))
        owner, thing = np.divmod(rest, max(len(item_names), 1))
        key = self.tenants.numbers(tenant_names)[owner] << (_ITEM_BITS + _LOC_BITS)
        key |= self.items.numbers(item_names)[thing] << _LOC_BITS
        key |= self.locs.numbers(loc_names)[place]
        there = np.array([name != "" for name in loc_names], dtype=bool)[place]
        numbers = np.full(len(key), -1, dtype=np.int64)
        order = np.argsort(key[there])  # as ever, whatever comes first in the batch
        found = np.empty(len(order), np.int64)
        found[order] = [self._one(each) for each in key[there][order].tolist()]
        numbers[there] = found
        return np.asarray(numbers[at])

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


def _distinct(numbers: np.ndarray, above: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct `numbers`, all of them below `above`, and the place of each."""
    if above > _SPARSE * len(numbers):
        return np.unique(numbers, return_inverse=True)
    there = np.zeros(above, dtype=bool)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quantities of a chunk: whose they are, in which unit, and what becomes of them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import combine, hash64
from sightline.events.refusal import Fault
from streams.logic.arrays import codes, decimals, milliseconds, ten_thousandths
from streams.logic.units.codes import NOT_STATED, PIECES, code_of, codes_of, text_of
from streams.logic.units.known import Known
from streams.logic.units.memory import short_unit
from streams.logic.units.prices import per_unit, repriced
from streams.logic.units.stated import Stated

CONVERTED, ROUNDED = "converted", "rounded"


@dataclass(slots=True)
class Quantities:
    """Rows of a chunk as far as units are concerned.

    Attributes
    ----------
    owners, owner
        Keys of the distinct pairs of tenant and item, and for each row the number of its own.
    main, short
        Whether the row states a quantity, and a short quantity.
    unit
        Number of the unit of the quantity, 0 where there is none.
    """

    table: pa.Table
    owners: np.ndarray
    owner: np.ndarray
    main: np.ndarray
    short: np.ndarray
    unit: np.ndarray

    @classmethod
    def of(cls, table: pa.Table) -> Self:
        """Look at a chunk."""
        owners, owner = _owners(table)
        units, names = codes(table["base_uom"])
        main, short = (_is_stated(table[name]) for name in ("base_qty", "short_qty"))
        return cls(table, owners, owner, main, short, codes_of(names)[units])

    @property
    def times(self) -> np.ndarray:
        """Return when each event happened, milliseconds since 1970."""
        return milliseconds(self.table["time"])

    def bases(self, known: Known) -> np.ndarray:
        """Return the number of each row's base unit, 0 where none is known."""
        place, is_known = known.bases.find(self.owners)
        single = np.append(known.single, np.uint32(NOT_STATED))
        return np.asarray(single[np.where(is_known, place, -1)][self.owner])

    def strange(self) -> np.ndarray:
        """Return which rows state a unit other than pieces."""
        found = self.main & ~np.isin(self.unit, [NOT_STATED, PIECES])
        for row in np.flatnonzero(self.short & ~found).tolist():
            found[row] = code_of(short_unit(self._cell("data", row))) not in {
                NOT_STATED,
                PIECES,
            }
        return np.asarray(found)

    def stated(self, row: int, q: int) -> Stated:
        """Return the quantity of one row, `q` ten-thousandths."""
        unit, item, time = (self._cell(name, row) for name in ("base_uom", "item", "time"))
        return Stated(q, unit, item, _since_1970(time), "data.q")

    def stated_short(self, row: int, q: int) -> Stated:
        """Return the short quantity of one row; its unit stands in ``data`` alone."""
        unit = short_unit(self._cell("data", row))
        return self.stated(row, q)._replace(unit=unit, path="data.short_q")

    def _cell(self, name: str, row: int) -> Any:
        return self.table[name][row].as_py()


@dataclass(slots=True)
class Outcome:
    """What becomes of the quantities of a chunk.

    Attributes
    ----------
    base
        For each row the number of its base unit where it was converted, else 0.
    is_open
        Whether nobody has said yet which base unit its item has.
    faults
        What is wrong, by row.
    """

    table: pa.Table
    q: np.ndarray
    short: np.ndarray
    base: np.ndarray
    is_open: np.ndarray
    faults: dict[int, Fault] = field(default_factory=dict)

    @classmethod
    def of(cls, table: pa.Table) -> Self:
        """Begin with quantities as they are."""
        q, short = (ten_thousandths(table[name])[0] for name in ("base_qty", "short_qty"))
        none = np.zeros(len(table), dtype=bool)
        return cls(table, q.copy(), short.copy(), none.astype(np.uint32), none)

    def converted(self) -> pa.Table:
        """Return the chunk with what was converted."""
        changed = self.base != 0
        if not changed.any():
            return self.table
        names = [text_of(code) for code in self.base[changed].tolist()]
        uoms = self.table["base_uom"].combine_chunks()
        uoms = pc.replace_with_mask(uoms, pa.array(changed), pa.array(names, pa.string()))
        table = _with(self.table, "base_uom", uoms)
        for name, values in (("base_qty", self.q), ("short_qty", self.short)):
            table = _with(table, name, decimals(values, _is_stated(self.table[name])))
        table = _with(
            table, "quality_flags", _flagged(table["quality_flags"], changed, CONVERTED)
        )
        return self._repriced(table, changed)

    def _repriced(self, table: pa.Table, changed: np.ndarray) -> pa.Table:
        """Return `table` with prices for the units that quantities are now in."""
        before, _ = ten_thousandths(self.table["base_qty"])
        amount, is_priced = ten_thousandths(table["amount"])
        at = changed & is_priced & per_unit(table["type"]) & (before != 0) & (self.q != 0)
        if not at.any():
            return table
        lossy = np.zeros(len(table), dtype=bool)
        amount[at], lossy[at] = repriced(amount[at], before[at], self.q[at])
        table = _with(table, "amount", decimals(amount, is_priced))
        return _with(table, "quality_flags", _flagged(table["quality_flags"], lossy, ROUNDED))


def _since_1970(time: datetime) -> int:
    return round(time.timestamp() * 1000)


def _owners(table: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    tenant, tenants = codes(table["tenant"])
    item, items = codes(table["item"])
    if len(tenants) == 1:
        return combine(np.repeat(hash64(tenants), len(items)), hash64(items)), item
    pair, rows = np.unique(tenant.astype(np.int64) * len(items) + item, return_inverse=True)
    of_tenants, of_items = np.divmod(pair, max(len(items), 1))
    return combine(hash64(tenants)[of_tenants], hash64(items)[of_items]), rows


def _is_stated(column: Any) -> np.ndarray:
    return np.asarray(column.is_valid())


def _with(table: pa.Table, name: str, column: Any) -> pa.Table:
    at = table.column_names.index(name)
    return table.set_column(at, table.schema.field(at), column)


def _flagged(column: pa.ChunkedArray, rows: np.ndarray, flag: str) -> pa.Array:
    """Return the lists of flags with one more at the end of each of `rows`."""
    lists = pc.fill_null(
        pa.chunked_array([column]) if isinstance(column, pa.Array) else column, []
    )
    lists = lists.combine_chunks()
    count = np.asarray(pc.list_value_length(lists))
    ends = np.cumsum(count)
    old = np.asarray(pc.list_flatten(lists).to_numpy(zero_copy_only=False), dtype=object)
    flat = np.insert(old, ends[rows], flag)
    offsets = np.concatenate([[0], np.cumsum(count + rows)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat, pa.string()))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows that a later record may give another quantity, as columns to keep.

What is stated in the base unit of its item, or in pieces while none is known, is not kept: it
says itself what it counts for.
"""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import combine, hash64
from streams.logic.arrays import milliseconds, prefixes, ten_thousandths
from streams.logic.runs import Block
from streams.logic.units.codes import NOT_STATED, code_of, codes_of
from streams.logic.units.prices import per_unit

PLACED = "io.sightline.demand.line_placed.v1"
NAMES = ("tenant", "source", "id", "loc")
_WHOLE = 1 << 20  # longer than any name: nothing is cut off


def kept(table: pa.Table) -> Block:
    """Return rows of `streams.logic.chunk.STREAM_SCHEMA`, as they were stated, as columns."""
    key = hash64(table["tenant"], table["source"], table["id"])
    item = hash64(table["item"])
    q, has_q = ten_thousandths(table["base_qty"])
    short, has_short = ten_thousandths(table["short_qty"])
    amount, has_amount = ten_thousandths(table["amount"])
    return {
        "owner": combine(hash64(table["tenant"]), item),
        "event": combine(key, item),
        "key": key,
        "content": np.asarray(table["content"]).astype(np.uint64),
        "off": np.asarray(table["off"]).astype(np.uint64),
        "time": milliseconds(table["time"]),
        "q": q,
        "q_uom": codes_of(table["base_uom"].to_pylist()),
        "has_q": has_q,
        "short": short,
        "short_uom": _short_units(table, has_short),
        "has_short": has_short,
        "amount": amount,
        "has_amount": has_amount & per_unit(table["type"]),
        "is_asked": _asked(table),
        "customer": np.where(_is_named(table), hash64(table["customer"]), np.uint64(0)),
        **{name: prefixes(table[name], _WHOLE) for name in NAMES},
    }


def _asked(table: pa.Table) -> np.ndarray:
    """Return which rows are what a customer first asked for (`streams.logic.demand.sums`)."""
    first = pc.less_equal(pc.fill_null(table["version"], 1), 1)
    placed = pc.and_(pc.equal(table["type"], PLACED), pc.invert(table["non_stock"]))
    return np.asarray(pc.and_(pc.and_(placed, first), pc.not_equal(table["loc"], "")))


def _is_named(table: pa.Table) -> np.ndarray:
    return np.asarray(pc.not_equal(table["customer"], ""))


def _short_units(table: pa.Table, has_short: np.ndarray) -> np.ndarray:
    """Return the units of short quantities, which stand in ``data`` alone."""
    units = np.full(len(table), NOT_STATED, dtype=np.uint32)
    for row in np.flatnonzero(has_short).tolist():
        units[row] = code_of(short_unit(table["data"][row].as_py()))
    return units


def short_unit(data: str) -> str:
    """Return the unit of the short quantity in the `data` of an event, "" for none."""
    block = json.loads(data).get("short_q") or {}
    return str(block.get("base_uom") or block.get("uom") or "")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A batch of events as numpy arrays: one row per event that bears on a position."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import combine, hash64
from sightline.events.values import STATEMENT
from streams.logic.arrays import codes, milliseconds, prefixes, ten_thousandths
from streams.logic.kinds import DOC_OF_KIND, LINE_COLUMN, OF_TYPE, Doc, Kind
from streams.logic.pairs import Names, Pairs
from streams.logic.runs import Block

_NEEDED = [
    "type",
    "tenant",
    "source",
    "id",
    "time",
    "recordedtime",
    "item",
    "loc",
    "to_loc",
    "order_line",
    "po_line",
    "transfer_line",
    "asn_line",
    "base_qty",
    "short_qty",
    "version",
    "mode",
    "closes",
    "policy_rank",
    "due",
    "reverses",
    "reverses_source",
    "non_stock",
    "sequence",
    "off",
    "key",
]
TIE_BYTES = 64  # of sequence and id; the journal keeps longer ones by themselves
DOCS = np.zeros(256, dtype=np.uint8)
for _kind, _doc in DOC_OF_KIND.items():
    DOCS[_kind] = _doc
_NO_DAY = np.iinfo(np.int32).min


def relevant(table: pa.Table) -> pa.Table:
    """Return the columns that positions need: the others are wide and would be copied."""
    return table.select([name for name in _NEEDED if name in table.column_names])


def kinds(table: pa.Table) -> np.ndarray:
    """Return the `Kind` of each event as uint8; 0 where it bears on no position."""
    rows, distinct = codes(table["type"])
    known = np.array([OF_TYPE.get(name, 0) for name in distinct], dtype=np.uint8)[rows]
    if (known == Kind.COUNTED).any():
        is_stated = np.asarray(pc.equal(table["mode"], STATEMENT))
        known[is_stated & (known == Kind.COUNTED)] = Kind.STATED
    nowhere = np.asarray(pc.or_(pc.equal(table["item"], ""), pc.equal(table["loc"], "")))
    nowhere |= (DOCS[known] == Doc.TRANSFER_LINE) & np.asarray(pc.equal(table["to_loc"], ""))
    return np.where(np.asarray(table["non_stock"]) | nowhere, 0, known).astype(np.uint8)


def journal_rows(table: pa.Table, kind: np.ndarray, pairs: Pairs, sources: Names) -> Block:
    """Return one row per event of `table`, which holds only events with a kind.

    Parameters
    ----------
    table
        Canonical columns plus ``off``.
    kind
        `Kind` per event, none 0.
    """
    q, _ = ten_thousandths(table["base_qty"])
    short, _ = ten_thousandths(table["short_qty"])
    undone = kind == Kind.REVERSED
    item = hash64(table["item"])
    owner = combine(hash64(table["tenant"]), item)
    return {
        "doc": _documents(table, kind, owner),
        "docs": DOCS[kind],
        "kind": kind,
        "pair": pairs.number(table["tenant"], table["item"], table["loc"]),
        "to": _destinations(table, kind, pairs),
        "version": np.asarray(pc.fill_null(table["version"], 0)),
        "time": milliseconds(table["time"]),
        "recorded": milliseconds(table["recordedtime"]),
        "source": sources.number(table["source"]),
        "sequence": prefixes(table["sequence"], TIE_BYTES),
        "id": prefixes(table["id"], TIE_BYTES),
        "event": _own_keys(table, item),
        "target": _targets(table, undone),
        "q": q,
        "short": short,
        "rank": np.asarray(pc.fill_null(table["policy_rank"], 0)),
        "asn": _hashed(table, "asn_line", owner),
        "closes": np.asarray(table["closes"]),
        "adds_hold": _adds_hold(table["mode"], kind),
        "due": np.asarray(pc.fill_null(table["due"].cast(pa.int32()), _NO_DAY)),
        "off": np.asarray(table["off"]),
    }


def long_ties(table: pa.Table, event: np.ndarray) -> dict[int, tuple[bytes, bytes]]:
    """Return sequence and id, by `event`, of the rows where one does not fit `TIE_BYTES`."""
    lengths = [pc.binary_length(table[name]) for name in ("sequence", "id")]
    at = np.flatnonzero(np.asarray(pc.greater(pc.max_element_wise(*lengths), TIE_BYTES)))
    rows = table.select(["sequence", "id"]).take(pa.array(at)).to_pylist()
    return {
        key: (row["sequence"].encode(), row["id"].encode())
        for key, row in zip(event[at].tolist(), rows, strict=True)
    }


def due_days(days: np.ndarray) -> pa.Array:
    """Return days since 1970 as dates, null where no date was given."""
    return pa.array(days, type=pa.int32(), mask=days == _NO_DAY).cast(pa.date32())


def _destinations(table: pa.Table, kind: np.ndarray, pairs: Pairs) -> np.ndarray:
    """Return the destination of each transfer, -1 elsewhere."""
    if not (DOCS[kind] == Doc.TRANSFER_LINE).any():
        return np.full(len(kind), -1)
    return pairs.number(table["tenant"], table["item"], table["to_loc"])


def _own_keys(table: pa.Table, item: np.ndarray) -> np.ndarray:
    """Return the key that a reversal must name: event and item.

    Without the item a reversal that names another one would find its event when both happen
    to lie in the same partition, and miss it otherwise.
    """
    if "key" in table.column_names:  # worked out by the intake
        key = np.asarray(table["key"])
    else:
        key = hash64(table["tenant"], table["source"], table["id"])
    return combine(key, item)


def _documents(table: pa.Table, kind: np.ndarray, owner: np.ndarray) -> np.ndarray:
    found = np.zeros(len(kind), dtype=np.uint64)
    docs = DOCS[kind]
    for doc, column in LINE_COLUMN.items():
        if (docs == doc).any():
            found = np.where(docs == doc, _hashed(table, column, owner), found)
    return found


def _hashed(table: pa.Table, column: str, owner: np.ndarray) -> np.ndarray:
    """Return the key of `column` within its `owner`, tenant and item; 0 where it is empty."""
    empty = np.asarray(pc.equal(table[column], ""))
    if empty.all():
        return np.zeros(len(empty), dtype=np.uint64)
    return np.where(empty, np.uint64(0), combine(owner, hash64(table[column])))


def _targets(table: pa.Table, undone: np.ndarray) -> np.ndarray:
    if not undone.any():
        return np.zeros(len(undone), dtype=np.uint64)
    other = table["reverses_source"]
    source = pc.if_else(pc.equal(other, ""), table["source"], other)
    keys = combine(hash64(table["tenant"], source, table["reverses"]), hash64(table["item"]))
    return np.where(undone, keys, np.uint64(0))


def _adds_hold(mode: Any, kind: np.ndarray) -> np.ndarray:
    """Return whether the quantity also goes on hold: not available, or not resalable."""
    rows, distinct = codes(mode)
    held = {
        Kind.RECEIPT: ("quality", "blocked"),
        Kind.RETURNED: ("inspect", "damaged", "scrap"),
    }
    found = kind == Kind.HOLD
    for each, words in held.items():
        is_word = np.array([word in words for word in distinct], dtype=bool)[rows]
        found = found | ((kind == each) & is_word)
    return np.asarray(found)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal: every event that bears on a position, as a row of arrays.

Positions are functions of the *set* of these rows, which is why neither the order of arrival
nor the cut into batches can matter.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import hash64
from streams.logic.arrays import codes, milliseconds, prefixes, ten_thousandths
from streams.logic.kinds import DOC_OF_KIND, LINE_COLUMN, OF_TYPE, REVERSIBLE, Doc, Kind
from streams.logic.pairs import Names, Pairs
from streams.logic.rows import Row
from streams.logic.runs import Block, take

TIE_BYTES = 24  # of sequence and id; longer ones that agree so far compare as equal
_DOCS = np.zeros(256, dtype=np.uint8)
for _kind, _doc in DOC_OF_KIND.items():
    _DOCS[_kind] = _doc
_UNDOABLE = np.zeros(256, dtype=bool)
_UNDOABLE[list(REVERSIBLE)] = True
_READ = ("kind", "source", "sequence", "id", "event", *Row._fields[1:12])
_NO_DAY = np.iinfo(np.int32).min


def kinds(table: pa.Table) -> np.ndarray:
    """Return the `Kind` of each event as uint8; 0 where it bears on no position."""
    rows, distinct = codes(table["type"])
    known = np.array([OF_TYPE.get(name, 0) for name in distinct], dtype=np.uint8)[rows]
    nowhere = np.asarray(pc.or_(pc.equal(table["item"], ""), pc.equal(table["loc"], "")))
    nowhere |= (_DOCS[known] == Doc.TRANSFER_LINE) & np.asarray(pc.equal(table["to_loc"], ""))
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
    return {
        "doc": _documents(table, kind),
        "kind": kind,
        "pair": pairs.number(table["tenant"], table["item"], table["loc"]),
        "to": pairs.number(table["tenant"], table["item"], table["to_loc"]),
        "version": np.asarray(pc.fill_null(table["version"], 0)),
        "time": milliseconds(table["time"]),
        "recorded": milliseconds(table["recordedtime"]),
        "source": sources.number(table["source"]),
        "sequence": prefixes(table["sequence"], TIE_BYTES),
        "id": prefixes(table["id"], TIE_BYTES),
        "event": hash64(table["tenant"], table["source"], table["id"]),
        "target": _targets(table, undone),
        "q": q,
        "short": short,
        "rank": np.asarray(pc.fill_null(table["policy_rank"], 0)),
        "asn": _hashed(table, "asn_line", kind > 0),
        "closes": np.asarray(table["closes"]),
        "adds_hold": _adds_hold(table["mode"], kind),
        "due": np.asarray(pc.fill_null(table["due"].cast(pa.int32()), _NO_DAY)),
        "off": np.asarray(table["off"]),
    }


def reversible(rows: Block) -> np.ndarray:
    """Return which rows a reversal can undo."""
    return _UNDOABLE[rows["kind"]]


def documents(rows: Block) -> Iterator[tuple[Doc, Block]]:
    """Yield the rows of each kind of document that occurs."""
    docs = _DOCS[rows["kind"]]
    for doc in LINE_COLUMN:
        mask = (docs == doc) & (rows["doc"] != 0)
        if mask.any():
            yield doc, take(rows, mask)


def as_rows(rows: Block, sources: Names, reversed_at: dict[int, int]) -> list[Row]:
    """Return the rows as the laws read them.

    Parameters
    ----------
    reversed_at
        Time of the earliest reversal per reversed event's key.
    """
    columns = [rows[name].tolist() for name in _READ]
    return [
        Row._make((Kind(kind), *facts, sources.names[source], sequence, id_, undone))
        for kind, source, sequence, id_, event, *facts in zip(*columns, strict=True)
        for undone in [reversed_at.get(event) if Kind(kind) in REVERSIBLE else None]
    ]


def due_days(days: np.ndarray) -> pa.Array:
    """Return days since 1970 as dates, null where no date was given."""
    return pa.array(days, type=pa.int32(), mask=days == _NO_DAY).cast(pa.date32())


def _documents(table: pa.Table, kind: np.ndarray) -> np.ndarray:
    found = np.zeros(len(kind), dtype=np.uint64)
    docs = _DOCS[kind]
    for doc, column in LINE_COLUMN.items():
        mask = docs == doc
        if mask.any():
            found = np.where(mask, _hashed(table, column, mask, salt=str(doc.value)), found)
    return found


def _hashed(table: pa.Table, column: str, mask: np.ndarray, *, salt: str = "") -> np.ndarray:
    """Return the key of `column` within its tenant and item; 0 where it is empty or masked."""
    empty = np.asarray(pc.equal(table[column], "")) | ~mask
    if empty.all():
        return np.zeros(len(mask), dtype=np.uint64)
    names = table[column]
    if salt:
        names = pc.binary_join_element_wise(names, salt, "\x1f")
    return np.where(empty, np.uint64(0), hash64(table["tenant"], table["item"], names))


def _targets(table: pa.Table, undone: np.ndarray) -> np.ndarray:
    if not undone.any():
        return np.zeros(len(undone), dtype=np.uint64)
    other = table["reverses_source"]
    source = pc.if_else(pc.equal(other, ""), table["source"], other)
    keys = hash64(table["tenant"], source, table["reverses"])
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

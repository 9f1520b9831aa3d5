# SPDX-License-Identifier: AGPL-3.0-or-later
"""What accepted events count for from now on, as columns for those who counted them."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from streams.logic.arrays import milliseconds
from streams.logic.runs import Block, concat
from streams.logic.units.codes import NOT_STATED, text_of
from streams.logic.units.memory import NAMES
from streams.logic.units.restating import Restatement

FACTOR = "factor"
_KEPT = ("event", "time", "is_asked", "customer", *NAMES)


def news_of(found: Sequence[Restatement], chunk: pa.Table) -> Block | None:
    """Return what records of a chunk change, in the order of the log, None when nothing.

    Returns
    -------
    Block | None
        ``event``, ``q``, ``short``, ``off`` (of the cause) and ``gone`` (it counts for
        nothing) for positions; ``was`` and ``was_gone`` before that; who and what it is about
        for the tables, texts as objects or bytes.
    """
    return concat([_news(each, chunk) for each in found]) if found else None


def _news(found: Restatement, chunk: pa.Table) -> Block:
    rows, before, after = found.rows, found.before, found.after
    count = len(rows["off"])
    return {name: rows[name] for name in _KEPT} | {
        "q": np.where(after.fine, after.q, 0),
        "short": np.where(after.fine, after.short, 0),
        "gone": ~after.fine,
        "was": np.where(before.fine, before.q, 0),
        "was_gone": ~before.fine,
        "has_q": rows["has_q"],
        "has_short": rows["has_short"],
        "uom": _units(after.base, rows["q_uom"]),
        "why": _texts(FACTOR, count),
        "stated": rows["q"],
        "amount": rows["amount"],
        "has_amount": rows["has_amount"],
        **caused(chunk, found.at, count),
    }


def caused(chunk: pa.Table, at: int, count: int) -> Block:
    """Return `count` times what the tables tell of the event in a row that changed others."""
    texts = {"item": "item", "cause": "id", "cause_source": "source"}
    return {
        "off": np.full(count, chunk["off"][at].as_py(), np.uint64),
        "at": np.full(count, milliseconds(chunk["ingest_time"][at : at + 1])[0]),
        "known": np.full(count, milliseconds(chunk["recordedtime"][at : at + 1])[0]),
    } | {name: _texts(chunk[column][at].as_py(), count) for name, column in texts.items()}


def _texts(text: str, count: int) -> np.ndarray:
    found = np.empty(count, dtype=object)
    found[:] = text
    return found


def _units(base: np.ndarray, stated: np.ndarray) -> np.ndarray:
    codes = np.where(base != NOT_STATED, base, stated)
    return np.array([text_of(code) for code in codes.tolist()], dtype=object)

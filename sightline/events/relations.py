# SPDX-License-Identifier: AGPL-3.0-or-later
"""The column ``objects``: what an event lists itself, and what its other fields name."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sightline.events.columns import OBJECT

OBJECT_OF = {
    "item": "item",
    "loc": "loc",
    "to_loc": "loc",
    "order_line": "order_line",
    "from_order_line": "order_line",
    "po_line": "po_line",
    "transfer_line": "transfer_line",
    "asn_line": "asn_line",
    "order": "order",
    "po": "po",
    "transfer": "transfer",
    "shipment": "shipment",
    "customer": "customer",
    "supplier": "supplier",
    "wave": "wave",
    "lot": "lot",
    "count_id": "count",
    "case_id": "case",
    "exc_id": "exception",
    "request_id": "approval",
    "rec_id": "recommendation",
    "service": "service",
    "feed": "feed",
    "model": "model",
    "promotion": "promotion",
}

Rows = npt.NDArray[np.int64]


class Relations:
    """Relations of rows to objects, as columns of one length."""

    def __init__(self) -> None:
        self.rows: list[Rows] = []
        self.kinds: list[str] = []
        self.ids: list[str | None] = []
        self.qualifiers: list[str | None] = []

    def add(self, at: Rows, kind: str, ids: list[str | None], qualifier: str) -> None:
        """Add objects of one `kind`, one for each of the rows `at`; None is no object."""
        if ids.count(None) == len(ids):
            return
        self.rows.append(at)
        self.kinds += [kind] * len(ids)
        self.ids += ids
        self.qualifiers += [qualifier] * len(ids)

    def add_lists(self, lists: Sequence[Sequence[Any] | None]) -> None:
        """Add the objects that the rows list themselves; one list for each row."""
        objects = [obj for listed in lists if listed for obj in listed]
        lengths = [len(listed) if listed else 0 for listed in lists]
        self.rows.append(np.repeat(np.arange(len(lists)), lengths))
        self.kinds += [obj.type for obj in objects]
        self.ids += [obj.id for obj in objects]
        self.qualifiers += [obj.qualifier for obj in objects]


def column(listed: Relations, named: Relations, *, rows: int) -> pa.ListArray:
    """Return the objects of each row: those listed, then those only named.

    A relation counts once under each qualifier; an object that a row lists under any
    qualifier is not named again.
    """
    at = np.concatenate([np.zeros(0, np.int64), *listed.rows, *named.rows])
    kinds = _coded([*listed.kinds, *named.kinds])
    ids = _coded([*listed.ids, *named.ids])
    qualifiers = _coded([*listed.qualifiers, *named.qualifiers])
    pair = _paired(_paired(at, kinds), ids)
    wanted = _is_first(_paired(pair, qualifiers)) & _is_stated(ids)
    own = len(listed.kinds)
    wanted[own:] &= ~np.isin(pair[own:], pair[:own])
    order = np.flatnonzero(wanted)
    order = order[np.argsort(at[order], kind="stable")]
    ends = np.cumsum(np.bincount(at[order], minlength=rows))
    texts = [
        codes.take(pa.array(order)).dictionary_decode() for codes in (kinds, ids, qualifiers)
    ]
    objects = pa.StructArray.from_arrays(texts, fields=list(OBJECT))
    return pa.ListArray.from_arrays(pa.array(np.append(0, ends), pa.int32()), objects)


def _coded(texts: list[str | None]) -> pa.DictionaryArray:
    return pa.array(texts, pa.string()).fill_null("").dictionary_encode()


def _paired(key: Rows, texts: pa.DictionaryArray) -> Rows:
    """Return one number for each pair of a key and a text."""
    codes: npt.NDArray[np.int32] = texts.indices.to_numpy(zero_copy_only=False)
    return key * (len(texts.dictionary) + 1) + codes


def _is_first(keys: Rows) -> npt.NDArray[np.bool_]:
    first = np.zeros(len(keys), bool)
    first[np.unique(keys, return_index=True)[1]] = True
    return first


def _is_stated(texts: pa.DictionaryArray) -> npt.NDArray[np.bool_]:
    is_stated = np.array([text != "" for text in texts.dictionary.to_pylist()], bool)
    codes: npt.NDArray[np.int32] = texts.indices.to_numpy(zero_copy_only=False)
    return is_stated[codes]

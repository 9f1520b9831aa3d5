# SPDX-License-Identifier: AGPL-3.0-or-later
"""The column ``objects``: what an event lists itself, and what its other fields name."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

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
    """Relations of rows to objects, as columns of one length.

    Kinds and qualifiers are few: they are kept as codes, their places in `vocabulary`.
    """

    def __init__(self, vocabulary: dict[str, int]) -> None:
        self.vocabulary = vocabulary
        self.rows: list[Rows] = [np.zeros(0, np.int64)]
        self.kinds: list[Rows] = [np.zeros(0, np.int64)]
        self.qualifiers: list[Rows] = [np.zeros(0, np.int64)]
        self.ids: list[str | None] = []

    def add(self, at: Rows, kind: str, ids: list[str | None], qualifier: str) -> None:
        """Add objects of one `kind`, one for each of the rows `at`; None is no object."""
        if ids.count(None) == len(ids):
            return
        self.rows.append(at)
        self.ids += ids
        self.kinds.append(np.full(len(ids), self._code(kind)))
        self.qualifiers.append(np.full(len(ids), self._code(qualifier)))

    def add_lists(self, lists: Sequence[Sequence[Any] | None]) -> None:
        """Add the objects that the rows list themselves; one list for each row."""
        objects = [obj for listed in lists if listed for obj in listed]
        lengths = [len(listed) if listed else 0 for listed in lists]
        self.rows.append(np.repeat(np.arange(len(lists)), lengths))
        self.ids += [obj.id for obj in objects]
        self.kinds.append(self._codes([obj.type for obj in objects]))
        self.qualifiers.append(self._codes([obj.qualifier or "" for obj in objects]))

    def _codes(self, words: list[str]) -> Rows:
        for word in dict.fromkeys(words):
            self._code(word)
        return np.array(list(map(self.vocabulary.__getitem__, words)), np.int64)

    def _code(self, word: str) -> int:
        return self.vocabulary.setdefault(word, len(self.vocabulary))


def column(listed: Relations, named: Relations, *, rows: int) -> pa.ListArray:
    """Return the objects of each row: those listed, then those only named.

    Both share one vocabulary. A relation counts once under each qualifier; an object that a
    row lists under any qualifier is not named again.
    """
    at = np.concatenate([*listed.rows, *named.rows])
    kinds = np.concatenate([*listed.kinds, *named.kinds])
    qualifiers = np.concatenate([*listed.qualifiers, *named.qualifiers])
    ids = pa.array([*listed.ids, *named.ids], pa.string()).fill_null("").dictionary_encode()
    words = len(listed.vocabulary)
    codes: npt.NDArray[np.int32] = ids.indices.to_numpy(zero_copy_only=False)
    pair = (at * words + kinds) * len(ids.dictionary) + codes
    wanted = _is_first(pair * words + qualifiers) & (codes != _empty(ids.dictionary))
    own = len(listed.ids)
    wanted[own:] &= ~np.isin(pair[own:], pair[:own])
    order = np.flatnonzero(wanted)
    order = order[np.argsort(at[order], kind="stable")]
    ends = np.cumsum(np.bincount(at[order], minlength=rows))
    spelled = pa.array(list(listed.vocabulary), pa.string())
    texts = [
        spelled.take(pa.array(kinds[order])),
        ids.dictionary.take(pa.array(codes[order])),
        spelled.take(pa.array(qualifiers[order])),
    ]
    objects = pa.StructArray.from_arrays(texts, fields=list(OBJECT))
    return pa.ListArray.from_arrays(pa.array(np.append(0, ends), pa.int32()), objects)


def _is_first(keys: Rows) -> npt.NDArray[np.bool_]:
    first = np.zeros(len(keys), bool)
    first[np.unique(keys, return_index=True)[1]] = True
    return first


def _empty(dictionary: pa.StringArray) -> int:
    """Return the code of the empty text, -1 when there is none."""
    place: int = pc.index(dictionary, "").as_py()
    return place

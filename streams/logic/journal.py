# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal: every event that bears on a position, kept so that it is found again.

Positions are functions of the *set* of these rows, which is why neither the order of arrival
nor the cut into batches can matter. What every batch needs is sorted by document line; what
only ties and rare laws need lies aside, by offset.
"""

from dataclasses import dataclass, field

import numpy as np

from streams.logic.anchors import Moment
from streams.logic.kinds import REVERSIBLE, Doc, Kind
from streams.logic.pairs import Names
from streams.logic.restated import Restated
from streams.logic.rows import Row
from streams.logic.runs import Block, Runs, concat, take

_ALWAYS = ("doc", "kind", "pair", "time", "q", "event", "off")
_HOT = {
    Doc.NONE: (*_ALWAYS, "adds_hold"),
    Doc.ORDER_LINE: (*_ALWAYS, "due"),
    Doc.PO_LINE: (*_ALWAYS, "adds_hold", "asn", "closes"),
    Doc.TRANSFER_LINE: (*_ALWAYS, "to", "short"),
}
_COLD = ("off", "version", "recorded", "source", "sequence", "id", "rank")
_ABSENT = {
    "adds_hold": False,
    "due": 0,
    "asn": np.uint64(0),
    "closes": False,
    "to": -1,
    "short": 0,
}
_READ = ("kind", "source", "sequence", "id", "event", *Row._fields[1:12])
_MOMENT = ("time", "recorded", "source", "event", "sequence", "id")
_UNDOABLE = np.zeros(256, dtype=bool)
_UNDOABLE[list(REVERSIBLE)] = True


@dataclass(slots=True)
class Journal:
    """Rows per kind of document, sorted by line, and the rest of each row by offset.

    Attributes
    ----------
    long_ties
        Sequence and id in full, by event, where a row has room for their beginning only.
    beside
        The rest of rows that share their offset: those that one record released.
    restated
        Quantities that hold instead of those that rows came with.
    """

    lines: dict[Doc, Runs] = field(
        default_factory=lambda: {doc: Runs("doc", hashed=doc is not Doc.NONE) for doc in Doc}
    )
    aside: Runs = field(default_factory=lambda: Runs("off"))
    beside: Runs = field(default_factory=lambda: Runs("event", hashed=True))
    long_ties: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    restated: Restated = field(default_factory=Restated)

    def append(self, rows: Block) -> None:
        """Add the rows of a batch (`streams.logic.batch`)."""
        docs = np.where(rows["doc"] == 0, Doc.NONE, rows["docs"])
        for doc, runs in self.lines.items():
            mask = docs == doc
            if mask.any():
                runs.append({name: rows[name][mask] for name in _HOT[doc]})
        rest = {name: rows[name] for name in (*_COLD, "event")}
        if (twins := _twins(rows["off"])).any():
            self.beside.append(take(rest, twins))
            rest = take(rest, ~twins)
        self.aside.append({name: rest[name] for name in _COLD})

    def of_lines(self, doc: Doc, keys: np.ndarray) -> Block | None:
        """Return the rows of the lines `keys` (sorted, distinct), in order of arrival."""
        rows = self.lines[doc].gather(keys)
        return None if rows is None else self.restated.read(_filled(rows))

    def where(self, name: str, values: np.ndarray) -> Block | None:
        """Return the rows whose column `name` holds one of `values`, by a scan."""
        found = self.as_written(name, values)
        return None if found is None else self.restated.read(found)

    def as_written(self, name: str, values: np.ndarray) -> Block | None:
        """Return such rows with the quantities that they came with."""
        found = []
        for doc, runs in self.lines.items():
            if name in _HOT[doc] and (rows := runs.where(name, values)) is not None:
                found.append(_filled(rows) | {"docs": np.full(len(rows["doc"]), doc)})
        return concat(found) if found else None

    def lines_as_written(self, doc: Doc, keys: np.ndarray) -> Block | None:
        """Return the rows of lines with the quantities that they came with."""
        rows = self.lines[doc].gather(keys)
        return None if rows is None else _filled(rows)

    def read(self, rows: Block, sources: Names, reversed_at: dict[int, int]) -> list[Row]:
        """Return `rows` as the laws read them.

        Parameters
        ----------
        sources
            Names of the sources that rows give by number.
        reversed_at
            Time of the earliest reversal per reversed event's key.
        """
        if not len(rows["off"]):
            return []
        whole = rows | self.aside_of(rows)
        columns = [whole[name].tolist() for name in _READ]
        return [
            Row._make((Kind(kind), *facts, sources.names[source], *tie, undone))
            for kind, source, sequence, id_, event, *facts in zip(*columns, strict=True)
            for tie in [self.long_ties.get(event, (sequence, id_))]
            for undone in [reversed_at.get(event) if Kind(kind) in REVERSIBLE else None]
        ]

    def moments(self, rows: Block, sources: Names) -> list[Moment]:
        """Return the place in the order of events of rows fresh from a batch."""
        columns = [rows[name].tolist() for name in _MOMENT]
        return [
            (time, recorded, sources.names[source], *self.long_ties.get(event, tie))
            for time, recorded, source, event, *tie in zip(*columns, strict=True)
        ]

    def aside_of(self, rows: Block) -> Block:
        """Return what lies aside of `rows`."""
        if not len(rows["off"]):
            return {name: np.zeros(0, np.int64) for name in _COLD}
        found = [
            None if table is None else take(table, np.argsort(table[key]))
            for key, table in (
                ("off", self.aside.gather(np.unique(rows["off"]))),
                ("event", self._beside(rows)),
            )
        ]
        own, twins = found
        if twins is None:
            assert own is not None  # noqa: S101 - every row was put aside when it came
            return take(own, np.searchsorted(own["off"], rows["off"]))
        at = np.searchsorted(twins["event"], rows["event"])
        is_twin = twins["event"][np.minimum(at, len(twins["event"]) - 1)] == rows["event"]
        rest = {name: twins[name] for name in _COLD}
        if own is None:
            return take(rest, at)
        first = np.searchsorted(own["off"], rows["off"])
        return take(concat([own, rest]), np.where(is_twin, at + len(own["off"]), first))

    def _beside(self, rows: Block) -> Block | None:
        return self.beside.gather(np.unique(rows["event"])) if len(self.beside) else None


def _twins(off: np.ndarray) -> np.ndarray:
    """Return which rows, in order of their offsets, do not have theirs alone."""
    same = np.concatenate(([False], off[1:] == off[:-1], [False]))
    return np.asarray(same[1:] | same[:-1])


def reversible(rows: Block) -> np.ndarray:
    """Return which rows a reversal can undo."""
    return _UNDOABLE[rows["kind"]]


def _filled(rows: Block) -> Block:
    count = len(rows["off"])
    absent = {
        name: np.full(count, value) for name, value in _ABSENT.items() if name not in rows
    }
    return rows | absent

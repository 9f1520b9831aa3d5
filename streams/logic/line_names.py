# SPDX-License-Identifier: AGPL-3.0-or-later
"""Names of document lines by key, so that one reopened by a reversal can be told by name."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from streams.logic.arrays import prefixes
from streams.logic.kinds import LINE_COLUMN, Doc, Kind
from streams.logic.runs import Block, Runs

_SHORT_BYTES = 64  # longer names are rare enough for a dictionary


@dataclass(slots=True)
class LineNames:
    """The name of every line of one document that was ever stated.

    Attributes
    ----------
    column
        Where events name the line.
    kinds
        Events without which no line is open.
    """

    column: str
    kinds: tuple[Kind, ...]
    short: Runs = field(default_factory=lambda: Runs("doc", hashed=True))
    long: dict[int, str] = field(default_factory=dict)

    def learn(self, table: pa.Table, rows: Block) -> None:
        """Keep the names of the lines of a batch; `rows` and `table` run side by side."""
        at = np.flatnonzero(np.isin(rows["kind"], self.kinds))
        doc, first = np.unique(rows["doc"][at], return_index=True)
        new = ~self.short.contains(doc)
        doc, at = doc[new], at[first][new]
        names = table[self.column].take(pa.array(at))
        self.short.append({"doc": doc, "name": prefixes(names, _SHORT_BYTES)})
        is_long = np.asarray(pc.greater(pc.binary_length(names), _SHORT_BYTES))
        for place in np.flatnonzero(is_long).tolist():
            self.long[int(doc[place])] = names[place].as_py()

    def knows(self, doc: np.ndarray) -> np.ndarray:
        """Return which of the lines in `doc` were ever stated."""
        return np.asarray(self.short.contains(doc))

    def names(self, doc: np.ndarray) -> pa.Array:
        """Return the name of each line in `doc`, all of them learnt before."""
        found = self.short.gather(np.unique(doc))
        if found is None:
            return pa.array([], pa.string())
        order = np.argsort(found["doc"])
        at = order[np.searchsorted(found["doc"][order], doc)]
        short = found["name"][at]
        if not self.long:
            return pa.array(short).cast(pa.string())
        names = [
            self.long.get(key) or name.decode("utf-8", "ignore")
            for key, name in zip(doc.tolist(), short.tolist(), strict=True)
        ]
        return pa.array(names, pa.string())


def by_document() -> dict[Doc, LineNames]:
    """Return a book of names for each kind of document; without these events none is open."""
    stated = {
        Doc.ORDER_LINE: (Kind.LINE_PLACED, Kind.LINE_CHANGED),
        Doc.PO_LINE: (Kind.PO_RELEASED,),
        Doc.TRANSFER_LINE: (Kind.TRANSFER_REQUESTED, Kind.TRANSFER_SHIPPED),
    }
    return {doc: LineNames(LINE_COLUMN[doc], kinds) for doc, kinds in stated.items()}

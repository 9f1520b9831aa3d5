# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger: one row for each change of an item-location's state, in order of time.

Quantities are whole base units (int64). A day is a row group; nothing older than a day is kept
in memory.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from weakref import finalize

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sightline.sim.engine.book import MEASURES
from sightline.sim.engine.moments import Ints, day_of
from sightline.sim.truth.states import States

WORD = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [("time", pa.timestamp("us", "UTC")), ("item", WORD), ("loc", WORD)]
    + [(name, pa.int64()) for name in MEASURES]
)


class Ledger:
    """Writes states to a file without a name, until `save` copies it to where it belongs."""

    def __init__(self, items: Sequence[str], places: Sequence[str]) -> None:
        self._items, self._places = pa.array(items), pa.array(places)
        self._file = TemporaryFile()  # noqa: SIM115  lives as long as the ledger
        self._writer = pq.ParquetWriter(self._file, SCHEMA, compression="zstd")
        finalize(self, _let_go, self._writer, self._file)
        self._waiting: list[States] = []
        self._day = 0
        self.rows = 0

    def keep(self, states: States, hour: int) -> None:
        """Write down the states that began in the hour from `hour`, µs."""
        if day_of(hour) != self._day:
            self._flush()
            self._day = day_of(hour)
        self._waiting.append(states)

    def close(self) -> None:
        """Write what waits; nothing more may be kept."""
        self._flush()
        self._writer.close()

    def save(self, path: Path) -> None:
        """Write the closed ledger to `path`."""
        self._file.seek(0)
        with path.open("wb") as file:
            shutil.copyfileobj(self._file, file, 1 << 20)

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if not sum(map(len, waiting)):
            return
        at, il = (np.concatenate([getattr(each, k) for each in waiting]) for k in ("at", "il"))
        level = np.concatenate([each.level for each in waiting])
        order = np.lexsort((il, at))
        self._writer.write_table(self._table(at[order], il[order], level[order]))
        self.rows += len(at)

    def _table(self, at: Ints, il: Ints, level: Ints) -> pa.Table:
        places = len(self._places)
        columns = [
            pa.array(at, pa.timestamp("us", "UTC")),
            _words(il // places, self._items),
            _words(il % places, self._places),
            *(pa.array(level[:, measure]) for measure in range(len(MEASURES))),
        ]
        return pa.table(columns, schema=SCHEMA)


def _words(index: Ints, words: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), words)


def _let_go(writer: pq.ParquetWriter, file: IO[bytes]) -> None:
    writer.close()
    file.close()

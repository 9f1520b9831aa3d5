# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file of all events in the order in which they arrived: lines, or Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sightline.events.routing import MAIN_TENANT
from sightline.sim.engine.moments import Ints
from sightline.sim.output.texts import bytes_of
from sightline.sim.systems.recorded import FULL
from sightline.sim.transport.delivered import Delivered

ROWS_OF_GROUP = 1 << 16
MOMENT = pa.timestamp("us", "UTC")
NAME = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("ingest_time", MOMENT),
        pa.field("time", MOMENT),
        pa.field("recordedtime", MOMENT),
        pa.field("type", NAME),
        pa.field("source", NAME),
        pa.field("id", pa.string()),
        pa.field("partitionkey", pa.string()),
        pa.field("tenant", NAME),
        pa.field("event", pa.string()),  # the whole CloudEvent as JSON
    ]
)


class EventFile(Protocol):
    """A file that events are written to; use it in a ``with`` block."""

    def write(self, arrived: Delivered) -> None:
        """Add what arrived."""
        ...

    def __enter__(self) -> Self:
        """Return itself."""
        ...

    def __exit__(self, *error: object) -> None:
        """Write what is left and close."""
        ...


class LineFile:
    """One CloudEvent a line."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def write(self, arrived: Delivered) -> None:
        """Add what arrived."""
        self._file.write(bytes_of(arrived.line))

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close."""
        self._file.close()


class ParquetFile:
    """Columns of the envelope beside the whole event as text; `SCHEMA`."""

    def __init__(self, path: Path, sources: Sequence[str]) -> None:
        self._file = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._sources = pa.array(sources)
        self._waiting: list[Delivered] = []
        self._rows = 0

    def write(self, arrived: Delivered) -> None:
        """Add what arrived."""
        self._waiting.append(arrived)
        self._rows += len(arrived)
        if self._rows >= ROWS_OF_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            whole = Delivered.joined(self._waiting)
            self._file.write_table(self._table(whole), row_group_size=ROWS_OF_GROUP)
        self._waiting, self._rows = [], 0

    def _table(self, arrived: Delivered) -> pa.Table:
        texts = pc.utf8_rtrim(arrived.line.cast(pa.string()), characters="\n")
        tenants = _named(np.zeros(len(arrived), np.int64), pa.array([MAIN_TENANT]))
        columns = [
            *(_moments(at) for at in (arrived.ingest, arrived.at, arrived.recorded_at)),
            _named(arrived.kind, pa.array(FULL)),
            _named(arrived.source, self._sources),
            *(arrived.id, arrived.key, tenants, texts),
        ]
        return pa.table(columns, schema=SCHEMA)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Write what is left, unless something went wrong, and close."""
        try:
            if error[0] is None:
                self._flush()
        finally:
            self._file.close()


def _moments(at: Ints) -> pa.Array:
    return pa.array(at).cast(MOMENT)


def _named(index: Ints, words: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int32)), words)


def event_file(path: Path, form: str, sources: Sequence[str]) -> EventFile:
    """Open the new file at `path`; `form` is ``ndjson`` or ``parquet``."""
    return ParquetFile(path, sources) if form == "parquet" else LineFile(path)

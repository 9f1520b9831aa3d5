# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sorting more rows than fit into memory: sorted runs on disk, merged in order of time."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl
import pyarrow as pa

from sightline.errors import LogError

ORDER = ("time", "file", "row", "index")
PREFIX = "import-"
BLOCK = 4096
BLOCK_BYTES = 2 << 20
STEP = 50_000
STEP_BYTES = 32 << 20
OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")
Key = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of a sorted run on disk; `first` is the key of its first draft."""

    first: Key
    run: int
    number: int
    rows: int
    bytes: int


class Spill:
    """Takes frames in any order, gives their rows back ordered by `ORDER`.

    Keeps one block per run in memory while merging, and only of runs that overlap: a file
    that is already in order needs two. The folder disappears with the context.
    """

    def __init__(self, folder: Path) -> None:
        self._parent = folder
        self._blocks: list[Block] = []
        self._runs: list[Path] = []

    def __enter__(self) -> Self:
        try:
            self._parent.mkdir(parents=True, exist_ok=True)
            _forget_the_dead(self._parent)
            prefix = f"{PREFIX}{os.getpid()}-"
            self._folder = tempfile.TemporaryDirectory(prefix=prefix, dir=self._parent)
        except OSError as error:
            raise _full(self._parent, error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._folder.cleanup()

    @property
    def rows(self) -> int:
        """Return how many rows were added."""
        return sum(block.rows for block in self._blocks)

    def add(self, frame: pl.DataFrame) -> None:
        """Sort `frame` and put it on disk as a run."""
        if frame.is_empty():
            return
        frame = frame.sort(ORDER, maintain_order=True)
        path = Path(self._folder.name) / f"{len(self._runs)}.arrow"
        table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        weight = max(table.nbytes // frame.height, 1)
        size = min(BLOCK, max(BLOCK_BYTES // weight, 1))
        try:
            with (
                pa.OSFile(str(path), "wb") as file,
                pa.ipc.new_file(file, table.schema, options=OPTIONS) as writer,
            ):
                for batch in table.combine_chunks().to_batches(max_chunksize=size):
                    writer.write_batch(batch)
        except OSError as error:
            raise _full(path, error) from error
        keys = frame.select(ORDER).gather_every(size).rows()
        for i, key in enumerate(keys):
            rows = min(size, frame.height - i * size)
            self._blocks.append(Block(key, len(self._runs), i, rows, rows * weight))
        self._runs.append(path)

    def merged(self) -> Iterator[pl.DataFrame]:
        """Yield all rows in order, in frames of about `STEP` rows or `STEP_BYTES`."""
        blocks = sorted(self._blocks, key=lambda block: block.first)
        files = [pa.ipc.open_file(pa.memory_map(str(path))) for path in self._runs]
        held: pl.DataFrame | None = None
        at = 0
        while at < len(blocks):
            loaded = [] if held is None else [held]
            fresh = heavy = 0
            while at < len(blocks) and fresh < STEP and heavy < STEP_BYTES:
                block = blocks[at]
                loaded.append(_frame(files[block.run].get_batch(block.number)))
                fresh += block.rows
                heavy += block.bytes
                at += 1
            pool = pl.concat(loaded).sort(ORDER)
            if at == len(blocks):
                held = None
                yield pool
                return
            ready = _before(pool, blocks[at].first)
            held = pool.slice(ready)
            if ready:
                yield pool.slice(0, ready)


def _forget_the_dead(parent: Path) -> None:
    """Remove the folders of imports that were killed."""
    for folder in parent.glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdecimal() and not _lives(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _before(pool: pl.DataFrame, key: Key) -> int:
    """Return how many rows of the sorted `pool` come before `key`."""
    low, high = 0, pool.height
    while low < high:
        middle = (low + high) // 2
        if pool.select(ORDER).row(middle) < key:
            low = middle + 1
        else:
            high = middle
    return low


def _frame(batch: pa.RecordBatch) -> pl.DataFrame:
    frame = pl.from_arrow(batch)
    assert isinstance(frame, pl.DataFrame)  # noqa: S101  a batch is a frame
    return frame


def _full(path: Path, error: OSError) -> LogError:
    return LogError(
        f"Cannot sort on disk in {path}: {error.strerror or error}. Nothing was imported from "
        "here on; free some disk space and run the same import again."
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is in the log, event by event, for people and other programs."""

import itertools
from collections.abc import Iterator

import msgspec
import pyarrow as pa

from sightline.events.encode import envelope_of
from sightline.log.pieces import Batch, Piece
from sightline.log.sqlite import SqliteLog

READ_EVENTS = 50_000


def exported(log: SqliteLog, part: int, first: int) -> Iterator[bytes]:
    """Yield the events of `part` from offset `first` on as CloudEvents, in log order."""
    after = (first >> 16 << 16) - 1
    while batches := log.read(part, after, events=READ_EVENTS):
        for batch in batches:
            if batch.fmt != "refused":
                yield from itertools.islice(events_of(batch), max(first - batch.first, 0), None)
        after = batches[-1].last


def tail_of(log: SqliteLog, count: int) -> list[str]:
    """Return the newest `count` events with offset and partition, oldest first."""
    found: list[str] = []
    before: int | None = None
    while len(found) < count:
        batches = log.newest(1, before=before)
        if not batches:
            break
        batch = batches[0]
        before = batch.first
        lines = [
            f"{batch.first + i} {batch.part} {batch.fmt} {line.decode(errors='replace')}"
            for i, line in enumerate(_all_of(batch))
        ]
        found = lines[-(count - len(found)) :] + found
    return found


def events_of(batch: Piece) -> Iterator[bytes]:
    """Yield the events of a piece as CloudEvents."""
    if batch.fmt == "arrow":
        table = pa.ipc.open_stream(batch.body).read_all()
        for chunk in table.to_batches(max_chunksize=1024):
            for row in chunk.to_pylist():
                yield envelope_of(row)
    else:
        yield from batch.body.removesuffix(b"\n").split(b"\n")


def _all_of(batch: Batch) -> Iterator[bytes]:
    if batch.fmt != "refused":
        yield from events_of(batch)
        return
    for line in batch.body.removesuffix(b"\n").split(b"\n"):
        refusal = msgspec.json.decode(line)
        yield f"refused {refusal['reason']} {refusal['raw']}".encode()

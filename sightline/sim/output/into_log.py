# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines go straight into the event log, in the order in which they arrived."""

import zlib
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from sightline.events.partition import SEPARATOR
from sightline.events.routing import MAIN_TENANT, part_of_line
from sightline.log import MAX_EVENTS, Log, Piece
from sightline.sim.engine.moments import Ints
from sightline.sim.output.texts import bytes_of
from sightline.sim.transport.delivered import DAMAGED, Delivered

AT_ONCE = 50_000


def append(arriving: Iterable[Delivered], log: Log, *, at_once: int = AT_ONCE) -> int:
    """Append what arrives to `log`; return how many lines.

    Parameters
    ----------
    at_once
        Lines that wait for one append; 1 appends whatever comes at once.

    Raises
    ------
    LogError
        The log cannot take it; what was appended before stays.
    """
    total = 0
    for arrived in _gathered(arriving, at_once):
        log.append(list(pieces_of(arrived, log.partitions)))
        total += len(arrived)
    return total


def pieces_of(arrived: Delivered, partitions: int) -> Iterator[Piece]:
    """Yield `arrived` as pieces of the log; the order within a partition is kept."""
    parts = parts_of(arrived, partitions)
    for part in np.unique(parts).tolist():
        lines = arrived.line.take(pa.array(np.flatnonzero(parts == part)))
        for first in range(0, len(lines), MAX_EVENTS):
            cut = lines.slice(first, MAX_EVENTS)
            yield Piece(part, "ndjson", len(cut), bytes(bytes_of(cut)))


def parts_of(arrived: Delivered, partitions: int) -> Ints:
    """Return the partition of each line, as `part_of_line` would: by its key when it has one.

    Only a line that is damaged must be looked into.
    """
    keys = arrived.key.dictionary_encode()
    heads = (f"{MAIN_TENANT}{SEPARATOR}{key}".encode() for key in keys.dictionary.to_pylist())
    found = np.array([zlib.crc32(head) % partitions for head in heads], np.int64)
    parts = np.asarray(found[keys.indices.to_numpy()])
    for row in np.flatnonzero(arrived.copy == DAMAGED).tolist():
        parts[row] = part_of_line(arrived.line[row].as_py().rstrip(b"\n"), partitions)
    return parts


def _gathered(arriving: Iterable[Delivered], at_once: int) -> Iterator[Delivered]:
    waiting: list[Delivered] = []
    rows = 0
    for arrived in arriving:
        if len(arrived):
            waiting.append(arrived)
            rows += len(arrived)
        if rows >= at_once:
            yield Delivered.joined(waiting)
            waiting, rows = [], 0
    if waiting:
        yield Delivered.joined(waiting)

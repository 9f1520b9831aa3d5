# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a dead letter was when it came: read from the event log, where it is whole."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
import pyarrow as pa

from sightline.aid.letters.letter import spelled
from sightline.desk import Place
from sightline.errors import LetterError
from sightline.events.columns import SCHEMA
from sightline.events.encode import envelope_of
from sightline.imports.origin import Origin
from sightline.log import INDEX_BITS, Batch, EventLog
from sightline.log.sqlite import SqliteLog


@dataclass(frozen=True, slots=True)
class Original:
    """One entry of the log.

    Attributes
    ----------
    form
        ``line``: one raw CloudEvent; ``row``: an event in columns; ``refused``: what an import
        could not turn into an event; ``damaged``: its piece of the log cannot be read.
    raw
        The event as JSON, or what the import had read.
    columns
        The event in columns, of a ``row`` only.
    origin
        File, row and mapping, of what an import refused; None where it did not say.
    """

    form: Literal["line", "row", "refused", "damaged"]
    raw: bytes
    columns: pa.Table | None = None
    origin: Origin | None = None


def originals(log: EventLog, places: Sequence[Place]) -> dict[Place, Original]:
    """Return what stands in `log` at `places`, each piece of it read once.

    Raises
    ------
    LetterError
        The log has nothing there.
    """
    by_piece: dict[tuple[int, int], list[Place]] = defaultdict(list)
    for place in places:
        by_piece[place.part, _first(log, place)].append(place)
    found: dict[Place, Original] = {}
    for wanted in by_piece.values():
        batch = _batch(log, wanted[0])
        entries = dict(zip(wanted, _entries(batch, wanted), strict=True))
        found |= entries
    return found


def _batch(log: EventLog, place: Place) -> Batch:
    before = _first(log, place) - 1
    known = 0 <= place.part < log.partitions
    batches = log.read(place.part, before, events=1) if known else []
    if not batches or batches[0].first != before + 1 or place.off > batches[0].last:
        raise LetterError(
            f"The event log {_where(log)} has nothing at {spelled(place)}; expected the log "
            "that the tables were computed from. Point SIGHTLINE_LOG at it."
        )
    return batches[0]


def _first(log: EventLog, place: Place) -> int:
    """Return the offset that the piece with `place` begins at, or may be read from."""
    return place.off >> INDEX_BITS << INDEX_BITS if isinstance(log, SqliteLog) else place.off


def _where(log: EventLog) -> str:
    return str(log.path) if isinstance(log, SqliteLog) else "in Kafka"


def _entries(batch: Batch, places: Sequence[Place]) -> Iterator[Original]:
    if batch.fmt == "arrow":
        return _rows(batch, places)
    lines = batch.body.removesuffix(b"\n").split(b"\n")
    read = _refused if batch.fmt == "refused" else _line
    return (read(lines[place.off - batch.first]) for place in places)


def _rows(batch: Batch, places: Sequence[Place]) -> Iterator[Original]:
    try:
        table = pa.ipc.open_stream(batch.body).read_all().cast(SCHEMA)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError):
        yield from (Original("damaged", b"") for _ in places)
        return
    for place in places:
        row = table.slice(place.off - batch.first, 1)
        yield Original("row", envelope_of(row.to_pylist()[0]), columns=row)


def _line(line: bytes) -> Original:
    return Original("line", line)


def _refused(line: bytes) -> Original:
    try:
        told: dict[str, Any] = msgspec.json.decode(line, type=dict[str, Any])
    except msgspec.MsgspecError:
        return Original("damaged", line)
    stated = told.get("origin")
    origin = msgspec.convert(stated, Origin) if isinstance(stated, dict) else None
    return Original("refused", str(told.get("raw") or "").encode(), origin=origin)

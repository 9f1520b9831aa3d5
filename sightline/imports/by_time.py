# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines in order of the time that they state; a line that states none comes first.

The order is that of the bytes alone, whatever becomes of a line: an import that goes on after
an update of Sightline finds it as it was.
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import polars as pl

from sightline.events.moments import parse
from sightline.imports.lines import Line
from sightline.imports.spill import Spill

CHUNK_LINES = 16_384
CHUNK_BYTES = 32 << 20
COLUMNS = {"row": pl.Int64, "text": pl.Binary, "length": pl.Int64, "sha256": pl.String}


class _Timed(msgspec.Struct, gc=False):
    time: str | None = None


_DECODER = msgspec.json.Decoder(_Timed)


def in_order(lines: Sequence[Line]) -> list[Line]:
    """Return `lines` by time; those of one time stay in their order."""
    times = parse([_time(line) for line in lines]).tolist()
    return [
        line for _, line in sorted(zip(times, lines, strict=True), key=lambda each: each[0])
    ]


def put(lines: Sequence[Line], spill: Spill, *, by_time: bool) -> None:
    """Put `lines` of one file on disk, by time or else by their numbers."""
    frame = pl.DataFrame(lines, schema=COLUMNS, orient="row")
    times = parse([_time(line) for line in lines]) if by_time else [0] * len(lines)
    spill.add(
        frame.with_columns(
            pl.Series("time", times, pl.Int64),
            pl.lit(0, pl.Int16).alias("file"),
            pl.lit(0, pl.Int16).alias("index"),
        )
    )


def merged(spill: Spill) -> Iterator[Line]:
    """Yield all lines that were put into `spill`, in order."""
    for frame in spill.merged():
        yield from map(Line._make, frame.select(*COLUMNS).iter_rows())


def chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Cut `lines` into as many as are worth an append."""
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line.text)
        if len(chunk) == CHUNK_LINES or size >= CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _time(line: Line) -> str | None:
    if line.sha256:
        return None
    try:
        return _DECODER.decode(line.text).time
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None

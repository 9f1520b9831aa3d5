# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages of one partition become batches: one for each contiguous stretch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import msgspec
from confluent_kafka import Message

from sightline.events.piece import MAX_EVENTS, Format, Piece
from sightline.log.pieces import Batch

ROW_MS = 1000
"""Messages of one second and partition count as appended together."""
REFUSED = ("sightline-format", b"refused")
"""Header of what an import could not turn into an event."""
_REFUSED_BEGINS = b'{"kind":'
_LATEST_MS = 4_102_444_800_000  # 2100: a producer's clock may say anything


@dataclass(slots=True)
class _Stretch:
    fmt: Format
    first: int
    at_ms: int
    row: int
    values: list[bytes] = field(default_factory=list)


def batches_of(part: int, messages: Iterable[Message], row: int) -> list[Batch]:
    """Return `messages`, which are in order of offsets, as batches.

    A stretch ends where an offset is missing (compaction, transactions), where the time of
    arrival or the form changes.

    Parameters
    ----------
    row
        `append_row` of the message before them. It is the latest second in which anything
        came so far: it never falls within a partition, however the cut into batches is.
    """
    found: list[_Stretch] = []
    last: _Stretch | None = None
    expected = -1
    for message in messages:
        offset = message.offset() or 0
        at_ms = min(max(message.timestamp()[1], 0), _LATEST_MS)
        fmt, value = _form(message)
        if (
            last is None
            or offset != expected
            or at_ms != last.at_ms
            or fmt != last.fmt
            or len(last.values) == MAX_EVENTS
        ):
            row = max(row, at_ms // ROW_MS)
            last = _Stretch(fmt, offset, at_ms, row)
            found.append(last)
        last.values.append(value)
        expected = offset + 1
    return [_batch(part, each) for each in found]


def messages_of(piece: Piece) -> Sequence[bytes]:
    """Return the lines of a piece that is not Arrow."""
    return piece.body.removesuffix(b"\n").split(b"\n")


def _batch(part: int, each: _Stretch) -> Batch:
    body = b"\n".join(each.values) + b"\n"
    count = len(each.values)
    return Batch(part, each.fmt, count, body, each.first, each.at_ms, each.row)


def _form(message: Message) -> tuple[Format, bytes]:
    value = message.value() or b""
    if not isinstance(value, bytes):
        value = value.encode()
    if value.startswith(_REFUSED_BEGINS) and REFUSED in (message.headers() or ()):
        return "refused", value
    if b"\n" in value:
        return _on_one_line(value)
    return "ndjson", value


def _on_one_line(value: bytes) -> tuple[Format, bytes]:
    """Return an event that was written over several lines as one line."""
    try:
        return "ndjson", msgspec.json.format(value, indent=-1)
    except msgspec.MsgspecError as error:
        told = {
            "kind": "malformed",
            "reason": f"malformed_json: {error}; expected one JSON object",
            "raw": value.decode("utf-8", "replace"),
        }
        return "refused", msgspec.json.encode(told)

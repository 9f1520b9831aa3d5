# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines become typed events; a line that does not is refused with its reason.

The fast way reads all lines with one C call each and asks no questions; only a line that it
cannot read is looked at closely.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

from sightline.events import explain, wire
from sightline.events.lenient import with_ext
from sightline.events.refusal import LONGEST_LINE, Fault, Refusal, refuse, shown


class Reading(NamedTuple):
    """An event and its canonical text (keys sorted, no white space), ``data`` last."""

    event: Any
    text: bytes


class Readings(NamedTuple):
    """Many readings, as three lists of one length; `lines` are the numbers of their lines."""

    lines: list[int]
    events: list[Any]
    texts: list[bytes]


def read(lines: Sequence[bytes], refused: list[Refusal], *, first: int) -> Readings:
    """Return the events in `lines`; append what is none to `refused`.

    Parameters
    ----------
    first
        Index of the first line; the others follow.
    """
    try:
        events = [wire.decoder.decode(line) for line in lines]
        texts = [wire.encoder.encode(event) for event in events]
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _read_each(lines, refused, first=first)
    if not _are_plain(lines, texts):
        return _read_each(lines, refused, first=first)
    return Readings(list(range(first, first + len(lines))), events, texts)


def _read_each(lines: Sequence[bytes], refused: list[Refusal], *, first: int) -> Readings:
    readings = Readings([], [], [])
    for index, line in enumerate(lines, first):
        reading = _read_one(index, line)
        if isinstance(reading, Reading) and not _is_plain(line, reading.text):
            reading = _without_repeats(index, line, reading)
        if isinstance(reading, Refusal):
            refused.append(reading)
            continue
        readings.lines.append(index)
        readings.events.append(reading.event)
        readings.texts.append(reading.text)
    return readings


def _are_plain(lines: Sequence[bytes], texts: Sequence[bytes]) -> bool:
    """Tell whether all of `lines` are plain; quick when none has spaces."""
    lengths = list(map(len, lines))
    if lengths == list(map(len, texts)):
        return max(lengths, default=0) <= LONGEST_LINE
    return all(map(_is_plain, lines, texts))


def _is_plain(line: bytes, text: bytes) -> bool:
    """Tell whether `line` says no more than its canonical `text`, but for spaces.

    A repeated key is dropped by the reader, which makes the line longer than its text.
    """
    excess = len(line) - len(text)
    if len(line) > LONGEST_LINE:
        return False
    return not excess or excess == line.count(b" ") - text.count(b" ")


def _read_one(index: int, line: bytes) -> Reading | Refusal:
    if len(line) > LONGEST_LINE:
        text = f"the line has {len(line)} bytes; expected at most {LONGEST_LINE}"
        return refuse(index, line, Fault("too_large", "", text))
    if not line.strip():
        return refuse(index, line, Fault("empty", "", "the line is empty; expected an event"))
    try:
        event = wire.decoder.decode(line)
        return Reading(event, wire.encoder.encode(event))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return _look_closely(index, line)


def _look_closely(index: int, line: bytes) -> Reading | Refusal:
    """Read a line that the fast way could not: unknown fields are kept, faults named."""
    try:
        loose = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        return refuse(index, line, explain.unreadable(error))
    if not isinstance(loose, dict):
        text = f"the line is {shown(loose)}; expected one JSON object"
        return refuse(index, line, Fault("not_an_object", "", text))
    source, name = _text(loose, "source"), _text(loose, "id")
    outcome = _convert(loose)
    if isinstance(outcome, Fault):
        return refuse(index, line, outcome, source=source, id=name)
    return Reading(*outcome)


def _convert(loose: dict[str, Any]) -> tuple[Any, bytes] | Fault:
    full = loose.get("type")
    if not isinstance(full, str) or full not in wire.EVENT:
        return explain.unknown_type(full)
    data = loose.get("data")
    if isinstance(data, dict):
        loose = loose | {"data": with_ext(data, wire.DATA[full])}
    try:
        event = msgspec.convert(loose, wire.EVENT[full])
        return event, wire.encoder.encode(event)
    except msgspec.ValidationError as error:
        return explain.invalid(error, loose, wire.EVENT[full])
    except RecursionError as error:
        return explain.unreadable(error)


def _without_repeats(index: int, line: bytes, reading: Reading) -> Reading | Refusal:
    """Return `reading`, or the refusal of its line when an object states a key twice."""
    try:
        json.loads(line, object_pairs_hook=_unique)
    except RepeatedKeyError as repeated:
        fault = Fault("duplicate_key", repeated.key, str(repeated))
    except (ValueError, RecursionError) as error:
        fault = explain.unreadable(error)
    else:
        return reading
    event = reading.event
    return refuse(index, line, fault, source=event.source, id=event.id)


class RepeatedKeyError(ValueError):
    """An object states a key twice."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"{key} is stated twice in one object; expected each key once")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    keys = [key for key, _ in pairs]
    raise RepeatedKeyError(next(key for key in keys if keys.count(key) > 1))


def _text(loose: dict[str, Any], name: str) -> str:
    value = loose.get(name)
    return value if isinstance(value, str) else ""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lines that nobody can read: each is refused by whoever checks it, in its own way."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np

from sightline.sim.engine.draws import Keys

Event = dict[str, Any]


def damaged(line: bytes, drawn: int) -> bytes:
    """Return `line` (with its end) spoilt; `drawn` says how."""
    event = msgspec.json.decode(line)
    spoil = WAYS[drawn % len(WAYS)]
    return spoil(line, event) + b"\n"


def _cut(line: bytes, event: Event) -> bytes:
    """The connection broke."""
    kept = line[: len(line) * 3 // 5].decode(errors="ignore")
    return kept.rstrip().encode()


def _mistyped(line: bytes, event: Event) -> bytes:
    """A number stands where the event's data should be, or where its time should be."""
    return msgspec.json.encode(event | {"time": 20_260_105})


def _without_type(line: bytes, event: Event) -> bytes:
    return msgspec.json.encode({name: event[name] for name in event if name != "type"})


def _unknown_type(line: bytes, event: Event) -> bytes:
    return msgspec.json.encode(event | {"type": event["type"].replace(".v1", ".v9")})


def _negative(line: bytes, event: Event) -> bytes:
    """A magnitude below 0; where there is none, data that is no object."""
    data = event["data"]
    block = data.get("q")
    if block is None or event["type"] in SIGNED:
        return msgspec.json.encode(event | {"data": "see attachment"})
    return msgspec.json.encode(event | {"data": data | {"q": {"qty": "-7", "uom": "EA"}}})


def _impossible_time(line: bytes, event: Event) -> bytes:
    return msgspec.json.encode(event | {"time": event["time"].replace("-", "/")})


SIGNED = tuple(
    f"io.sightline.{name}.v1"
    for name in ("inventory.adjusted", "allocation.changed", "inventory.hold_changed")
)
WAYS: tuple[Callable[[bytes, Event], bytes], ...] = (
    _cut,
    _mistyped,
    _without_type,
    _unknown_type,
    _negative,
    _impossible_time,
)


def ways_of(bits: Keys) -> list[int]:
    """Return how each is spoilt."""
    ways: list[int] = (bits >> np.uint64(40)).astype(np.int64).tolist()
    return ways

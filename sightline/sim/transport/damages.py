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
    return WAYS[drawn % len(WAYS)](msgspec.json.decode(line)) + b"\n"


def _cut_off(event: Event) -> bytes:
    line = msgspec.json.encode(event)
    return line[: len(line) * 3 // 5].decode(errors="ignore").rstrip().encode()


def _with_number_for_time(event: Event) -> bytes:
    return msgspec.json.encode(event | {"time": 20_260_105})


def _without_type(event: Event) -> bytes:
    return msgspec.json.encode({name: event[name] for name in event if name != "type"})


def _of_unknown_version(event: Event) -> bytes:
    return msgspec.json.encode(event | {"type": event["type"].replace(".v1", ".v9")})


def _negative(event: Event) -> bytes:
    """Return a magnitude below 0; where there is none, data that is no object."""
    data = event["data"]
    if "q" not in data or event["type"] in SIGNED:
        return msgspec.json.encode(event | {"data": "see attachment"})
    return msgspec.json.encode(event | {"data": data | {"q": {"qty": "-7", "uom": "EA"}}})


def _with_impossible_time(event: Event) -> bytes:
    return msgspec.json.encode(event | {"time": event["time"].replace("-", "/")})


SIGNED = tuple(
    f"io.sightline.{name}.v1"
    for name in ("inventory.adjusted", "allocation.changed", "inventory.hold_changed")
)
WAYS: tuple[Callable[[Event], bytes], ...] = (
    _cut_off,
    _with_number_for_time,
    _without_type,
    _of_unknown_version,
    _negative,
    _with_impossible_time,
)


def ways_of(bits: Keys) -> list[int]:
    """Return how each is spoilt."""
    ways: list[int] = (bits >> np.uint64(40)).astype(np.int64).tolist()
    return ways

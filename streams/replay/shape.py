# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the states of the stream are made of: a state of another make cannot be taken up."""

import hashlib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from typing import Any, get_args, get_type_hints

from streams.io.blocks import FORMAT
from streams.logic.demand.frontier import FrontierState
from streams.logic.demand.location import LocationState
from streams.logic.intake import IntakeState
from streams.logic.positions import PartitionState

STATES = (IntakeState, PartitionState, FrontierState, LocationState)


@cache
def shape() -> str:
    """Return a fingerprint of every field of every state, of their format and the engine."""
    told = sorted({line for each in STATES for line in _told(each, set())})
    text = "\n".join([f"bytewax {version('bytewax')}", f"format {FORMAT}", *told])
    return hashlib.sha256(text.encode()).hexdigest()


def _told(kind: Any, seen: set[Any]) -> Iterator[str]:
    if kind in seen or not isinstance(kind, type) or not is_dataclass(kind):
        return
    seen.add(kind)
    hints = get_type_hints(kind)
    for each in fields(kind):
        hint = hints[each.name]
        yield f"{kind.__qualname__}.{each.name}: {hint}"
        for inner in _parts(hint):
            yield from _told(inner, seen)


def _parts(hint: Any) -> Iterator[Any]:
    if isinstance(hint, type):
        yield hint
    for inner in get_args(hint):
        yield from _parts(inner)

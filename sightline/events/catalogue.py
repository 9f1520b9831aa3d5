# SPDX-License-Identifier: AGPL-3.0-or-later
"""The catalogue of event types, from which columns, messages and documents come."""

import difflib

from sightline.errors import UnknownTypeError
from sightline.events.domains import (
    decision,
    demand,
    exception,
    integration,
    inventory,
    master,
    process,
    supply,
    transfer,
)
from sightline.events.event_type import DECLARED, MAJOR, PREFIX, EventType

DOMAINS = (
    inventory,
    transfer,
    demand,
    supply,
    decision,
    exception,
    integration,
    master,
    process,
)

LONGEST_GUESS = 100  # comparing names takes time that grows with their length

TYPES: dict[str, EventType] = {
    kind.full: kind for kind in sorted(DECLARED, key=lambda kind: kind.number)
}


def find(name: str) -> EventType:
    """Return the event type with the short or full `name`.

    Raises
    ------
    UnknownTypeError
        The catalogue has none; the message names the nearest ones.

    Examples
    --------
    >>> find("inventory.receipt").full
    'io.sightline.inventory.receipt.v1'
    """
    for full in (name, f"{PREFIX}{name}{MAJOR}"):
        if full in TYPES:
            return TYPES[full]
    raise UnknownTypeError(f"There is no event type {name!r}; {advice(name)}")


def advice(name: str) -> str:
    """Return what to do about the unknown type `name`: the nearest ones, where to look."""
    asked = name.removeprefix(PREFIX).removesuffix(MAJOR)
    names = [kind.name for kind in TYPES.values()] if len(asked) < LONGEST_GUESS else []
    near = difflib.get_close_matches(asked, names, cutoff=0.5)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}`sightline events list` shows all {len(TYPES)}."

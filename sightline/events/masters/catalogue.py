# SPDX-License-Identifier: AGPL-3.0-or-later
"""All entities by name."""

import difflib

from sightline.errors import UnknownTypeError
from sightline.events.masters.entity import Entity
from sightline.events.masters.goods import GOODS
from sightline.events.masters.trade import TRADE

LONGEST_GUESS = 100

ENTITIES: dict[str, Entity] = {each.name: each for each in (*GOODS, *TRADE)}


def find(name: str) -> Entity:
    """Return the entity called `name`.

    Raises
    ------
    UnknownTypeError
        There is none; the message names the nearest ones.

    Examples
    --------
    >>> find("item_uom").table
    'item_units'
    """
    if name in ENTITIES:
        return ENTITIES[name]
    raise UnknownTypeError(f"There is no entity {name!r}; {advice(name)}.")


def advice(name: str) -> str:
    """Return what to do about the unknown entity `name`."""
    guess = name.lower() if len(name) < LONGEST_GUESS else ""
    near = difflib.get_close_matches(guess, ENTITIES, cutoff=0.6)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    return f"{meant}expected one of {', '.join(ENTITIES)}"


def object_type(name: str) -> str:
    """Return the type of the object that a record of the entity `name` is."""
    known = ENTITIES.get(name)
    return (known and known.object_type) or name

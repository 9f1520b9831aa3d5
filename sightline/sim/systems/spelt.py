# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a kind of event says of itself, before an envelope is put around it."""

from dataclasses import dataclass, field

from sightline.sim.engine.draws import Keys
from sightline.sim.engine.moments import Ints
from sightline.sim.systems.spelling import Piece


@dataclass(frozen=True, slots=True)
class Spelt:
    """Rows of one kind.

    Attributes
    ----------
    source
        System that records each, an index.
    name
        Pieces of its name within the source.
    item
        Index of the item, which is the partition key.
    flow
        Correlation id, "" for none.
    together
        Rows with equal keys and times are recorded together.
    data
        Pieces of the event's data, without the braces.
    """

    source: Ints
    name: list[Piece]
    item: Ints
    together: Keys
    flow: Piece = ""
    data: list[Piece] = field(default_factory=list)

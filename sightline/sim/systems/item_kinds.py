# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts and forecasts, spelt out: columns in, pieces of events out."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sightline.sim.engine.draws import Keys, mixed
from sightline.sim.engine.moments import Ints
from sightline.sim.systems.naming import Naming
from sightline.sim.systems.quantities import Quantities
from sightline.sim.systems.sources import PLANNING, Sources
from sightline.sim.systems.spelling import Piece, day_texts, joined, looked_up, whole
from sightline.sim.systems.spelt import Spelt

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast


class ItemKinds:
    """Spells what concerns an item at a place."""

    def __init__(self, cast: "Cast", sources: Sources, naming: Naming) -> None:
        self._naming = naming
        self._sources = sources
        self._quantities = Quantities(cast)
        self._place_keys = cast.place_keys
        self._people = pa.array([person.id for person in cast.people])
        self.by_kind = {"inventory.counted": self.counted, "forecast.published": self.forecast}

    def counted(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell counts."""
        item, place = columns["item"], columns["place"]
        on = day_texts(columns["number"], "%y%m%d")
        where = looked_up(self._naming.places, place)
        count = joined("CC-", where, "-", on, "-", looked_up(self._naming.items, item))
        data = [
            *self._named(item, place),
            ',"q":',
            *self._quantities.pieces(columns["units"]),
            ',"count_id":"',
            count,
            '","counter":"',
            looked_up(self._people, columns["counter"]),
            '","objects":[',
            *self._objects(item, place),
            ',{"type":"count","id":"',
            count,
            '"}]',
        ]
        name: list[Piece] = ["counted/", count, "/", whole(at // 1000)]
        return Spelt(
            self._sources.of_place[place], name, item, self._together(place), data=data
        )

    def forecast(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell what planning expects."""
        item, place = columns["item"], columns["place"]
        begins, version = day_texts(columns["bucket_day"]), whole(columns["version"])
        data = [
            *self._named(item, place),
            ',"q":',
            *self._quantities.pieces(columns["units"]),
            ',"bucket_start":"',
            begins,
            '","bucket_len":',
            whole(columns["bucket_len"]),
            ',"version":',
            version,
            ',"lag":',
            whole(columns["lag"]),
            ',"sd":',
            whole(columns["sd"]),
            ',"objects":[',
            *self._objects(item, place),
            "]",
        ]
        named = self._naming
        name: list[Piece] = [
            *("forecast/", looked_up(named.items, item), "/", looked_up(named.places, place)),
            *("/", begins, "/", version),
        ]
        source = np.full(len(at), self._sources.index[PLANNING])
        return Spelt(source, name, item, self._together(place), data=data)

    def _named(self, item: Ints, place: Ints) -> list[Piece]:
        items, places = self._naming.items, self._naming.places
        return ['"item":"', looked_up(items, item), '","loc":"', looked_up(places, place), '"']

    def _objects(self, item: Ints, place: Ints) -> list[Piece]:
        items, places = self._naming.items, self._naming.places
        return [
            '{"type":"item","id":"',
            looked_up(items, item),
            '"},{"type":"loc","id":"',
            looked_up(places, place),
            '"}',
        ]

    def _together(self, place: Ints) -> Keys:
        return mixed(self._place_keys[place], np.zeros(1, np.uint64))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planning parameters as master records, first as the world begins, anew when they change."""

from collections.abc import Iterator

import numpy as np

from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY
from sightline.sim.engine.world import World
from sightline.sim.procure.dates import iso
from sightline.sim.procure.levels import REVIEW_DAYS, Levels, levels
from sightline.sim.procure.params import Params

SOURCE = "mdm://hub"
SERVICE_BY_ABC = ("0.98", "0.95", "0.9")


class Records:
    """Tells of the parameters of every place at first and whenever they change."""

    def __init__(self, world: World, params: Params) -> None:
        self._world = world
        self._params = params
        self._factor = [0.0] * len(world.cast.places)
        self._version = [0] * len(world.cast.places)

    def tell(self, at: int) -> None:
        """Put down new records of places whose parameters change with the day of `at`."""
        for place in range(len(self._factor)):
            factor = self._world.hooks.master_factor(place, at // DAY)
            if factor != self._factor[place]:
                self._factor[place] = factor
                self._version[place] += 1
                for fact in self._of_place(place, at):
                    self._world.facts.one(fact)

    def _of_place(self, place: int, at: int) -> Iterator[Fact]:
        cast, version = self._world.cast, self._version[place]
        needs = self._params.wrong_by(self._factor[place], place)
        labels = self._world.hooks.labels_of("parameters", place, at) if version > 1 else ()
        there = cast.places[place].code
        stated = levels(needs)
        lead = np.round(needs.lead_days, 2)
        for item, code in enumerate(each.code for each in cast.items):
            key = f"{code}/{there}"
            yield Fact(
                at=at,
                kind="master.record_changed",
                source=SOURCE,
                name=f"planning_param/{key}/{version}",
                data={
                    "entity": "planning_param",
                    "key": key,
                    "version": version,
                    "valid_from": iso(at // DAY),
                    "fields": {"item": code, "loc": there}
                    | self._fields(stated, item)
                    | {"lead_time_days": str(lead[item])},
                },
                about={"planning_param": key},
                key=key,
                labels=labels,
            )

    def _fields(self, stated: Levels, item: int) -> dict[str, str]:
        each = self._world.cast.items[item]
        return {
            "reorder_point": str(stated.reorder_point[item]),
            "safety_stock": str(stated.safety[item]),
            "target_stock": str(stated.target[item]),
            "review_days": str(REVIEW_DAYS),
            "moq": str(max(each.moq, each.pack)),
            "lot_size": str(each.pack),
            "service_level": SERVICE_BY_ABC["ABC".index(each.abc)],
        }

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Findings of a review become recommendations: tier, day, reasons, and what is put down."""

import math
from typing import Any

import numpy as np

from sightline.sim.engine.draws import mixed
from sightline.sim.engine.facts import Fact, money, quantity
from sightline.sim.engine.moments import DAY, SECOND
from sightline.sim.engine.world import World
from sightline.sim.procure.dates import iso, short
from sightline.sim.procure.levels import PAPER_DAYS
from sightline.sim.procure.model import SOURCE, Model
from sightline.sim.procure.promises import quoted_days
from sightline.sim.procure.recommendation import Recommendation, Tier
from sightline.sim.procure.review import Findings

AUTO_BELOW = 200_000  # cents
CROSS_FUNCTIONAL_FROM = 1_200_000  # cents
SURE_ENOUGH = 0.60  # for auto
LEAKS = 0.012  # of recommendations that do not run by their tier
IN_THE_MINUTE = 20 * SECOND  # after the hour


class Advising:
    """Makes recommendations out of findings."""

    def __init__(self, world: World, model: Model) -> None:
        self._world = world
        self._model = model
        self._lot = (world.cast.item_keys >> np.uint64(44)).astype(np.int64)

    def made(self, found: Findings, place: int, at: int) -> list[Recommendation]:
        """Return one recommendation for each finding, and put them down."""
        leaks = self._leaks(found, place, at)
        made = []
        for row in range(len(found)):
            each = self._one(found, row, place, at)
            each.is_touched = (each.tier != "auto") ^ bool(leaks[row])
            self._world.facts.one(self._fact(each, found, row))
            made.append(each)
        return made

    def region_of(self, item: int, place: int) -> int:
        """Return the region whose planners look after an item at a place."""
        regions = self._world.cast.places[place].regions
        return regions[int(self._lot[item]) % len(regions)]

    def _one(self, found: Findings, row: int, place: int, at: int) -> Recommendation:
        cast, item = self._world.cast, int(found.item[row])
        article, there = cast.items[item], cast.places[place]
        units, confidence = int(found.advised[row]), float(found.confidence[row])
        supplier = cast.suppliers[article.supplier]
        is_emergency = bool(found.is_emergency[row])
        days = quoted_days(supplier, is_emergency=is_emergency)
        return Recommendation(
            id=f"REC-{article.code}-{there.code}-{short(at // DAY)}",
            at=at + IN_THE_MINUTE,
            item=item,
            place=place,
            region=self.region_of(item, place),
            supplier=article.supplier,
            units=units,
            right_units=int(found.right[row]),
            day=at // DAY + math.ceil(days + PAPER_DAYS),
            confidence=confidence,
            value=units * article.cost,
            tier=_tier(units * article.cost, confidence, is_emergency=is_emergency),
            model_ver=self._model.version,
            rule_ver=self._model.rule,
            is_emergency=is_emergency,
        )

    def _leaks(self, found: Findings, place: int, at: int) -> "np.ndarray[Any, Any]":
        cast = self._world.cast
        keys = mixed(cast.item_keys[found.item], cast.place_keys[place])
        return self._world.draws.stream("tier leak").chance(keys, at // DAY, LEAKS)

    def _fact(self, each: Recommendation, found: Findings, row: int) -> Fact:
        cast = self._world.cast
        article, there = cast.items[each.item], cast.places[each.place].code
        data = plan(self._world, each, each.units, each.day) | {
            "kind": "po",
            "confidence": each.confidence,
            "exposure": money(each.value),
            "rule_ver": each.rule_ver,
            "tier": each.tier,
            "rationale": [
                f"net position {found.position[row]} below {found.reorder_point[row]}",
                f"lead time {cast.suppliers[each.supplier].lead_days} days",
            ],
        }
        if each.model_ver:
            data["model_ver"] = each.model_ver
        return Fact(
            at=each.at,
            kind="decision.recommended",
            source=SOURCE,
            name=f"recommended/{each.id}",
            data=data,
            about={"recommendation": each.id, "item": article.code, "loc": there},
            key=article.code,
            flow=each.id,
            labels=self._world.hooks.labels_of("model", 0, each.at),
        )


def plan(world: World, each: Recommendation, units: int, day: int) -> dict[str, Any]:
    """Return what a recommendation and its resolution both say."""
    article = world.cast.items[each.item]
    return {
        "rec_id": each.id,
        "item": article.code,
        "loc": world.cast.places[each.place].code,
        "region": world.cast.regions[each.region],
        "q": quantity(units, article.pack),
        "date": iso(day),
        "source": world.cast.suppliers[each.supplier].code,
    }


def _tier(value: int, confidence: float, *, is_emergency: bool) -> Tier:
    if value >= CROSS_FUNCTIONAL_FROM:
        return "cross_functional"
    if value < AUTO_BELOW and confidence >= SURE_ENOUGH and not is_emergency:
        return "auto"
    return "planner"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Planners: who looks at a recommendation, when, and what he or she makes of it."""

import math
from collections.abc import Callable, Sequence
from functools import partial

from sightline.sim.cast.kinds import Person
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import DAY, HOUR
from sightline.sim.engine.world import World
from sightline.sim.procure import motives
from sightline.sim.procure.advising import plan
from sightline.sim.procure.model import SOURCE
from sightline.sim.procure.motives import Sight
from sightline.sim.procure.params import Params
from sightline.sim.procure.recommendation import Recommendation

EXPIRES_AFTER = 4 * DAY
FORGOTTEN = 0.012  # of recommendations nobody ever opens
READING_SPREAD = 0.45  # log sd of the time for one
CROSS_FUNCTIONAL_TIMES = 4.0  # of the usual time: others have to be asked
OVERRIDES_AT_EASE = -1.85  # log odds: a planner without habits, no deviation, usual confidence
BY_DEVIATION, MOST_DEVIATION = 1.8, 1.2
BY_CONFIDENCE, USUAL_CONFIDENCE = -1.5, 0.75
BY_VALUE, USUAL_VALUE = 0.12, 100_000  # per log of value over the usual one, cents
HABIT_SPREAD, MOOD_SPREAD = 0.12, 0.08  # log sd of the quantity in mind: by item, by day
OTHER_DAY = 0.10  # of changes are of the day and not of the quantity
OTHER_DAYS = (-3, -2, 2, 3, 5)

Then = Callable[[Recommendation, int], None]


class Planners:
    """Works off recommendations in office hours.

    Parameters
    ----------
    then
        Called with every recommendation that was resolved, and the moment.
    """

    def __init__(self, world: World, params: Params, then: Then) -> None:
        self._world = world
        self._params = params
        self._then = then
        self._busy_until = {each.id: 0 for each in world.cast.people_of("planner")}
        self._open: dict[str, Recommendation] = {}

    def open(self) -> list[Recommendation]:
        """Return what is not resolved, in order of id."""
        return [self._open[each] for each in sorted(self._open)]

    def take(self, made: Sequence[Recommendation], at: int) -> None:
        """Lay `made` on desks, the most urgent and dearest on top; some run by themselves."""
        for each in sorted(
            made, key=lambda each: (not each.is_emergency, -each.value, each.id)
        ):
            self._open[each.id] = each
            if each.is_touched:
                self._lay(each, at)
            else:
                due = at + HOUR // 4
                self._world.agenda.at(due, f"auto/{each.id}", partial(self._run, each))

    def _lay(self, each: Recommendation, at: int) -> None:
        planner = self._planner(each, at)
        each.planner = planner.id
        dice = self._world.draws.dice("desk", each.id)
        is_forgotten = dice.chance(FORGOTTEN) and not each.is_emergency
        hours = dice.lognormal(1.0, READING_SPREAD) / planner.per_hour
        if each.tier == "cross_functional":
            hours *= CROSS_FUNCTIONAL_TIMES
        begin = max(at, self._busy_until[planner.id])
        done = self._world.cast.office_of(planner.regions[0]).add_work(begin, hours)
        if is_forgotten or done > at + EXPIRES_AFTER:
            due = at + EXPIRES_AFTER
            self._world.agenda.at(due, f"expire/{each.id}", partial(self._expire, each))
            return
        self._busy_until[planner.id] = done
        self._world.agenda.at(done, f"decide/{each.id}", partial(self._decide, each))

    def _planner(self, each: Recommendation, at: int) -> Person:
        cast = self._world.cast
        team = cast.people_of("planner", each.region)
        person = team[int(cast.item_family[each.item]) % len(team)]
        if self._world.hooks.is_absent(person.id, at) and person.delegate:
            return cast.person(person.delegate)
        return person

    def _run(self, each: Recommendation, at: int) -> None:
        each.outcome, each.final_units, each.final_day = "auto", each.units, each.day
        self._resolve(each, at)

    def _expire(self, each: Recommendation, at: int) -> None:
        each.outcome, each.final_units, each.final_day = "expired", 0, each.day
        each.is_touched = False
        self._resolve(each, at)

    def _decide(self, each: Recommendation, at: int) -> None:
        person = self._world.cast.person(each.planner)
        dice = self._world.draws.dice("decision", each.id)
        drawn = dice.uniform()
        each.habit_units = self._habit(each, person)
        sight = self._sight(each, at)
        each.outcome, each.final_units, each.final_day = "accepted", each.units, each.day
        if drawn < override_chance(each, person, sight):
            self._override(each, sight)
        self._resolve(each, at)

    def _sight(self, each: Recommendation, at: int) -> Sight:
        """Return what a planner sees that the recommendation was made without."""
        hooks = self._world.hooks
        demand = float(self._params.surprise(at // DAY)[each.item, each.place])
        master = hooks.master_factor(each.place, at // DAY)
        habit = hooks.override_log_odds(each.region, at)
        return Sight(
            demand=math.log(max(demand, 0.01)),
            master=math.log(max(master, 0.01)),
            gap=math.log(max(each.habit_units, 1) / max(each.units, 1)),
            habit=habit,
        )

    def _habit(self, each: Recommendation, person: Person) -> int:
        draws = self._world.draws
        by_item = draws.dice("habit", person.id, each.item, each.place).normal(0, HABIT_SPREAD)
        mood = draws.dice("mood", each.id).normal(0, MOOD_SPREAD)
        return round(each.right_units * math.exp(person.qty_bias + by_item + mood))

    def _override(self, each: Recommendation, sight: Sight) -> None:
        dice = self._world.draws.dice("override", each.id)
        each.motive = motives.motive(sight, dice)
        each.reason = motives.code(each.motive, dice)
        has_true_cause = each.motive in ("true_demand", "wrong_master")
        moves_day, days = dice.chance(OTHER_DAY), dice.choice(OTHER_DAYS)
        if motives.refuses(each.motive, each.right_units, dice):
            each.outcome, each.final_units = "rejected", 0
        elif moves_day and not has_true_cause:
            each.outcome = "modified"
            each.final_day = max(each.at // DAY + 1, each.day + days)
        else:
            pack = self._world.cast.items[each.item].pack
            wanted = motives.wanted(each.motive, each, pack, dice)
            _change_quantity(each, wanted, pack)

    def _resolve(self, each: Recommendation, at: int) -> None:
        each.decided_at = at
        del self._open[each.id]
        self._then(each, at)
        self._world.facts.one(self._fact(each, at))
        self._world.ended(each)

    def _fact(self, each: Recommendation, at: int) -> Fact:
        world = self._world
        data = plan(world, each, each.final_units, each.final_day) | {"outcome": each.outcome}
        about = {"recommendation": each.id, "item": data["item"], "loc": data["loc"]}
        if each.reason:
            data["reason_code"] = each.reason
        if each.is_touched:
            data["actor"] = {"id": each.planner, "role": "planner"}
        if each.order_line:
            data["executed_doc"] = each.order_line
            about["po_line"] = each.order_line
        return Fact(
            at=at,
            kind="decision.resolved",
            source=SOURCE,
            name=f"resolved/{each.id}",
            data=data,
            about=about,
            key=data["item"],
            flow=each.id,
            labels=world.hooks.labels_of("decision", each.region, at, each.id)
            if each.is_overridden
            else (),
        )


def _change_quantity(each: Recommendation, wanted: float, pack: int) -> None:
    cases = max(1, round(wanted / pack))
    if cases * pack == each.units:
        cases += 1
    each.outcome, each.final_units = "modified", cases * pack


def override_chance(each: Recommendation, person: Person, sight: Sight) -> float:
    """Return the probability that `person` does not take `each` as it is."""
    odds = (
        OVERRIDES_AT_EASE
        + person.overrides
        + sight.habit
        + BY_DEVIATION * min(MOST_DEVIATION, abs(sight.gap))
        + BY_CONFIDENCE * (each.confidence - USUAL_CONFIDENCE)
        + BY_VALUE * math.log(max(each.value, 1) / USUAL_VALUE)
    )
    return round(1 / (1 + math.exp(-odds)), 6)

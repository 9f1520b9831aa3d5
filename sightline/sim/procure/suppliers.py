# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a supplier will serve an order, drawn once when the order is released."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from sightline.sim.cast.kinds import Supplier
from sightline.sim.engine.agenda import free_minute
from sightline.sim.engine.draws import Dice
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND
from sightline.sim.engine.world import World
from sightline.sim.procure.order import PurchaseLine, Status
from sightline.sim.procure.promises import HURRY, quoted_days

ACK_SPREAD, TRANSIT_SPREAD = 0.7, 0.12  # log sd
HELD_UP, HELD_UP_DAYS = 0.04, (1.0, 3.0)  # on the way
SLIP_SHARE, SLIP_DAYS = 0.6, (2, 7)  # of changes by the supplier move the day, the rest units
REJECTS = 0.004
CUT = (0.5, 0.9)
FIRST_PART = (0.4, 0.8)
NEVER = 0.10  # of rests of partial deliveries
REST_DAYS = (2.0, 7.0)
WRONG_ADVICE = 0.015
SOONEST = 3 * HOUR


@dataclass(frozen=True, slots=True)
class Course:
    """An order's way, µs.

    Attributes
    ----------
    answers_at
        0 when the supplier never answers.
    confirmed_day
        Day it promises, since 1970.
    ships_at, arrives_at, eta
        Of the first shipment: off the supplier's dock, at ours, and as it is advised.
    rest_ships_at, rest_arrives_at
        Of the second one, for what the first leaves out.
    """

    answers_at: int
    confirmed_day: int
    slips: bool
    ships_at: int
    arrives_at: int
    eta: int
    rest_ships_at: int
    rest_arrives_at: int
    is_advised: bool
    is_rest_advised: bool
    is_held_up: bool


@dataclass(frozen=True, slots=True)
class Share:
    """What a supplier does about one line; pieces.

    Attributes
    ----------
    first, rest
        Truly in the first and in the second shipment.
    first_advised, rest_advised
        As the advice has it.
    """

    status: Status
    confirmed: int
    first: int
    rest: int
    first_advised: int
    rest_advised: int


def course(world: World, order: Sequence[PurchaseLine], at: int) -> Course:
    """Return the way of an order released at `at`."""
    head = order[0]
    supplier = world.cast.suppliers[head.supplier]
    dice = world.draws.dice("supplier", head.po)
    never_answers = dice.chance(supplier.ack_silent)
    is_silenced = world.hooks.is_silent(head.supplier, at)
    answers_at = at + _us(HOUR, dice.lognormal(supplier.ack_hours, ACK_SPREAD))
    slips = dice.chance(supplier.ack_change * SLIP_SHARE)
    slip = dice.whole(*SLIP_DAYS) if slips else 0
    lead = _lead_days(supplier, dice) * world.hooks.lead_factor(head.supplier, at)
    transit = supplier.transit_days * dice.lognormal(1.0, TRANSIT_SPREAD)
    is_held_up, held_up = dice.chance(HELD_UP), dice.uniform(*HELD_UP_DAYS)
    rest_days = dice.uniform(*REST_DAYS)
    hurry = HURRY if head.is_emergency else 1.0
    ships_at = at + max(SOONEST, _us(DAY, (lead - supplier.transit_days) * hurry + slip))
    on_way = _us(DAY, transit * hurry + held_up * is_held_up)
    rest_ships_at = ships_at + _us(DAY, rest_days)
    answers_at = min(answers_at, ships_at - 30 * MINUTE)
    if is_silenced and not never_answers:
        _missed(world, head.supplier, at, free_minute(answers_at))
    return Course(
        answers_at=0 if never_answers or is_silenced else answers_at,
        confirmed_day=_promise(supplier, head, at, slip),
        slips=slips,
        ships_at=ships_at,
        arrives_at=ships_at + on_way,
        eta=ships_at + _us(DAY, supplier.transit_days * hurry),
        rest_ships_at=rest_ships_at,
        rest_arrives_at=rest_ships_at + _us(DAY, transit * hurry),
        is_advised=not dice.chance(supplier.asn_missing),
        is_rest_advised=not dice.chance(supplier.asn_missing),
        is_held_up=is_held_up,
    )


def _missed(world: World, supplier: int, at: int, due: int) -> None:
    """Note that an answer fails to come at `due`: from then on it can be seen."""
    for each in world.hooks.supplier_labels(supplier, at) if due < world.run.end else ():
        label = world.labels.all[each]
        label.first_detectable = min(label.first_detectable or due, due)


def share(world: World, line: PurchaseLine, at: int) -> Share:
    """Return what the supplier does about `line`, released at `at`."""
    supplier = world.cast.suppliers[line.supplier]
    dice = world.draws.dice("supplier", line.id)
    rejects = dice.chance(REJECTS)
    cuts, kept = dice.chance(supplier.ack_change * (1 - SLIP_SHARE)), dice.uniform(*CUT)
    partial = world.hooks.partial_chance(line.supplier, at, supplier.partial)
    in_parts, part = dice.chance(partial), dice.uniform(*FIRST_PART)
    never = dice.chance(NEVER)
    if rejects:
        return Share("reject", 0, 0, 0, 0, 0)
    confirmed = _cases(line, kept) if cuts else line.ordered
    first = _cases(line, part * confirmed / line.ordered) if in_parts else confirmed
    first = min(first, confirmed)
    rest = 0 if never else confirmed - first
    slack = _slack(line, dice)
    return Share(
        status="change" if confirmed != line.ordered else "accept",
        confirmed=confirmed,
        first=max(1, first + slack),
        rest=rest,
        first_advised=first,
        rest_advised=rest,
    )


def _lead_days(supplier: Supplier, dice: Dice) -> float:
    mean, cv = supplier.lead_days, supplier.lead_cv
    if supplier.lead_shape == "gamma":
        return dice.gamma(mean, cv)
    variance = math.log(1 + cv * cv)
    return dice.lognormal(mean * math.exp(-variance / 2), math.sqrt(variance))


def _promise(supplier: Supplier, line: PurchaseLine, at: int, slip: int) -> int:
    quoted = at // DAY + math.ceil(quoted_days(supplier, is_emergency=line.is_emergency))
    return max(line.need_day, quoted) + slip


def _cases(line: PurchaseLine, portion: float) -> int:
    """Return whole cases of about `portion` of the line, at least one, or all of it."""
    cases = line.ordered // line.pack
    return max(1, round(cases * portion)) * line.pack if cases > 1 else line.ordered


def _slack(line: PurchaseLine, dice: Dice) -> int:
    """Return how many pieces too many or too few are in the first shipment; mostly 0."""
    wrong, over = dice.chance(WRONG_ADVICE), dice.chance(0.3)
    if not wrong:
        return 0
    pieces = min(line.pack, max(1, line.ordered // 4))
    return pieces if over else -pieces


def _us(unit: int, count: float) -> int:
    """Return `count` units as µs, to whole seconds."""
    return round(count * unit / SECOND) * SECOND

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The cast as master records: entity, key and fields, as docs/master-data.md has them."""

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sightline.sim.cast import rules
from sightline.sim.cast.calendars import Calendar
from sightline.sim.cast.cast import Cast
from sightline.sim.cast.holidays import holidays
from sightline.sim.cast.kinds import Contract, Item, Lane
from sightline.sim.engine.facts import money
from sightline.sim.engine.moments import HOUR, date_of
from sightline.sim.office import policy

SAME_DAY_TARGET = "0.95"
SAME_DAY_PENALTY = 1_500  # cents a line


class Record(NamedTuple):
    """One master record; what it is about an item lies with that `item`."""

    entity: str
    key: str
    fields: dict[str, Any]
    item: str = ""


def records(cast: Cast, first: date, last: date) -> Iterator[Record]:
    """Yield a record of everything; calendars know the holidays of all years touched."""
    for item in cast.items:
        yield from _of_item(cast, item)
    yield from _of_places(cast)
    for calendar in (*cast.calendars, *cast.offices):
        yield _calendar(calendar, range(first.year - 1, last.year + 2))
    yield from _of_suppliers(cast)
    yield from (_lane(cast, lane) for lane in cast.lanes)
    yield from _of_customers(cast)
    for contract in cast.contracts:
        yield from _of_contract(cast, contract)
    yield from _approval_policies()
    yield from _of_rules()


def _of_item(cast: Cast, item: Item) -> Iterator[Record]:
    fields = {
        "description": item.name,
        "family": item.family,
        "category": item.category,
        "base_uom": "EA",
        "abc_class": item.abc,
        "status": "active",
        "supplier": cast.suppliers[item.supplier].code,
        "weight_kg": f"{item.weight_g // 1000}.{item.weight_g % 1000:03d}",
    }
    yield Record("item", item.code, fields, item.code)
    case = {"item": item.code, "uom": "CS", "num": item.pack, "den": 1}
    yield Record("item_uom", f"{item.code}/CS", case, item.code)
    worth = {"unit_cost": _euro(item.cost), "unit_price": _euro(item.price), "currency": "EUR"}
    yield Record("cost", item.code, {"item": item.code, **worth}, item.code)


def _of_places(cast: Cast) -> Iterator[Record]:
    for place in cast.places:
        fields = {
            "name": place.name,
            "kind": "cross_dock" if place.kind == "cross_dock" else "dc",
            "region": cast.regions[place.regions[0]],
            "zone": place.zone,
            "country": place.country,
            "calendar": place.calendar,
        }
        yield Record("location", place.code, fields)


def _calendar(calendar: Calendar, years: range) -> Record:
    begin, end = calendar.hours
    free = [str(date_of(day)) for year in years for day in holidays(calendar.country, year)]
    fields = {
        "zone": calendar.zone,
        "working_days": ",".join(calendar.working_days),
        "hours": f"{begin:02d}:00-{end:02d}:00",
        "holidays": free,
    }
    return Record("calendar", calendar.code, fields)


def _of_suppliers(cast: Cast) -> Iterator[Record]:
    for each in cast.suppliers:
        fields = {
            "name": each.name,
            "country": each.country,
            "lead_time_days": str(each.lead_days),
        }
        yield Record("supplier", each.code, fields)


def _lane(cast: Cast, lane: Lane) -> Record:
    begin, end = cast.places[lane.from_place].code, cast.places[lane.to_place].code
    fields = {
        "from_loc": begin,
        "to_loc": end,
        "mode": "road",
        "lead_time_days": str(lane.days),
        "carrier": lane.carrier,
        "unit_cost": _euro(lane.cost),
        "currency": "EUR",
    }
    return Record("lane", f"{begin}-{end}", fields)


def _of_customers(cast: Cast) -> Iterator[Record]:
    for each in cast.customers:
        fields = {
            "name": each.name,
            "tier": str(each.tier),
            "segment": each.segment,
            "region": cast.regions[each.region],
            "channel": each.channel,
        }
        yield Record("customer", each.code, fields)


def _of_contract(cast: Cast, contract: Contract) -> Iterator[Record]:
    customer = cast.customers[contract.customer]
    name = f"Supply agreement with {customer.name}"
    yield Record("contract", contract.code, {"customer": customer.code, "name": name})
    month = {"contract": contract.code, "period": "month", "currency": "EUR"}
    fill = {
        "clause": "Lines filled in a month",
        "metric": "line_fill",
        "target": str(contract.fill_target),
        "penalty": _euro(contract.penalty),
        "penalty_kind": "fixed",
    }
    yield Record("contract_clause", f"{contract.code}/fill", month | fill)
    if contract.is_same_day:
        same_day = {
            "clause": "Shipped on the day of the order",
            "metric": "same_day_ship",
            "target": SAME_DAY_TARGET,
            "penalty": _euro(SAME_DAY_PENALTY),
            "penalty_kind": "per_line",
            "cap": _euro(contract.penalty),
        }
        yield Record("contract_clause", f"{contract.code}/same_day", month | same_day)


def _approval_policies() -> Iterator[Record]:
    bounds = [policy.FROM_CENTS[role] for role in policy.LADDER]
    for role, least, below in zip(policy.LADDER, bounds, [*bounds[1:], None], strict=True):
        limit = {"max_amount": _euro(below)} if below else {}
        yield _approval_policy(f"PO-{role.upper()}", "po", least, role, limit)
    least = policy.TRANSFER_FROM_CENTS
    yield _approval_policy("TRANSFER-BUYER_LEAD", "transfer", least, policy.LADDER[0], {})


def _approval_policy(
    code: str, about: str, least: int, role: str, limit: dict[str, str]
) -> Record:
    path = policy.path_of(least)
    fields = {
        "object": about,
        "min_amount": _euro(least),
        "currency": "EUR",
        "approver_role": role,
        "sla_hours": str(len(path) * policy.STEP_TARGET // HOUR),
        "path": list(path),
        "four_eyes": True,
    }
    return Record("approval_policy", code, fields | limit)


def _of_rules() -> Iterator[Record]:
    for rule in rules.APART:
        fields = {
            "activity_a": rule.first,
            "activity_b": rule.second,
            "process": rule.process,
        }
        yield Record("sod_rule", rule.code, fields)
    for reason in rules.REASONS:
        fields = {"name": reason.name, "group": reason.group, "process": reason.process}
        yield Record("reason_code", reason.code, fields)
    for link in rules.LINKS:
        fields = {
            "object": link.object_type,
            "system": link.system,
            "label": link.label,
            "url": link.url,
        }
        yield Record("link_template", link.code, fields)


def _euro(cents: int) -> str:
    return money(cents)["amount"]

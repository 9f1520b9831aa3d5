# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master data: everything that events name is explained, and the product takes all of it."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from sightline.events.decode import Decoded, decode_lines
from sightline.events.masters import ENTITIES
from sightline.events.masters.lists import dates, weekdays
from sightline.sim import build
from sightline.sim.cast.cast import Cast
from sightline.sim.cast.masters import facts
from sightline.sim.engine.book import Book
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.labels import Labels
from sightline.sim.engine.moments import HOUR
from sightline.sim.engine.world import Hour
from sightline.sim.profile import PROFILES, Run
from sightline.sim.systems.recorder import Recorder

Fields = dict[str, Any]
RUN = Run(profile=PROFILES["tiny"], seed=1)
CAST = Cast.build(RUN.profile, RUN.seed)
TOLD = list(facts(CAST, RUN))
REASONS = {
    "SUPPLIER_CAPACITY", "PROMO_NOT_IN_FORECAST", "MOQ_ROUNDING", "CUSTOMER_PRIORITY",
    "LOCAL_KNOWLEDGE", "DATA_ERROR", "OTHER",
}  # fmt: skip


def decoded(cast: Cast, run: Run, told: Iterable[Fact]) -> Decoded:
    """Return what the product makes of facts, as the company's systems record them."""
    hour = Hour(run.start - HOUR, list(told), [], Book(1, 1).taken(), [])
    lines = Recorder(cast, Labels(), run).lines(hour).line.to_pylist()
    return decode_lines(lines, ingest_ms=run.start // 1000)


def fields_of(entity: str) -> dict[str, Fields]:
    """Return the records of an entity by key."""
    return {
        each.data["key"]: each.data["fields"] for each in TOLD if each.data["entity"] == entity
    }


@pytest.mark.parametrize("name", ["tiny", "soak"])
def test_the_product_takes_every_record(name: str) -> None:
    # given the master data of a world
    run = Run(profile=PROFILES[name], seed=3)
    cast = Cast.build(run.profile, run.seed)
    told = list(facts(cast, run))
    # when the company's systems record them and the product reads them
    taken = decoded(cast, run, told)
    # then every one is accepted, under an id of its own, before the world begins
    assert taken.refused == []
    rows = taken.table.select(["id", "time", "item"]).to_pylist()
    assert len({row["id"] for row in rows}) == len(told) == len(rows)
    assert all(row["time"].timestamp() * 1e6 < run.start for row in rows)
    assert sum(row["item"] != "" for row in rows) == 3 * len(cast.items)


def test_every_entity_has_records_but_those_that_others_tell() -> None:
    told = Counter(each.data["entity"] for each in TOLD)
    assert set(ENTITIES) - set(told) == {"planning_param", "object"}
    sizes = (200, 200, 200, 60, 12, 3, 6)
    names = ("item", "item_uom", "cost", "customer", "supplier", "location", "contract")
    assert tuple(told[name] for name in names) == sizes


def test_every_record_that_another_names_is_there() -> None:
    # given all records
    known = {(each.data["entity"], each.data["key"]) for each in TOLD}
    # when their fields refer to others
    named = {
        (field.to, str(each.data["fields"][field.name]))
        for each in TOLD
        for field in ENTITIES[each.data["entity"]].fields
        if field.to and each.data["fields"].get(field.name)
    }
    # then those are among them
    assert len(named) > 200
    assert named <= known


def test_no_field_is_told_that_its_entity_does_not_know() -> None:
    for each in TOLD:
        known = {field.name for field in ENTITIES[each.data["entity"]].fields}
        assert set(each.data["fields"]) <= known


def test_money_and_packs_are_those_of_the_cast() -> None:
    item = CAST.items[17]
    assert fields_of("item_uom")[f"{item.code}/CS"]["num"] == item.pack
    cost = fields_of("cost")[item.code]
    assert round(float(cost["unit_cost"]) * 100) == item.cost
    assert round(float(cost["unit_price"]) * 100) == item.price


def test_a_calendar_tells_the_days_on_which_its_place_rests() -> None:
    # given the record of a place's calendar, as the product reads it
    place = CAST.places[2]
    told = fields_of("calendar")[place.calendar]
    free = {(each - each.fromordinal(719_163)).days for each in dates(told["holidays"])}
    days = weekdays(told["working_days"])
    names = ("thu", "fri", "sat", "sun", "mon", "tue", "wed")  # 1970-01-01 was a Thursday
    # then the days on which it is open by the record are those of the world
    calendar = CAST.calendar_of(place.index)
    for day in range(RUN.start // (24 * HOUR), RUN.end // (24 * HOUR)):
        assert calendar.is_open(day) == (names[day % 7] in days and day not in free)


def test_every_contract_has_a_clause_of_fill_and_some_a_clause_of_the_same_day() -> None:
    clauses = fields_of("contract_clause")
    for each in CAST.contracts:
        fill = clauses[f"{each.code}/fill"]
        assert (float(fill["target"]), fill["period"]) == (each.fill_target, "month")
        assert (f"{each.code}/same_day" in clauses) == each.is_same_day


def test_who_approves_what_has_no_gap() -> None:
    policies = [
        each for each in fields_of("approval_policy").values() if each["object"] == "po"
    ]
    bounds = [(float(each["min_amount"]), each.get("max_amount")) for each in policies]
    assert [least for least, _ in bounds] == [5_000, 25_000, 100_000]
    assert [below and float(below) for _, below in bounds] == [25_000, 100_000, None]
    assert [each["path"][-1] for each in policies] == ["buyer_lead", "finance", "cfo"]
    assert all(each["four_eyes"] for each in policies)


def test_every_reason_for_overriding_is_explained() -> None:
    reasons = fields_of("reason_code")
    assert set(REASONS) <= {
        key for key, each in reasons.items() if each["process"] == "decision"
    }
    assert len({each["name"] for each in reasons.values()}) == len(reasons)


def test_every_reason_that_a_world_states_is_explained() -> None:
    # given two weeks of a tiny world
    world = build.world(RUN.lasting(14))
    # when its facts state reasons
    stated = {
        str(fact.data["reason_code"])
        for hour in world.hours()
        for fact in hour.one
        if fact.data.get("reason_code")
    }
    # then each is a record
    assert len(stated) > 8
    assert stated <= set(fields_of("reason_code"))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Hours made by hand: every kind of facts, and as many as a test wants."""

from typing import Any

import numpy as np

from sightline.sim.cast.cast import Cast
from sightline.sim.engine.book import Book
from sightline.sim.engine.facts import Fact, Many, money, quantity
from sightline.sim.engine.moments import DAY, SECOND
from sightline.sim.engine.world import Hour
from sightline.sim.profile import PROFILES, START, Run

TINY = PROFILES["tiny"]
RUN = Run(profile=TINY, seed=7)
CAST = Cast.build(TINY, 7)
TODAY = START // DAY


def hour_of(*, one: list[Fact] | None = None, many: list[Many] | None = None) -> Hour:
    """Return the first hour of the run with these facts."""
    return Hour(START, one or [], many or [], Book(1, 1).taken(), [])


def many_lines(kind: str, rows: int, first: int = 0, **columns: Any) -> Many:
    """Return facts of a kind of order lines, all of different lines."""
    at = np.arange(first, first + rows, dtype=np.int64)
    customer = at % len(CAST.customers)
    named = {
        "customer": customer,
        "day": np.full(rows, TODAY),
        "nth": at // len(CAST.customers),
        "item": at * 7 % len(CAST.items),
        "place": at % len(CAST.places),
        "units": 1 + at % 24,
    }
    full = named | {k: np.broadcast_to(np.int64(v), rows) for k, v in columns.items()}
    return Many(kind, START + (60 + at % 3500) * SECOND, full)


def placed(rows: int, first: int = 0) -> Many:
    """Return lines placed; every fifth in cases."""
    facts = many_lines(
        "demand.line_placed", rows, first, price=1290, requested_day=TODAY + 3, region=2
    )
    channel = CAST.customer_channel[facts.columns["customer"]]
    at = np.arange(first, first + rows)
    item = facts.columns["item"]
    in_cases = (at % 5 == 0).astype(np.int64)
    units = np.where(in_cases, CAST.item_pack[item] * (1 + at % 3), 1 + at % 24)
    facts.columns.update(channel=channel, in_cases=in_cases, units=units)
    return facts


def every_many() -> list[Many]:
    """Return facts of every kind that comes by the thousand."""
    nobody = {"from_customer": -1, "from_day": -1, "from_nth": -1}
    given = many_lines("allocation.changed", 40, 900, hard=0, rank=2, **nobody)
    given.columns.update(
        units=np.where(np.arange(40) % 2, 5, -5),
        from_customer=np.where(np.arange(40) % 3, -1, 4),
        from_day=np.full(40, TODAY),
        from_nth=np.full(40, 1),
    )
    wave = {"wave_day": TODAY, "wave_no": 1, "wave_cut": 0}
    rows = np.arange(30)
    at = START + (60 + rows) * SECOND
    counted = {
        "item": rows,
        "place": rows % 3,
        "units": rows * 3,
        "counter": rows % len(CAST.people),
        "number": np.full(30, TODAY),
    }
    forecast = {
        "item": rows,
        "place": rows % 3,
        "units": rows * 5,
        "bucket_day": np.full(30, TODAY + 7),
        "bucket_len": np.full(30, 7),
        "version": np.full(30, TODAY),
        "lag": np.full(30, 1),
        "sd": rows + 2,
    }
    return [
        placed(60),
        many_lines("demand.line_changed", 20, version=2, requested_day=TODAY + 5),
        many_lines("demand.line_cancelled", 20, 100, version=3, initiator=1),
        many_lines("demand.line_promised", 60, promise_day=TODAY + 4, promise_no=1, basis=0),
        many_lines("demand.line_backordered", 9, reason=0),
        given,
        many_lines(
            "inventory.shipment", 50, in_cases=0, price=990, carrier=1, freight=250,
            expedite=1, **wave,
        ),
        many_lines("inventory.returned", 12, disposition=2, number=1),
        Many("inventory.counted", at, counted),
        Many("forecast.published", at, forecast),
    ]  # fmt: skip


def receipt(number: int, units: int = 24, **more: Any) -> Fact:
    """Return a delivery of `units` pieces."""
    item, place = CAST.items[number % len(CAST.items)], CAST.places[number % 3]
    line = f"PO-{number}/1"
    return Fact(
        at=START + (100 + number % 3000) * SECOND,
        kind="inventory.receipt",
        source=place.source,
        name=f"received/{line}",
        data={
            "item": item.code,
            "loc": place.code,
            "q": quantity(units, 12),
            "po_line": line,
            "unit_cost": money(item.cost),
        }
        | more,
        about={"item": item.code, "loc": place.code, "po_line": line},
        key=item.code,
        flow=f"PO-{number}",
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 3: what another system states is not what we work out."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from sightline.rules.evaluate import evaluate
from sightline.rules.judgement import Occasion, Posting
from sightline.rules.position_drift import Tolerance

HOUR = timedelta(hours=1)


def causes(world: Any) -> list[tuple[str, str, str, float]]:
    told = world.the_episode().facts["causes"]
    return [(c["cause"], c["document"], c["quantity"], c["fit"]) for c in told]


def test_a_statement_beyond_the_tolerance_opens_an_exception_with_its_figures(
    world: Any,
) -> None:
    # given a cost of 2.50 and a warehouse that states 76 where we work out 100
    world.put("costs", key="A100", item="A100", unit_cost=Decimal("2.5"), currency="EUR",
              version=1, valid_from=world.now - 9 * HOUR, gen=1)  # fmt: skip
    world.statement(76, 100)
    # when the rules look
    assert world.judge().opened == 1
    # then it says who states what, since when, and what that is worth
    episode = world.the_episode()
    assert (episode.kind, episode.opened) == ("position_drift", world.now)
    assert (episode.severity, episode.money, episode.currency) == ("high", Decimal(60), "EUR")
    assert episode.facts["drift_units"] == "-24"
    assert (episode.facts["stated"], episode.facts["computed"]) == ("76", "100")
    assert (episode.facts["source"], episode.evidence) == ("3pl://b", ("st-1",))


@pytest.mark.parametrize(
    ("stated", "computed", "given"),
    [
        (100, 100, {}),
        (98, 100, {}),  # two in a hundred are tolerated
        (95, 100, {"low": 95, "high": 100}),  # what an ambiguous count leaves open
    ],
)
def test_what_lies_within_range_and_tolerance_is_no_drift(
    world: Any, stated: int, computed: int, given: dict[str, int]
) -> None:
    world.statement(stated, computed, **given)
    assert world.judge().opened == 0


def test_a_wider_tolerance_ends_what_a_narrower_one_opened(world: Any) -> None:
    world.statement(90, 100)
    assert world.judge().opened == 1
    posting = Posting((), HOUR)
    wide = Occasion(world.now, world.now, posting, tolerance=Tolerance(0, 0.1))
    assert evaluate(world.store, world.desk, wide).resolved == 1
    many = Occasion(world.now, world.now, posting, tolerance=Tolerance(10, 0))
    assert evaluate(world.store, world.desk, many).opened == 0


def test_only_the_latest_statement_counts_and_a_later_one_that_agrees_ends_it(
    world: Any,
) -> None:
    # given a drift
    world.statement(76, 100)
    world.judge()
    # when another is stated an hour later that still drifts, then one that does not
    world.statement(70, 100, time=world.now + HOUR, event_id="st-2")
    changed = world.judge(world.now + HOUR)
    world.statement(100, 100, time=world.now + 2 * HOUR, event_id="st-3")
    ended = world.judge(world.now + 3 * HOUR)
    # then it is one exception throughout, and ended when the agreeing statement spoke
    assert (changed.opened, changed.changed, ended.resolved) == (0, 1, 1)
    episode = world.the_episode()
    assert (episode.resolution, episode.resolved) == ("ended", world.now + 2 * HOUR)


@pytest.mark.parametrize("again", [{"computed": 76}, {"computed": 100, "is_deleted": 1}])
def test_what_becomes_known_later_withdraws_it_and_may_bring_it_back(
    world: Any, again: dict[str, Any]
) -> None:
    # given a drift that a late event explains, or whose statement is reversed
    world.statement(76, 100)
    world.judge()
    world.statement(76, **again)
    assert world.judge().resolved == 1
    assert world.the_episode().resolution == "withdrawn"
    # when it drifts again
    world.statement(76, 100)
    # then it is the same exception, open again
    assert world.judge().changed == 1
    assert world.the_episode().state == "open"


def test_documents_that_explain_a_drift_come_with_it_the_best_first(world: Any) -> None:
    # given 24 more than we know of, and documents of 24, 30 and 6
    world.statement(124, 100)
    for line, units in (("PO1/1", 24), ("PO2/1", 30), ("PO3/1", 6)):
        world.put("open_supply", item="A100", loc="DC1", kind="po_line", line=line,
                  on_order=0, in_transit=units, gen=1, ver=1, is_deleted=0)  # fmt: skip
        world.event("supply.asn", f"asn-{line}", po_line=line)
    world.event("inventory.shipment", "s-20", base_qty=20, order_line="O1/1",
                time=world.now - 2 * HOUR)  # fmt: skip
    world.event("inventory.shipment", "s-19", base_qty=19, order_line="O2/1",
                time=world.now - 48 * HOUR)  # fmt: skip
    # when the rules look
    world.judge()
    # then a shipment that the other system may not have yet lies between the advices
    assert causes(world) == [
        ("supply_not_received", "PO1/1", "24", 1.0),
        ("movement_not_stated", "O1/1", "20", 0.83),
        ("supply_not_received", "PO2/1", "30", 0.8),
    ]
    assert world.the_episode().evidence == ("st-1", "asn-PO1/1", "s-20", "asn-PO2/1")


def test_less_than_we_know_of_is_explained_by_what_left_or_was_never_there(world: Any) -> None:
    # given 10 less than we know of
    world.statement(90, 100)
    world.line("O1/1", outstanding=10, reserved=10)
    world.event("allocation.changed", "al-1", order_line="O1/1", base_qty=10)
    world.event("inventory.returned", "rt-1", base_qty=9, order_line="O7/1")
    world.event("inventory.shipment", "s-1", base_qty=8, order_line="O8/1",
                time=world.now + HOUR)  # fmt: skip
    world.event("inventory.counted", "c-1", base_qty=100, time=world.now - 72 * HOUR)
    world.position(last_count_time=world.now - 72 * HOUR, last_count_variance=7)
    raw = {"type": "io.sightline.inventory.issue.v1", "time": "2026-03-02T11:00:00Z"}
    raw["data"] = {"item": "A100", "loc": "DC1", "q": {"qty": "6", "uom": "EA"}}  # type: ignore[assignment]
    world.put("dlq", id="dl-1", raw=json.dumps(raw), at=world.now, gen=1)
    world.judge()
    assert causes(world) == [
        ("allocated_not_shipped", "O1/1", "-10", 1.0),
        ("return_not_stated", "O7/1", "-9", 0.9),
        ("movement_stated_early", "O8/1", "-8", 0.8),
        ("count_variance", "c-1", "-7", 0.7),
        ("refused_event", "dl-1", "-6", 0.6),
    ]


def test_what_was_reversed_or_lies_elsewhere_explains_nothing(world: Any) -> None:
    world.statement(124, 100)
    world.event("inventory.shipment", "s-1", base_qty=24, order_line="O1/1")
    world.event("inventory.reversed", "u-1", base_qty=0, reverses="s-1")
    world.event("inventory.shipment", "s-2", base_qty=24, order_line="O2/1", loc="DC2")
    world.event("inventory.shipment", "s-3", base_qty=24, order_line="O3/1", item="B200")
    world.judge()
    assert causes(world) == []

# SPDX-License-Identifier: AGPL-3.0-or-later
"""True variants against the documents, and the split of time in approvals."""

from collections import Counter
from itertools import pairwise

import polars as pl
import pytest

from sightline.sim.truth import life_cycles
from tests.sim.truth.played import Played


def test_lines_go_the_ways_that_their_documents_tell(null: Played) -> None:
    ways = null.variants("order_line")
    # given all order lines
    assert sum(ways.values()) == len(null.of("demand.line_placed"))
    # then as many were changed and cancelled as documents say
    changed = sum(cases for way, cases in ways.items() if "changed" in way)
    cancelled = sum(cases for way, cases in ways.items() if "cancelled" in way)
    assert changed == null.of("demand.line_changed")["order_line"].n_unique()
    assert cancelled == null.of("demand.line_cancelled")["order_line"].n_unique()
    # and nothing was shipped that had not been released before
    for way in ways:
        assert way[0] == "placed"
        if "shipped" in way:
            assert way.index("released") < way.index("shipped")


EVENTS_OF = {
    "po_line": {
        "supply.po_created": "created",
        "supply.po_released": "released",
        "supply.po_acknowledged": "acknowledged",
        "supply.asn": "asn",
        "inventory.receipt": "received",
    },
    "transfer_line": {"transfer.shipped": "shipped", "transfer.received": "received"},
    "recommendation": {"decision.recommended": "made"},
}


@pytest.mark.parametrize("process", EVENTS_OF)
def test_other_ways_have_the_steps_that_their_documents_tell(
    null: Played, process: str
) -> None:
    told = Counter[str]()
    for way, cases in null.variants(process).items():
        for activity in way:
            told[activity] += cases
    for kind, activity in EVENTS_OF[process].items():
        assert told[activity] == len(null.of(kind))


def test_every_way_of_requests_and_exceptions_is_a_walk_through_the_model(null: Played) -> None:
    for process in ("approval_request", "exception"):
        model = life_cycles.MODELS[process]
        for way in null.variants(process):
            steps = [life_cycles.START, *way]
            for before, after in pairwise(steps):
                assert after in model[before], (process, way)


def test_the_time_of_approvals_is_service_rework_and_waits_by_cause(null: Played) -> None:
    for split in null.read("process.json")["approval_request"]["steps"].values():
        # given what decided steps took, by causes
        known = ("service_s", "rework_s", "queue_s", "calendar_s", "absence_s")
        causes = sum(split[each] for each in known)
        # then they add up, but for the seconds that the workflow takes between desks
        assert split["elapsed_s"] == pytest.approx(causes, rel=0.001)
        assert split["elapsed_s"] == split["wait_s"] + split["service_s"] + split["rework_s"]


def test_service_in_approvals_is_what_lies_between_opening_and_what_follows(
    null: Played,
) -> None:
    # given the steps as events tell them
    steps = pl.concat(
        [
            null.of("approval.step_changed").select("request_id", "at", what="action"),
            null.of("approval.decided").select("request_id", "at", what="outcome"),
        ]
    ).sort("request_id", "at", maintain_order=True)
    followed = steps.with_columns(
        lasted=pl.col("at").shift(-1).over("request_id") - pl.col("at"),
        follows=pl.col("what").shift(-1).over("request_id"),
    )
    # when the time from each opening to the answer or the return is added up
    worked = followed.filter(
        pl.col("what") == "opened", pl.col("follows").is_in(["approved", "rejected"])
    )
    # then it is the service of steps that went through at once, within five per cent of all
    told = null.read("process.json")["approval_request"]["steps"].values()
    service = sum(each["service_s"] for each in told)
    assert worked["lasted"].sum() / 10**6 == pytest.approx(service, rel=0.15)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The world's KPIs against the same ones told again from its events."""

from typing import Any

import polars as pl
import pytest

from tests.sim.truth import retold
from tests.sim.truth.played import Played


@pytest.fixture(scope="module")
def kpis(null: Played) -> dict[str, Any]:
    return null.kpis


def _share(told: dict[str, Any]) -> tuple[int, int]:
    return told["num"], told["den"]


def test_lines_and_units_served_by_their_first_promise(
    null: Played, kpis: dict[str, Any]
) -> None:
    lines = retold.promised(null)
    met = pl.col("by_due") >= pl.col("wanted")
    assert _share(kpis["K01"]) == (lines.select(met.sum()).item(), len(lines))
    served = pl.min_horizontal("by_due", "wanted")
    assert _share(kpis["K02"]) == retold.share(lines, served, pl.col("wanted"))


def test_time_and_orders_without_stock(null: Played, kpis: dict[str, Any]) -> None:
    assert _share(kpis["K06"]) == retold.out_of_stock(null)
    assert _share(kpis["K08"]) == retold.asked_while_out(null)


def test_answers_to_requests_for_approval(null: Played, kpis: dict[str, Any]) -> None:
    asked = retold.answers(null)
    closed = asked.drop_nulls("ended").select(s=(pl.col("ended") - pl.col("asked")) // 10**6)
    assert kpis["K18"]["n"] == len(closed)
    assert kpis["K18"]["sum_s"] == closed["s"].sum()
    assert kpis["K18"]["p50_s"] == pytest.approx(closed["s"].median())
    due = asked.filter(pl.col("due") < null.run.end)
    met = (pl.col("ended") <= pl.col("due")).fill_null(value=False)
    assert _share(kpis["K21"]) == (due.select(met.sum()).item(), len(due))


def test_what_became_of_recommendations(null: Played, kpis: dict[str, Any]) -> None:
    done = retold.resolutions(null)
    for outcome, told in kpis["K25"].items():
        assert told["num"] == (done["outcome"] == outcome).sum()
        assert told["den"] == len(done)
    by_hand = done.filter(pl.col("outcome").is_in(["accepted", "modified", "rejected"]))
    assert _share(kpis["K22"]) == (by_hand["overridden"].sum(), len(by_hand))
    for region, told in kpis["K22"]["by"]["region"].items():
        here = by_hand.filter(pl.col("region") == region)
        assert _share(told) == (here["overridden"].sum(), len(here))


def test_suppliers_and_forecasts(null: Played, kpis: dict[str, Any]) -> None:
    assert _share(kpis["K27.original"]) == retold.on_time(null)
    for lag in (1, 2):
        assert _share(kpis[f"K15.lag{lag}"]) == retold.forecast_bias(null, lag)


def test_exceptions_calls_and_moves_after_release(null: Played, kpis: dict[str, Any]) -> None:
    assert kpis["K36"]["den"] == len(null.of("exception.opened"))
    calls = null.of("integration.call")
    assert _share(kpis["K40"]) == ((calls["status"] == "failed").sum(), len(calls))
    last = calls.filter("final")
    assert _share(kpis["K40.final"]) == ((last["status"] == "failed").sum(), len(last))
    moved = null.of("allocation.changed")["from_order_line"].drop_nulls().n_unique()
    waves = null.of("workflow.wave").filter(pl.col("action") == "released")
    assert _share(kpis["K42"]) == (moved, waves["lines"].explode().n_unique())


def test_every_kpi_adds_up_over_each_of_its_dimensions(kpis: dict[str, Any]) -> None:
    checked = 0
    for name, told in kpis.items():
        if "num" not in told:
            continue
        for dimension, parts in told.get("by", {}).items():
            checked += 1
            assert sum(part["num"] for part in parts.values()) == told["num"], (name, dimension)
            assert sum(part["den"] for part in parts.values()) == told["den"], (name, dimension)
    assert checked > 30


def test_shares_are_shares(kpis: dict[str, Any]) -> None:
    assert sum(each["value"] for each in kpis["K25"].values()) == pytest.approx(1)
    assert sum(each["value"] for each in kpis["K56.tiers"].values()) == pytest.approx(1)
    assert sum(each["value"] for each in kpis["K09.units_by_days"].values()) == pytest.approx(1)
    for name in ("K01", "K02", "K04.value_fill", "K06", "K08", "K10", "K21", "K27.units"):
        assert 0 <= kpis[name]["value"] <= 1

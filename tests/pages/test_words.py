# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sentences, reasons, numbers and times."""

import json
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import events_said, headline, reasons, wording

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def shortages(*rows: tuple[str, str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["item", "loc", "short", "inbound"])


def facts(**values: object) -> str:
    return json.dumps([{"name": name, "value": value} for name, value in values.items()])


def test_health_names_the_largest_of_several_gaps() -> None:
    said = headline.health(shortages(("A", "DC1", 30, 9), ("B", "DC2", 6, 0)), 3, "critical")
    assert said.lead == "2 items cannot meet due demand: 36 units short at DC1 and DC2."
    assert said.rest == (
        "Largest: A at DC1, 30 short, 9 units inbound. 1 other exception is open."
    )
    assert (said.status, said.item, said.loc) == ("critical", "A", "DC1")


def test_health_without_a_gap_still_names_other_exceptions() -> None:
    said = headline.health(shortages(), 2, "medium")
    assert (said.status, said.rest) == ("medium", "2 other exceptions are open.")
    assert headline.health(shortages(), 0, "").status == "ok"


def test_health_is_as_bad_as_the_worst_exception() -> None:
    said = headline.health(shortages(("A", "DC1", 30, 0)), 1, "medium")
    assert (said.status, said.rest) == ("medium", "It is A at DC1, nothing inbound.")


def test_stock_without_a_problem_says_so() -> None:
    found = pd.DataFrame({"short": [0.0], "is_below": [False], "is_counted": [True]})
    said = headline.stock(found)
    assert (said.lead, said.rest) == ("Nothing is short or below zero in 1 position.", "")


def test_stock_that_was_never_counted_is_called_so() -> None:
    found = pd.DataFrame({"short": [0.0], "is_below": [False], "is_counted": [False]})
    assert headline.stock(found).rest == (
        "1 was never counted: its stock is what moved since the first event."
    )


def test_system_puts_the_worst_first() -> None:
    # given everything wrong at once, then less and less
    said = headline.system(behind=1, dead=2, silent=["erp"], failed=["miner"], is_wrong=True)
    assert (said.status, said.lead) == ("critical", "miner failed.")
    said = headline.system(behind=1, dead=2, silent=["erp"], failed=[], is_wrong=False)
    assert said.lead == "The stream has not read 1 log partition to the end."
    said = headline.system(behind=0, dead=2, silent=["erp"], failed=[], is_wrong=True)
    assert said.lead == "The tables do not hold what the log does."
    said = headline.system(behind=0, dead=2, silent=["erp"], failed=[], is_wrong=False)
    assert said.rest == "but 2 refused events wait."
    said = headline.system(behind=0, dead=0, silent=["erp"], failed=[], is_wrong=False)
    assert (said.status, said.rest) == ("medium", "Quiet: erp.")
    assert (
        headline.system(behind=0, dead=0, silent=[], failed=[], is_wrong=False).status == "ok"
    )


def test_a_process_without_waiting_has_no_slowest_path() -> None:
    cycle = pd.Series({"p50_ms": 3_600_000.0, "p95_ms": 7_200_000.0})
    nothing = pd.DataFrame({"wait_sum_ms": []})
    assert headline.process("p", cycle, nothing).rest == ""
    assert "up to 1 h, 95 % up to 2 h" in headline.process("p", cycle, nothing).lead


def test_the_age_of_data_is_said_by_kind() -> None:
    then = NOW - timedelta(seconds=12)
    asked = {"now": NOW, "watermark": then, "received": then}
    assert headline.age(**asked, is_live=True) == "Data 12 s old"
    assert headline.age(**asked, is_live=False) == "History up to 2 Mar 2026"
    nothing = headline.age(now=NOW, watermark=None, received=None, is_live=False)
    assert nothing == "No data yet"


def test_unusual_demand_names_day_and_range() -> None:
    told = reasons.read(
        "unusual_demand",
        facts(direction="down", days=3, quantity="1", expected="8", low="3", high="13")[:-1]
        + ', {"name": "last_day", "value": "2026-03-01"}]',
    )
    assert told.title == "Demand below its expected range"
    assert told.why == "1 asked for on 1 Mar 2026, expected 8 (3 to 13), 3 days so far"


def test_a_shortage_that_was_never_counted_says_so() -> None:
    told = reasons.read("shortage", facts(short_units="1", due_lines=1, no_anchor=True))
    assert told.title == "1 unit short of due demand"
    assert told.why.endswith("never counted")


def test_a_drift_says_who_states_what_and_what_would_explain_it() -> None:
    best = {"cause": "supply_not_received", "document": "PO1/1", "quantity": "24", "fit": 1.0}
    given = {"drift_units": "24", "stated": "124", "computed": "100", "source": "3pl://b"}
    told = reasons.read("position_drift", facts(**given, low="100", high="100", causes=[best]))
    assert told.title == "24 units more stated than worked out"
    assert told.why == (
        "3pl://b states 124, we work out 100; "
        "24 units of PO1/1 may have arrived without a receipt"
    )


def test_a_count_of_no_authority_is_said_to_be_stated() -> None:
    data = {"item": "A", "loc": "DC1", "q": {"qty": "5", "uom": "EA"}, "authoritative": False}
    event = {"type": "io.sightline.inventory.counted.v1", "time": "2026-03-02T07:00:00Z"}
    said = events_said.sentence({**event, "data": data})
    assert said[1] == "5 EA of A at DC1 stated by another system"
    counted = events_said.sentence({**event, "data": data | {"authoritative": True}})
    assert counted[1] == "5 EA of A at DC1 counted"


@pytest.mark.parametrize("drivers", ["", "{}", "[1]", '[{"name": "a"}]', "not json"])
def test_facts_that_cannot_be_read_are_left_out(drivers: str) -> None:
    assert reasons.read("shortage", drivers) == reasons.Reason("Shortage", "")


def test_an_unknown_kind_lists_its_facts() -> None:
    told = reasons.read("silent_feed", facts(source="erp", quiet_hours=5))
    assert told == reasons.Reason("Silent feed", "source erp, quiet hours 5")


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_a_number_is_short_and_never_minus_zero(value: float) -> None:
    said = wording.number(value)
    assert said not in {"-0", "−0", ""}  # noqa: RUF001
    assert len(said) <= 12 or abs(value) >= 1e13


@given(st.floats(0, 1e10))
def test_a_length_of_time_is_a_number_and_a_unit(seconds: float) -> None:
    assert wording.length(seconds).split(" ")[1] in {"s", "min", "h", "d"}


def test_what_is_over_a_month_old_is_a_day() -> None:
    assert wording.ago(NOW - timedelta(days=400), NOW) == "26 Jan 2025"
    assert wording.ago(NOW + timedelta(hours=2), NOW) == "in 2 h"


def test_unknown_values_are_a_dash() -> None:
    nan = float("nan")
    dashes = {wording.number(nan), wording.percent(nan), wording.length(nan)}
    assert dashes == {wording.NONE}
    assert wording.several([]) == wording.NONE

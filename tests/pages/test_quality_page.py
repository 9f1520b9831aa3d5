# SPDX-License-Identifier: AGPL-3.0-or-later
"""The page of data quality: what was found, one finding, its files, and nothing to find."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime

import pandas as pd
import pyarrow as pa
from streamlit.testing.v1 import AppTest

from dashboard import data_quality, download
from sightline.aid.quality import RULES, find
from sightline.store import Store

Open = Callable[..., AppTest]
TIME = pa.timestamp("ms", tz="UTC")
NOW = datetime(2026, 3, 2, tzinfo=UTC)
SINCE = datetime(1970, 1, 1, tzinfo=UTC)


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def state(store: Store, table: str, *rows: dict[str, object]) -> None:
    """Write master records that hold since always."""
    columns = {name: pa.array([row.get(name) for row in rows]) for name in rows[0]}
    columns["valid_from"] = pa.array([SINCE] * len(rows), TIME)
    store.insert_arrow(table, pa.table(columns))


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_first_sentence_counts_rules_and_names_the_gravest(
    full: Store, open_page: Open
) -> None:
    # given a small distributor without any master data
    assert full
    # when the page opens
    text = html(open_page("quality"))
    # then it says how many rules found something, and what comes first
    found = data_quality.checkup(NOW)
    first = found.findings[0]
    assert f"{len(found.findings)} of {len(RULES)} rules found something." in text
    assert f"First: {first.title}." in text
    for each in found.findings:
        assert each.title in text
        assert f"/quality?finding={each.rule.name}" in text


def test_one_finding_says_how_to_mend_it_and_shows_its_rows(
    full: Store, open_page: Open
) -> None:
    assert full
    page = open_page("quality", finding="item_without_master")
    assert find("item_without_master").mend in html(page)
    assert "sightline import items.csv" in html(page)
    (frame,) = page.dataframe
    assert list(frame.value.columns) == [
        "Item",
        "Unit of its events",
        "Events",
        "On hand, units",
    ]
    assert "BOUGHT" in list(frame.value["Item"])


def test_every_finding_opens_whole(full: Store, open_page: Open) -> None:
    # given findings whose rows name positions, and such whose rows name none
    found = data_quality.checkup(NOW).findings
    assert full
    pages = [html(open_page("quality", finding=each.rule.name)) for each in found]
    # when each is opened, then nothing breaks
    assert {"On Stock:" in page for page in pages} == {True, False}
    assert not any("This page could not be shown" in page for page in pages)


def test_the_way_back_leads_to_all_findings(full: Store, open_page: Open) -> None:
    assert full
    page = open_page("quality", finding="item_without_master")
    page.button[0].click().run()
    assert "What was found" in [each.value for each in page.subheader]
    assert "finding" not in page.query_params


def test_a_finding_that_is_gone_leaves_all_of_them(full: Store, open_page: Open) -> None:
    assert full
    page = open_page("quality", finding="no_such_rule")
    assert not page.exception
    assert "rules found something" in html(page)


def test_nothing_to_find_says_what_was_checked(store: Store, open_page: Open) -> None:
    # given one event about an item, a location and a supplier with whole records
    state(store, "items", {"key": "A", "base_uom": "EA"})
    state(store, "locations", {"key": "DC1", "name": "Depot"})
    state(store, "costs", {"key": "A", "item": "A", "unit_cost": 1, "unit_price": 2})
    event = {"id": "e", "item": "A", "loc": "DC1", "base_uom": "EA", "source": "erp://x"}
    event |= {"type": "io.sightline.inventory.counted.v1"}
    table = pa.table({name: [value] for name, value in event.items()})
    store.insert_arrow("events", table.append_column("time", pa.array([NOW], TIME)))
    # when the page opens
    text = html(open_page("quality"))
    # then it says so, and how much was looked at
    assert "No findings." in text
    assert f"Checked {len(RULES)} rules over 1 event and 0 master records, as of " in text


def test_the_file_of_a_finding_has_every_row_and_no_formula(
    full: Store, open_page: Open
) -> None:
    # given more rows than the page shows, one of them a formula to a spreadsheet
    names = [f"=1+{number}" if not number else f"I{number}" for number in range(250)]
    rows = {"id": names, "item": names, "type": ["io.sightline.inventory.receipt.v1"] * 250}
    full.insert_arrow("events", pa.table(rows))
    open_page("quality")
    rule = find("item_without_master")
    # when the findings and the lines to fill in are asked for
    every = read(download.csv(data_quality.every_row(rule, NOW)))
    lines = read(download.csv(download.plain_lines(data_quality.to_fill(rule, NOW))))
    # then both have all rows; the formula is a text in one, and left out of the other
    codes = {row["Item"] for row in every}
    assert {*names[1:], "'=1+0"} <= codes
    assert {row["item"] for row in lines} == codes - {"'=1+0"}
    assert set(lines[0]) >= {"item", "description", "base_uom"}


def test_all_findings_go_into_one_file(full: Store, open_page: Open) -> None:
    assert full
    open_page("quality")
    found = data_quality.checkup(NOW)
    rows = read(download.csv(data_quality.all_findings(found, NOW)))
    assert {row["rule"] for row in rows} == {each.rule.name for each in found.findings}
    assert len(rows) == sum(each.total for each in found.findings)


def test_lines_with_a_formula_in_any_cell_stay_behind() -> None:
    rows = pd.DataFrame({"item": ["A", "B", "-C"], "name": ["a", "@b", "c"], "n": [1, 2, 3]})
    assert list(download.plain_lines(rows)["item"]) == ["A"]

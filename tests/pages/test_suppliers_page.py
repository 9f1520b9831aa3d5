# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, headline
from sightline.store import Store

Open = Callable[..., AppTest]
TIME = pa.timestamp("ms", tz="UTC")
KINDS = {"time": TIME, "due": pa.date32()}
RECEIPT = "inventory.receipt"
DEFAULTS: dict[str, Any] = {
    "tenant": "main",
    "source": "erp://buy",
    "item": "A",
    "po_line": "",
    "supplier": "S",
    "sequence": "",
    "reverses": "",
    "due": None,
    "data": {},
}


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def event(kind: str, day: int, hour: int = 12, **more: Any) -> dict[str, Any]:
    return {
        **DEFAULTS,
        "type": f"io.sightline.{kind}.v1",
        "time": datetime(2026, 3, day, hour, tzinfo=UTC),
        **more,
    }


def write(store: Store, *events: dict[str, Any]) -> None:
    rows = [
        {"id": f"e{number}"} | row | {"data": json.dumps(row["data"])}
        for number, row in enumerate(events)
    ]
    columns = {
        name: pa.array([row[name] for row in rows], KINDS.get(name, pa.string()))
        for name in rows[0]
    }
    store.insert_arrow("events", pa.table(columns))


def row(store: Store, supplier: str = "S") -> dict[str, Any]:
    found = store.read("suppliers_on_time").set_index("supplier")
    return dict(found.loc[supplier])


def counts(store: Store, supplier: str = "S") -> list[int]:
    """Return the lines received, on time, late and without a promise."""
    found = row(store, supplier)
    return [int(found[name]) for name in ("po_lines", "on_time", "late", "unpromised")]


def ordered(day: int, due: int, **more: Any) -> dict[str, Any]:
    return event("supply.po_released", day, po_line="P1", due=date(2026, 3, due), **more)


def received(day: int, hour: int = 12, **more: Any) -> dict[str, Any]:
    return event(RECEIPT, day, hour, **({"po_line": "P1"} | more))


def confirmed(day: int, promise: int) -> dict[str, Any]:
    told = {"confirmed_date": f"2026-03-{promise:02}"}
    return event("supply.po_acknowledged", day, po_line="P1", data=told)


def test_the_promised_day_itself_is_on_time_to_its_last_hour(store: Store) -> None:
    write(store, ordered(1, due=5), received(5, hour=23))
    assert counts(store) == [1, 1, 0, 0]


def test_a_day_after_is_late_by_a_day(store: Store) -> None:
    write(store, ordered(1, due=5), received(6, hour=0))
    assert counts(store) == [1, 0, 1, 0]
    assert row(store)["days_late"] == 1
    assert row(store)["on_time_share"] == 0


def test_a_line_is_there_when_its_last_receipt_is(store: Store) -> None:
    # given a line that came in two parts, the second one late
    write(store, ordered(1, due=5), received(3), received(8))
    # then it is one line, and late by three days
    assert counts(store) == [1, 0, 1, 0]
    assert row(store)["days_late"] == 3


def test_a_reversed_receipt_never_was(store: Store) -> None:
    # given a line whose late receipt was reversed, and one whose only receipt was
    write(
        store,
        ordered(1, due=5),
        received(3),
        received(8, id="wrong"),
        received(8, id="alone", po_line="P2"),
        event("inventory.reversed", 9, reverses="wrong"),
        event("inventory.reversed", 9, reverses="alone"),
    )
    # then only the first line was received, on time
    assert counts(store) == [1, 1, 0, 0]


def test_only_a_reversal_of_the_same_source_counts_unless_it_names_another(
    store: Store,
) -> None:
    # given two receipts, and reversals of their ids by another source
    stranger = {"source": "wms://x"}
    write(
        store,
        received(3, id="mine"),
        received(3, id="named", po_line="P2"),
        event("inventory.reversed", 9, reverses="mine", **stranger),
        event(
            "inventory.reversed",
            9,
            reverses="named",
            data={"reverses_source": "erp://buy"},
            **stranger,
        ),
    )
    # then only the one that names the receipt's source undid it
    assert counts(store) == [1, 0, 0, 1]


def test_what_the_supplier_confirmed_last_is_the_promise(store: Store) -> None:
    # given an order for the 5th, confirmed for the 6th and then for the 9th
    write(store, ordered(1, due=5), confirmed(2, 6), confirmed(3, 9), received(8))
    assert counts(store) == [1, 1, 0, 0]


def test_without_a_confirmation_the_latest_day_of_the_order_is_the_promise(
    store: Store,
) -> None:
    # given an order for the 9th that was changed to the 5th, then answered without a day
    write(
        store,
        ordered(1, due=9),
        event("supply.po_changed", 2, po_line="P1", due=date(2026, 3, 5)),
        event("supply.po_acknowledged", 3, po_line="P1"),
        received(8),
    )
    assert counts(store) == [1, 0, 1, 0]


def test_a_change_to_a_new_delivery_date_moves_the_promise(store: Store) -> None:
    moved = event("supply.po_changed", 2, po_line="P1", data={"date": "2026-03-08"})
    write(store, ordered(1, due=5), moved, received(8))
    assert counts(store) == [1, 1, 0, 0]


def test_a_change_that_names_no_day_keeps_the_promise(store: Store) -> None:
    write(
        store,
        ordered(1, due=5),
        event("supply.po_changed", 2, po_line="P1"),
        confirmed(3, 7),
        event("supply.po_acknowledged", 4, po_line="P1"),
        received(6),
    )
    assert counts(store) == [1, 1, 0, 0]


def test_the_schedule_on_a_receipt_is_the_last_resort(store: Store) -> None:
    write(store, received(8, data={"ext": {"scheduled_date": "2026-03-07"}}))
    assert counts(store) == [1, 0, 1, 0]


def test_a_line_without_a_promise_is_neither_on_time_nor_late(store: Store) -> None:
    write(store, received(8))
    assert counts(store) == [1, 0, 0, 1]
    assert pd.isna(row(store)["on_time_share"])
    assert pd.isna(row(store)["days_late"])


def test_a_line_that_has_not_come_and_a_receipt_of_no_line_do_not_count(store: Store) -> None:
    write(store, ordered(1, due=5), received(8, po_line=""))
    assert store.read("suppliers_on_time").empty


def test_a_receipt_without_a_supplier_belongs_to_the_one_of_its_order(store: Store) -> None:
    write(store, ordered(1, due=5), received(3, supplier=""))
    assert counts(store) == [1, 1, 0, 0]


def test_a_line_of_another_tenant_is_another_line(store: Store) -> None:
    other = {"tenant": "other"}
    write(
        store, ordered(1, due=5), received(3), ordered(1, due=5, **other), received(8, **other)
    )
    assert counts(store) == [2, 1, 1, 0]


def test_the_page_lists_every_supplier_the_latest_first(full: Store, open_page: Open) -> None:
    # given four suppliers, one without a name and one called like a tag
    assert full
    # when the page opens
    page = open_page("suppliers")
    # then it says who is late, and lists all
    shown = html(page)
    assert "86 % of 57 promised purchase order lines came by the promised day." in shown
    assert "All 8 late lines came from Northwind, half of them at least 4 days late." in shown
    assert "3 more lines had no promised day." in shown
    table = page.dataframe[0].value
    assert list(table["supplier"]) == [
        "Northwind",
        "Acme <Parts>",
        "=Formula Ltd",
        "Unknown supplier",
    ]
    assert list(table["note"]) == ["", "few lines", "few lines", "no promised day"]
    assert table["on_time_percent"].iloc[0] == pytest.approx(80)
    assert pd.isna(table["on_time_percent"].iloc[3])


def test_a_supplier_can_be_searched(full: Store, open_page: Open) -> None:
    assert full
    assert list(open_page("suppliers", q="acme").dataframe[0].value["supplier"]) == [
        "Acme <Parts>"
    ]
    assert "No supplier fits the search." in html(open_page("suppliers", q="nobody"))


def test_data_without_a_purchase_say_what_is_missing(full: Store, open_page: Open) -> None:
    # given data in which nothing was bought
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "suppliers", lambda: full.read("suppliers_on_time").head(0))
        # when the page opens
        shown = html(open_page("suppliers"))
    # then it says so, and what to bring
    assert "No purchase order line has been received." in shown
    assert "<code>sightline import FILE</code>" in shown


@pytest.mark.parametrize(
    ("on_time", "late", "said"),
    [
        (3, 0, ("ok", "100 % of 3 promised purchase order lines came by the promised day.")),
        (0, 0, ("medium", "None of 4 received purchase order lines had a promised day.")),
    ],
)
def test_the_sentence_when_nobody_is_late(
    on_time: int, late: int, said: tuple[str, str]
) -> None:
    found = pd.DataFrame(
        {
            "supplier": ["S"],
            "po_lines": [4],
            "promised": [on_time + late],
            "on_time": [on_time],
            "late": [late],
            "days_late": [None],
        }
    )
    told = headline.suppliers(found)
    assert (told.status, told.lead) == said


@pytest.mark.parametrize(
    ("late", "said"),
    [
        ([1, 0], "The late one came from S, 2 days late."),
        ([3, 0], "All 3 late lines came from S, half of them at least 2 days late."),
        ([3, 2], "Of 5 late lines, 3 came from S, half of them at least 2 days late."),
    ],
)
def test_the_sentence_names_who_is_late_most(late: list[int], said: str) -> None:
    rows = {"supplier": ["S", ""], "po_lines": [9, 9], "promised": [9, 9], "on_time": [4, 4]}
    found = pd.DataFrame(rows | {"late": late, "days_late": [2, 1]})
    assert headline.suppliers(found).rest == said

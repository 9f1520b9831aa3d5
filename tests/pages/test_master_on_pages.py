# SPDX-License-Identifier: AGPL-3.0-or-later
"""What master data add to pages, and that pages do without them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.erp import Link, Template, links
from sightline.store import Store

Open = Callable[..., AppTest]
TIME = pa.timestamp("ms", tz="UTC")
SINCE = datetime(1970, 1, 1, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KINDS = {
    "valid_from": TIME,
    "valid_to": TIME,
    "time": TIME,
    "until": TIME,
    "as_of": TIME,
    "due": pa.date32(),
    "begins": pa.date32(),
    "ends": pa.date32(),
}


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def write(store: Store, table: str, *rows: dict[str, Any]) -> None:
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {
        name: pa.array([row.get(name) for row in rows], KINDS.get(name)) for name in names
    }
    store.insert_arrow(table, pa.table(columns))


def hold(store: Store, table: str, *rows: dict[str, Any]) -> None:
    """Write records that hold since always unless they say otherwise."""
    write(store, table, *({"valid_from": SINCE} | row for row in rows))


def described(store: Store) -> None:
    """Say of A100 at DC1 what master data can say."""
    hold(
        store,
        "items",
        {
            "key": "A100",
            "description": "Torque <wrench>",
            "family": "Wrenches",
            "base_uom": "EA",
            "supplier": "S1",
        },
    )
    hold(store, "locations", {"key": "DC1", "name": "Depot Hamburg", "region": "NORTH"})
    hold(store, "suppliers", {"key": "S1", "name": "Atlas", "lead_time_days": 6})
    plan = {"key": "A100/DC1", "item": "A100", "loc": "DC1", "reorder_point": Decimal(300)}
    hold(store, "planning_params", plan | {"safety_stock": Decimal(120)})
    url = "https://erp.example.com/item/{id}"
    hold(store, "link_templates", {"key": "item", "object": "item", "label": "ERP", "url": url})


def test_stock_says_what_an_item_is_and_where_else_to_look(
    full: Store, open_page: Open
) -> None:
    # given master data of one item
    described(full)
    # when its position is opened
    text = html(open_page("stock", item="A100", loc="DC1"))
    # then its names stand beside its code, as text, with the link to the ERP
    assert "Torque &lt;wrench&gt; · Wrenches · in EA · from Atlas · at Depot Hamburg" in text
    assert '<a href="https://erp.example.com/item/A100" target="_blank" rel="noopener' in text
    # and how it is planned: 84 available and nothing inbound, 127 waited for
    assert "Reorder point" in text
    assert "reached" in text
    assert "6 days" in text


def test_stock_does_without_master_data(full: Store, open_page: Open) -> None:
    assert full
    page = open_page("stock", item="A100", loc="DC1")
    assert not page.exception
    assert "How it is planned" not in [each.value for each in page.subheader]
    (table,) = open_page("stock").dataframe
    assert "description" not in table.value.columns


def test_positions_are_found_by_the_name_of_the_item(full: Store, open_page: Open) -> None:
    described(full)
    (table,) = open_page("stock", q="torque").dataframe
    assert set(table.value["item"]) == {"A100"}
    assert set(table.value["description"]) == {"Torque <wrench>"}


def test_a_name_that_no_longer_holds_is_not_shown(full: Store, open_page: Open) -> None:
    now = datetime.now(UTC)
    hold(
        full,
        "items",
        {"key": "A100", "description": "Old name", "valid_to": now - timedelta(days=9)},
        {"key": "A100", "description": "New name", "valid_from": now - timedelta(days=5)},
        {"key": "A100", "description": "Next name", "valid_from": now + timedelta(days=5)},
    )
    text = html(open_page("stock", item="A100", loc="DC1"))
    assert "New name" in text
    assert "Old name" not in text
    assert "Next name" not in text


def test_the_own_plan_of_a_location_goes_before_that_of_everywhere(store: Store) -> None:
    write(
        store, "positions", {"item": "A", "loc": "X", "as_of": NOW}, {"item": "A", "loc": "Y"}
    )
    hold(
        store,
        "planning_params",
        {"key": "A", "item": "A", "reorder_point": Decimal(5)},
        {"key": "A/X", "item": "A", "loc": "X", "reorder_point": Decimal(9)},
    )
    found = [
        store.read("stock_master", item="A", loc=loc, as_of=NOW)["reorder_point"].tolist()
        for loc in ("X", "Y")
    ]
    assert found == [[9.0], [5.0]]


def test_records_of_another_tenant_say_nothing_of_this_one(store: Store) -> None:
    write(store, "positions", {"item": "A", "loc": "X", "tenant": "main"})
    hold(store, "items", {"key": "A", "description": "Theirs", "tenant": "other"})
    found = store.read("stock_master", item="A", loc="X", as_of=NOW)
    assert found["description"].tolist() == [""]
    found = store.read("stock_positions", as_of=NOW.date())
    assert found["description"].tolist() == [""]


def test_promotions_and_limits_of_a_position_are_shown(full: Store, open_page: Open) -> None:
    described(full)
    today = datetime.now(UTC).date()
    promotion = {"promotion": "SPRING", "state": "approved", "family": "Wrenches"}
    write(
        full,
        "promotions",
        promotion | {"begins": today, "ends": today, "expected_uplift": 0.35, "items": []},
        promotion | {"promotion": "OVER", "ends": today - timedelta(days=1), "items": []},
        promotion | {"promotion": "GONE", "state": "cancelled", "items": ["A100"]},
        promotion | {"promotion": "ELSEWHERE", "items": ["A100"], "locations": ["DC2"]},
    )
    write(
        full,
        "constraints",
        {"kind": "warehouse_capacity", "loc": "DC1", "limit_amount": Decimal(500)},
        {"kind": "receiving_capacity", "loc": "DC2", "limit_amount": Decimal(7)},
    )
    text = html(open_page("stock", item="A100", loc="DC1"))
    assert "SPRING" in text
    assert "+35% expected" in text
    assert "Room for" in text
    assert not any(name in text for name in ("OVER", "GONE", "ELSEWHERE", "Receives at most"))


def test_suppliers_have_names(full: Store, open_page: Open) -> None:
    hold(full, "suppliers", {"key": "Northwind", "name": "Northwind Traders AG"})
    (table,) = open_page("suppliers", q="traders").dataframe
    assert table.value["supplier"].tolist() == ["Northwind"]
    assert table.value["name"].tolist() == ["Northwind Traders AG"]


PLACED = "io.sightline.demand.line_placed.v1"


def worth(store: Store) -> Any:
    found = store.read("due_shortage_value", as_of=NOW.date(), items=["A"])
    (row,) = found[["due_value", "currency"]].to_dict("records")
    return None if row["due_value"] is None else float(row["due_value"]), row["currency"]


def order(store: Store, line: str, *, amount: int | None = None, loc: str = "X") -> None:
    placed = {"id": line, "type": PLACED, "time": NOW, "item": "A", "order_line": line}
    placed |= {"loc": loc, "currency": "EUR" if amount else "", "version": 1}
    placed |= {"amount": Decimal(amount)} if amount else {}
    write(store, "events", placed)
    waits = {"item": "A", "loc": loc, "order_line": line, "outstanding": Decimal(10)}
    write(store, "open_lines", waits | {"reserved": Decimal(0), "due": date(2026, 3, 1)})


def test_a_line_without_a_price_is_worth_what_held_when_it_was_placed(store: Store) -> None:
    # given two lines of 10, one at its own price of 7, and prices of the master data
    order(store, "L1", amount=7)
    order(store, "L2")
    assert worth(store) == (None, "")
    price = {"key": "A", "item": "A", "currency": "EUR"}
    hold(
        store,
        "costs",
        price | {"unit_price": Decimal(3), "valid_to": datetime(2026, 1, 1, tzinfo=UTC)},
        price | {"unit_price": Decimal(4), "valid_from": datetime(2026, 1, 1, tzinfo=UTC)},
        price | {"unit_price": Decimal(9), "valid_from": datetime(2026, 4, 1, tzinfo=UTC)},
    )
    # then the other one has the price that held when it was placed
    assert worth(store) == (110.0, "EUR")
    # and one of its location goes before that of everywhere
    hold(store, "costs", price | {"key": "A/X", "loc": "X", "unit_price": Decimal(5)})
    assert worth(store) == (120.0, "EUR")


@pytest.mark.parametrize(
    ("url", "kind", "ids", "wanted"),
    [
        ("https://e.x/po/{id}", "po", {"id": "P 1/2"}, "https://e.x/po/P%201%2F2"),
        ("https://e.x/{type}/{id}?l={loc}", "item", {"id": "A", "loc": "D#1"},
         "https://e.x/item/A?l=D%231"),
        ("https://e.x/{id}", "item", {"id": "Ä-1"}, "https://e.x/%C3%84-1"),
        ("https://e.x/{id}", "item", {"id": ".."}, None),
        ("https://e.x/{id}", "item", {"id": "a\nb"}, None),
        ("https://e.x/{id}", "item", {"id": 'a"><b'}, None),
        ("https://e.x/{id}", "item", {"id": "x" * 129}, None),
        ("https://e.x/{id}/{loc}", "item", {"id": "A"}, None),
        ("http://e.x/{id}", "item", {"id": "A"}, None),
        ("javascript:alert({id})", "item", {"id": "1"}, None),
    ],
)  # fmt: skip
def test_a_link_leads_to_its_template_and_nowhere_else(
    url: str, kind: str, ids: dict[str, str], wanted: str | None
) -> None:
    found = links([Template(kind, "Open", url), Template("other", "No", url)], kind, ids)
    assert found == ([Link("Open", wanted)] if wanted else [])

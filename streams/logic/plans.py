# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the tables promotions and constraints: each statement, as it was sent."""

import json
from collections.abc import Callable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.masters import validity
from sightline.events.values import FIRST_DAY, LAST_DAY

PROMOTION = "io.sightline.demand.promotion_changed.v1"
CONSTRAINT = "io.sightline.constraint.snapshot.v1"

_TIME = pa.timestamp("ms", "UTC")
_MONEY = pa.decimal128(18, 4)
_LARGEST = Decimal(10) ** 14
_OF_EVENT: list[tuple[str, pa.DataType]] = [
    ("tenant", pa.string()),
    ("source", pa.string()),
    ("time", _TIME),
    ("recordedtime", _TIME),
    ("sequence", pa.string()),
    ("off", pa.uint64()),
]
_TEXTS = pa.list_(pa.string())
PROMOTIONS = pa.schema(
    [
        *_OF_EVENT,
        ("event_id", pa.string()),
        ("promotion", pa.string()),
        ("version", pa.int64()),
        ("state", pa.string()),
        ("begins", pa.date32()),
        ("ends", pa.date32()),
        ("kind", pa.string()),
        ("expected_uplift", pa.float64()),
        ("family", pa.string()),
        ("items", _TEXTS),
        ("locations", _TEXTS),
        ("regions", _TEXTS),
    ]
)
_NAMED = ("loc", "customer", "supplier", "po")
CONSTRAINTS = pa.schema(
    [
        *_OF_EVENT,
        ("event_id", pa.string()),
        ("kind", pa.string()),
        *[(name, pa.string()) for name in (*_NAMED, "scope")],
        ("limit_amount", _MONEY),
        ("used_amount", _MONEY),
        ("until", _TIME),
    ]
)


def promotions(table: pa.Table) -> pa.Table:
    """Return one row of table promotions per event about one."""
    return _rows(table, PROMOTION, PROMOTIONS, _promotion)


def constraints(table: pa.Table) -> pa.Table:
    """Return one row of table constraints per snapshot of one."""
    return _rows(table, CONSTRAINT, CONSTRAINTS, _constraint)


def _rows(
    table: pa.Table,
    full: str,
    schema: pa.Schema,
    said: Callable[[dict[str, Any]], dict[str, Any]],
) -> pa.Table:
    mine = table.filter(pc.equal(table["type"], full))
    if not len(mine):
        return schema.empty_table()
    rows = [
        row | {"event_id": row["id"]} | said(json.loads(row["data"]))
        for row in mine.select(
            [*(name for name, _ in _OF_EVENT), "id", "version", "data"]
        ).to_pylist()
    ]
    return pa.table(
        {each.name: [row[each.name] for row in rows] for each in schema}, schema=schema
    )


def _promotion(data: dict[str, Any]) -> dict[str, Any]:
    return {
        **{name: data.get(name) for name in ("promotion", "state", "kind", "family")},
        **{name: data.get(name) or [] for name in ("items", "locations", "regions")},
        "begins": _day(data.get("from")),
        "ends": _day(data.get("to")),
        "expected_uplift": data.get("expected_uplift"),
    }


def _constraint(data: dict[str, Any]) -> dict[str, Any]:
    scope = data.get("scope") or ""
    return {
        **{name: data.get(name) or "" for name in ("kind", *_NAMED)},
        "scope": scope if isinstance(scope, str) else json.dumps(scope, sort_keys=True),
        "limit_amount": _number(data.get("limit")),
        "used_amount": _number(data.get("used")),
        "until": validity.moment(data["until"]) if data.get("until") else None,
    }


def _day(text: Any) -> date | None:
    """Return a day that tables can hold: those beyond mean always, or without end."""
    try:
        day = date.fromisoformat(text) if text else None
    except (TypeError, ValueError):
        return None
    return day and min(max(day, FIRST_DAY), LAST_DAY)


def _number(value: Any) -> Decimal | None:
    """Return the number that is stated, to four decimals; None when it is none."""
    try:
        exact = Decimal(str(value))
        return (
            exact.quantize(Decimal("0.0001"), ROUND_HALF_EVEN)
            if abs(exact) < _LARGEST
            else None
        )
    except InvalidOperation:
        return None

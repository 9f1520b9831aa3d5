# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small plausible distributor, written straight into the tables that pages read.

Ten items at three sites over sixty days, seeded. Run it as ``python world.py HOME`` to fill the
embedded store of a home.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from mining.runner import mine_once
from sightline.settings import Settings
from sightline.store import Store

SITES = ("DC1", "DC2", "NORTH")
ITEMS = tuple(f"{letter}{number}00" for number, letter in enumerate("ABCDEFGHJK", start=1))
DAYS = 60
PART = pa.uint8()
TIME = pa.timestamp("ms", tz="UTC")
STEPS = ("Request purchase", "Manager approval", "Finance approval", "Order sent")
SHORT = ("A100", "DC1", 36)
LAST = {("A100", "DC1"): 84, ("C300", "NORTH"): -4}

QUANTITIES = {
    *("on_hand", "reserved", "hold", "available", "on_order", "in_transit", "outstanding"),
    *("backordered", "position", "position_net", "qty", "base_qty", "excess_qty"),
}

Row = dict[str, Any]


def fill(store: Store, now: datetime) -> None:
    """Write everything, as of `now`."""
    dice = Random(7)  # noqa: S311  a seeded world
    hours = list(_hours(dice, now))
    _write(store, "position_hour", hours)
    _write(store, "positions", list(_positions(hours, now)))
    _write(store, "open_lines", list(_lines(dice, now)))
    _write(store, "open_supply", list(_supply()))
    demand = list(_demand(dice, now))
    _write(store, "demand", demand)
    _write(store, "anomalies", list(_anomalies(demand)))
    _write(store, "exceptions", list(_exceptions(dice, now)))
    _write(store, "feeds", list(_feeds(now)))
    _write(store, "dlq", list(_refused(now)))
    approvals = list(_approvals(dice, now))
    _write(store, "events", [*_events(dice, now), *approvals, *_bought(now), *_released(now)])
    _write(store, "progress", list(_progress(now)))
    mine_once(store)


def _write(store: Store, table: str, rows: list[Row]) -> None:
    # None only where some row has a value: an all-null column would have no type
    known = dict.fromkeys(name for row in rows for name in row)
    names = [name for name in known if any(row.get(name) is not None for row in rows)]
    columns = {name: _array(rows, name) for name in names}
    store.insert_arrow(table, pa.table(columns))


def _array(rows: list[Row], name: str) -> pa.Array:
    return pa.array([row.get(name) for row in rows], _kind(name))


def _kind(name: str) -> pa.DataType | None:
    kinds = {
        **dict.fromkeys(
            ("time", "hour", "bucket", "as_of", "opened", "watermark", "ingested", "at"), TIME
        ),
        **dict.fromkeys(("recordedtime", "ingest_time"), TIME),
        **dict.fromkeys(("flags", "evidence", "quality_flags"), pa.list_(pa.string())),
        "due": pa.date32(),
        "part": PART,
    }
    return pa.decimal128(18, 4) if name in QUANTITIES else kinds.get(name)


def _level(dice: Random, item: str, site: str) -> int:
    return 40 + 30 * ITEMS.index(item) % 160 + dice.randrange(60) + 20 * SITES.index(site)


def _hours(dice: Random, now: datetime) -> Iterator[Row]:
    start = (now - timedelta(days=DAYS)).replace(minute=0, second=0, microsecond=0)
    for item in ITEMS:
        for site in SITES:
            stock = _level(dice, item, site)
            for day in range(DAYS):
                stock -= dice.randrange(0, 14)
                if stock < 25:
                    stock += 120
                if day == DAYS - 1:
                    stock = LAST.get((item, site), stock)
                hour = start + timedelta(days=day, hours=9 + day % 7)
                yield _state(item, site, hour, max(stock, -4))


def _state(item: str, site: str, hour: datetime, stock: int) -> Row:
    reserved = min(max(stock, 0), 6)
    inbound = 80 if stock < 40 else 0
    return {
        "item": item,
        "loc": site,
        "hour": hour,
        "on_hand": Decimal(stock),
        "reserved": Decimal(reserved),
        "hold": Decimal(2 if site == "DC2" else 0),
        "available": Decimal(stock - reserved - (2 if site == "DC2" else 0)),
        "on_order": Decimal(inbound),
        "in_transit": Decimal(inbound // 4),
        "backordered": Decimal(reserved),
        "position": Decimal(stock + inbound),
        "position_net": Decimal(stock + inbound - reserved),
        "part": 0,
        "off": 1,
        "gen": 1,
        "revision": 1,
    }


def _positions(hours: list[Row], now: datetime) -> Iterator[Row]:
    latest = {(row["item"], row["loc"]): row for row in hours}
    for row in latest.values():
        kept = {name: value for name, value in row.items() if name not in ("hour", "revision")}
        never = ["no_anchor"] if row["item"] in ("J900", "K1000") else []
        below = ["negative"] if row["on_hand"] < 0 else []
        if (row["item"], row["loc"]) == SHORT[:2]:
            kept |= {
                "reserved": Decimal(0),
                "available": Decimal(84),
                "backordered": Decimal(127),
            }
            kept |= {"on_order": Decimal(0), "in_transit": Decimal(0)}
        yield kept | {"flags": never + below, "as_of": now - timedelta(minutes=7), "ver": 1}


def _lines(dice: Random, now: datetime) -> Iterator[Row]:
    today = now.date()
    for number in range(40):
        item, site = ITEMS[number % 10], SITES[number % 3]
        due = today + timedelta(days=number)
        yield _line(f"SO{5000 + number}/1", (item, site), 1 + dice.randrange(6), due)
    for number, units in enumerate((50, 40, 30)):
        yield _line(f"SO{6000 + number}/1", SHORT[:2], units, today - timedelta(days=number))


def _line(key: str, where: tuple[str, str], units: int, due: date) -> Row:
    item, site = where
    return {
        "item": item,
        "loc": site,
        "order_line": key,
        "outstanding": Decimal(units),
        "reserved": Decimal(0 if key.startswith("SO6") else units),
        "due": due,
        "part": 0,
        "off": 1,
        "gen": 1,
        "ver": 1,
    }


def _supply() -> Iterator[Row]:
    """Two purchase lines that are still to bring 50 and 30 units; `_released` dates them."""
    for number, units in enumerate((50, 30)):
        yield {
            "item": "B200",
            "loc": "DC1",
            "kind": "po_line",
            "line": f"PO9{number}/1",
            "on_order": Decimal(units),
            "part": 0,
            "off": 1,
            "gen": 1,
            "ver": 1,
        }


def _released(now: datetime) -> Iterator[Row]:
    for number, days in enumerate((-2, 6)):
        then = now - timedelta(days=9)
        line = {"item": "B200", "loc": "DC1", "po_line": f"PO9{number}/1"}
        line["due"] = (now + timedelta(days=days)).date()
        event = _event(f"rel-{number}", "supply.po_released", then, 5000 + number)
        yield event | line | {"base_qty": Decimal(50)}


def _demand(dice: Random, now: datetime) -> Iterator[Row]:
    first = datetime(now.year, now.month, now.day, tzinfo=UTC) - timedelta(days=DAYS)
    for item in ITEMS:
        for site in SITES:
            mean = 6 + 2 * ITEMS.index(item)
            for day in range(DAYS):
                is_odd = (item, site, day) in {("B200", "DC1", DAYS - 2), ("A100", "DC1", 41)}
                units = max(round(dice.gauss(mean, mean**0.5)), 0) * (4 if is_odd else 1)
                knows = day >= 14
                spread = 1.645 * mean**0.5
                yield {
                    "item": item,
                    "loc": site,
                    "grain": "day",
                    "bucket": first + timedelta(days=day),
                    "qty": Decimal(units),
                    "order_lines": max(units // 3, 1),
                    "customers": 1,
                    "expected": float(mean) if knows else None,
                    "variance": float(mean) if knows else None,
                    "p05": max(mean - spread, 0) if knows else None,
                    "p95": mean + spread if knows else None,
                    "score": 0.5 if knows else None,
                    "masked": False,
                    "revision": 1,
                }


def _anomalies(demand: list[Row]) -> Iterator[Row]:
    for row in demand:
        if row["p95"] is not None and row["qty"] > 2 * Decimal(row["p95"]):
            yield {
                "anomaly_id": f"an-{row['item']}-{row['loc']}-{row['bucket']:%Y%m%d}",
                "item": row["item"],
                "loc": row["loc"],
                "bucket": row["bucket"],
                "kind": "spike",
                "score": 7.2,
                "direction": "up",
                "excess_qty": row["qty"] - Decimal(row["expected"]),
                "explanation": "{}",
                "model_version": "1",
                "state": "raised",
                "revision": 1,
            }


def _exceptions(dice: Random, now: datetime) -> Iterator[Row]:
    short = {"short_units": "36", "due_units": "120", "available": "84", "inbound": "0"}
    short |= {"due_lines": 3, "oldest_due": f"{now - timedelta(days=2):%Y-%m-%d}"}
    odd = {"direction": "up", "days": 1, "quantity": "34", "expected": "8", "low": "3.3"}
    odd |= {"high": "12.7", "last_day": f"{now - timedelta(days=2):%Y-%m-%d}"}
    opened = now - timedelta(hours=5)
    yield _exception("exc-short", "shortage", "critical", SHORT[:2], opened, short)
    opened = now - timedelta(days=1, hours=3)
    yield _exception("exc-odd", "unusual_demand", "high", ("B200", "DC1"), opened, odd)
    for number in range(12):
        item, site = ITEMS[dice.randrange(10)], SITES[number % 3]
        opened = now - timedelta(days=2 + 2 * number, hours=number)
        units = 3 + 5 * number
        facts = short | {"short_units": str(units), "inbound": "80", "no_anchor": True}
        name = f"exc-old-{number}"
        yield _exception(name, "shortage", "medium", (item, site), opened, facts)
        if number not in (1, 4, 7):
            ended = opened + timedelta(hours=6 + 5 * number)
            yield {"exception_id": name, "revision": 2, "time": ended, "state": "resolved"}


def _exception(  # noqa: PLR0913, PLR0917  a row
    name: str, kind: str, severity: str, where: tuple[str, str], opened: datetime, facts: Row
) -> Row:
    item, site = where
    drivers = [{"name": key, "value": value} for key, value in facts.items()]
    return {
        "exception_id": name,
        "revision": 1,
        "time": opened,
        "kind": kind,
        "severity": severity,
        "item": item,
        "loc": site,
        "opened": opened,
        "state": "open",
        "rule": "due_shortage",
        "rule_version": "1",
        "drivers": json.dumps(drivers),
        "evidence": ["evt-1", "evt-2"],
    }


def _feeds(now: datetime) -> Iterator[Row]:
    named = (
        ("erp://orders", 7, 48_211, 3),
        ("wms://north", 2, 20_455, 0),
        ("files://online_retail", 3 * 1440, 525_461, 2),
    )
    for name, minutes, events, dead in named:
        then = now - timedelta(minutes=minutes)
        yield {
            "source": name,
            "part": 0,
            "gen": 1,
            "watermark": then,
            "ingested": then + timedelta(seconds=20),
            "events": events,
            "duplicates": 12,
            "dead_letters": dead,
            "off": 1,
        }


def _refused(now: datetime) -> Iterator[Row]:
    for number in range(5):
        yield {
            "part": number % 2,
            "off": 65_536 + number,
            "gen": 1,
            "kind": "quarantine" if number else "malformed",
            "reason": "negative_magnitude" if number else "not_json",
            "field": "data.q" if number else "",
            "source": "erp://orders" if number else "",
            "id": f"e-{number}" if number else "",
            "raw": json.dumps({"id": f"e-{number}", "data": {"q": -3, "item": "<b>A</b>"}}),
            "at": now - timedelta(minutes=11 * number),
        }


def _events(dice: Random, now: datetime) -> Iterator[Row]:
    kinds = (
        "demand.line_placed",
        "inventory.shipment",
        "inventory.receipt",
        "inventory.counted",
    )
    for number in range(600):
        item, site = ITEMS[number % 10], SITES[number % 3]
        kind = kinds[dice.randrange(4)]
        then = now - timedelta(hours=2 * number, minutes=7)
        order = f"SO{4000 + number}/1" if kind in kinds[:2] else ""
        yield _event(f"evt-{number}", kind, then, number + 1) | {
            "item": item,
            "loc": site,
            "base_qty": Decimal(1 + dice.randrange(20)),
            "order_line": order,
            "actor": "clerk 7",
        }


def _approvals(dice: Random, now: datetime) -> Iterator[Row]:
    number = 1000
    for case in range(120):
        then = now - timedelta(days=40 - case / 3)
        for step, name in enumerate(_path(dice)):
            then += timedelta(hours=dice.expovariate(1 / (2, 9, 38, 3)[step % 4]))
            number += 1
            yield _event(f"app-{case}-{step}", "process.activity", then, number) | {
                "process": "purchase_approval",
                "case_id": f"PR-{case:04}",
                "activity": name,
                "actor": f"person {dice.randrange(6)}",
            }


def _bought(now: datetime) -> Iterator[Row]:
    """Buy 60 lines of an item that no other table knows; of the first supplier 8 are late."""
    sizes = {"Northwind": 40, "Acme <Parts>": 12, "=Formula Ltd": 5, "": 3}
    names = [name for name, size in sizes.items() for _ in range(size)]
    for number, name in enumerate(names):
        then = now - timedelta(days=50) + timedelta(hours=9 * number)
        line = {"item": "BOUGHT", "loc": "DC1", "po_line": f"PO{number}/1", "supplier": name}
        line["base_qty"] = Decimal(10)
        promised = {} if not name else {"due": (then + timedelta(days=5)).date()}
        days = 9 if name == "Northwind" and number % 5 == 0 else 4
        came = then + timedelta(days=days)
        yield (
            _event(f"po-{number}", "supply.po_released", then, 3000 + number) | line | promised
        )
        yield _event(f"in-{number}", "inventory.receipt", came, 4000 + number) | line


def _path(dice: Random) -> tuple[str, ...]:
    chance = dice.random()
    if chance < 0.15:
        return (*STEPS[:2], "Sent back", *STEPS)
    if chance < 0.5:
        return (*STEPS[:2], STEPS[3])
    return STEPS if chance < 0.9 else (*STEPS[:2], "Refused")


def _event(name: str, kind: str, then: datetime, off: int) -> Row:
    return {
        "id": name,
        "source": "erp://orders",
        "type": f"io.sightline.{kind}.v1",
        "time": then,
        "recordedtime": then,
        "ingest_time": then,
        "sequence": f"{off:08}",
        "data": "{}",
        "part": 0,
        "off": (1 << 16) + off,
        "gen": 1,
    }


def _progress(now: datetime) -> Iterator[Row]:
    for part in range(8):
        yield {
            "part": part,
            "gen": 1,
            "off": (2 + part) << 16,
            "watermark": now - timedelta(minutes=7),
            "events": 71_000 + part,
            "duplicates": 4,
            "dead_letters": 1,
        }


def main(home: str) -> None:
    """Fill the store under `home`."""
    settings = Settings(home=Path(home))
    settings.home.mkdir(parents=True, exist_ok=True)
    with Store.open(settings) as store:
        store.migrate()
        fill(store, datetime.now(UTC))


if __name__ == "__main__":
    main(sys.argv[1])

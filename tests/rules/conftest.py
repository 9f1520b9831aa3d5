# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables as the stream would leave them, and a desk that judges them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client

from sightline.desk import Desk, Episode
from sightline.rules.evaluate import evaluate
from sightline.rules.judgement import Occasion, Outcome, Posting
from sightline.settings import Settings
from sightline.store import Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
QUANTITY = pa.decimal128(18, 4)
TIME = pa.timestamp("ms", "UTC")
TYPES = {
    **dict.fromkeys(("outstanding", "reserved", "qty", "excess_qty", "excess_value"), QUANTITY),
    **dict.fromkeys(("available", "on_order", "in_transit", "amount", "base_qty"), QUANTITY),
    **dict.fromkeys(("stated", "computed", "drift", "low", "high", "unit_cost"), QUANTITY),
    **dict.fromkeys(("last_count_variance",), QUANTITY),
    **dict.fromkeys(("bucket", "as_of", "time", "watermark", "recordedtime"), TIME),
    **dict.fromkeys(("last_count_time", "valid_from", "at"), TIME),
    **dict.fromkeys(("ver", "off", "revision"), pa.uint64()),
    **dict.fromkeys(("expected", "p05", "p95", "score"), pa.float64()),
    **dict.fromkeys(("due",), pa.date32()),
    **dict.fromkeys(("flags",), pa.list_(pa.string())),
}


def rows(*found: dict[str, Any]) -> pa.Table:
    columns = {}
    for name in found[0]:
        columns[name] = pa.array([row[name] for row in found], TYPES.get(name))
    return pa.table(columns)


@dataclass
class World:
    """Writes rows of the stream's tables and lets the rules look at them."""

    store: Store
    desk: Desk
    now: datetime = NOON
    webhooks: tuple[str, ...] = ("ops",)
    versions: Iterator[int] = field(default_factory=lambda: count(1))
    anomalous: set[int] = field(default_factory=set)

    def position(self, **given: Any) -> None:
        row = {"item": "A100", "loc": "DC1", "available": 0, "on_order": 0, "in_transit": 0}
        row |= {"flags": [], "as_of": self.now, "gen": 1, "ver": next(self.versions)}
        self.store.insert_arrow("positions", rows(row | given))

    def line(self, name: str, **given: Any) -> None:
        row = {"item": "A100", "loc": "DC1", "order_line": name, "outstanding": 0}
        row |= {"reserved": 0, "due": None, "gen": 1, "ver": next(self.versions)}
        self.store.insert_arrow("open_lines", rows(row | given))

    def placed(self, name: str, price: str | None, currency: str = "GBP", **given: Any) -> None:
        row = {
            "id": f"event-{name}",
            "source": "erp://a",
            "type": "io.sightline.demand.line_placed.v1",
            "item": "A100",
            "loc": "DC1",
            "order_line": name,
            "amount": None if price is None else Decimal(price),
            "currency": currency,
            "time": self.now,
            "base_qty": 1,
        }
        self.store.insert_arrow("events", rows(row | given))

    def day(self, day: date, qty: int, **given: Any) -> None:
        row = {"item": "A100", "loc": "DC1", "grain": "day", "qty": qty, "expected": 30.0}
        row |= {"bucket": midnight(day), "p05": 20.0, "p95": 40.0, "score": 0.5}
        row |= {"masked": False, "revision": next(self.versions)}
        self.store.insert_arrow("demand", rows(row | given))

    def anomaly(self, day: date, direction: str = "up", **given: Any) -> None:
        row = {"item": "A100", "loc": "DC1", "anomaly_id": f"anomaly-{day}", "score": 4.0}
        row |= {"bucket": midnight(day), "direction": direction, "excess_qty": 120}
        row |= {"excess_value": None, "state": "raised", "revision": next(self.versions)}
        self.store.insert_arrow("anomalies", rows(row | given))

    def statement(self, stated: int, computed: int, **given: Any) -> None:
        row = {"item": "A100", "loc": "DC1", "source": "3pl://b", "event_id": "st-1"}
        row |= {"time": self.now, "recordedtime": self.now, "stated": stated, "gen": 1}
        row |= {"computed": computed, "low": computed, "high": computed, "is_deleted": 0}
        row |= {"drift": stated - computed, "ver": next(self.versions)}
        self.store.insert_arrow("reconciliations", rows(row | given))

    def event(self, kind: str, name: str, **given: Any) -> None:
        row = {"id": name, "source": "erp://a", "type": f"io.sightline.{kind}.v1"}
        row |= {"item": "A100", "loc": "DC1", "time": self.now, "base_qty": 1}
        self.store.insert_arrow("events", rows(row | given))

    def put(self, table: str, **row: Any) -> None:
        self.store.insert_arrow(table, rows(row))

    def feed(self, watermark: datetime, source: str = "erp://a") -> None:
        row = {"source": source, "gen": 1, "watermark": watermark, "off": next(self.versions)}
        self.store.insert_arrow("feeds", rows(row))

    def judge(self, as_of: datetime | None = None) -> Outcome:
        posting = Posting(self.webhooks, timedelta(hours=24))
        moment = as_of or self.now
        return evaluate(self.store, self.desk, Occasion(moment, self.now, posting))

    def episodes(self) -> list[Episode]:
        return self.desk.episodes()

    def the_episode(self) -> Episode:
        (episode,) = self.desk.episodes()
        return episode


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    desk = Desk.open(settings)
    yield desk
    desk.close()


@pytest.fixture
def world(store: Store, desk: Desk) -> World:
    """An empty store and an empty desk, at noon of 2 March 2026."""
    return World(store, desk)


@pytest.fixture
def new_world(
    engine: Store, raw: Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], World]]:
    """Makes empty worlds, as many as asked for; for tests that run many examples."""
    desks: list[Desk] = []

    def make() -> World:
        for name in ("positions", "open_lines", "demand", "anomalies", "reconciliations"):
            raw.command("TRUNCATE TABLE {name:Identifier}", parameters={"name": name})
        desks.append(Desk.open(Settings(home=tmp_path_factory.mktemp("desk"))))
        return World(engine, desks[-1])

    yield make
    for desk in desks:
        desk.close()

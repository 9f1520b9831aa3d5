# SPDX-License-Identifier: AGPL-3.0-or-later
"""Late and reused events through the whole flow: counted, told once, whatever is replayed."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from sightline.events.publish import to_piece
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle
from tests.strategies.clouds import Cloud, cloud

DAY = 1440  # minutes


@pytest.fixture
def log(settings: Settings) -> Iterator[SqliteLog]:
    opened = open_log(settings)
    yield opened
    opened.close()


def moved(name: str, day: float, q: int, **given: Any) -> Cloud:
    place = {"item": "A", "loc": "DC1", "minute": day * DAY, "q": q}
    return cloud("inventory.adjusted", id=name, **(place | given))


def corrections(store: Store) -> list[dict[str, Any]]:
    return store.ask(
        "SELECT what, item, toDayOfMonth(bucket) AS day, old, new, cause_event "
        "FROM restatements ORDER BY off, item, what, bucket"
    ).to_pylist()


def counted(store: Store, view: str) -> dict[str, int]:
    (row,) = store.ask(
        f"SELECT sum(events) AS events, sum(late) AS late FROM {view}"  # noqa: S608
    ).to_pylist()
    return {name: int(value) for name, value in row.items()}


def test_late_events_are_told_once_with_before_and_after_whatever_is_replayed(
    settings: Settings, store: Store, log: SqliteLog
) -> None:
    # given stock of ten at first, five more a week and two days later
    log.append(to_piece([moved("a", 0, 10), moved("b", 9, 5)], log.partitions))
    run_until_idle(settings, store, log)
    # when two movements of the second day are told, and one of the fourth, which is not late
    late = [moved("c", 1, -3), moved("d", 1, -1), moved("e", 3, 2)]
    other = moved("f", 1, 7, item="B", source="wms://b")  # of a source that is no further
    for each in ([late[0]], late[1:], [other]):  # what comes in one piece is one correction
        log.append(to_piece(each, log.partitions))
    run_until_idle(settings, store, log)
    # then each late one has its hour with the state before it and after it
    told = [
        (row["cause_event"], row["day"], row["old"], row["new"]) for row in corrections(store)
    ]
    assert told == [("c", 3, 10, 7), ("d", 3, 7, 6)]
    assert counted(store, "v_feeds") == counted(store, "v_progress") == {"events": 6, "late": 2}
    # and a replay of the whole log adds nothing
    before = corrections(store)
    shutil.rmtree(settings.home / "state")
    run_until_idle(settings, store, log)
    assert corrections(store) == before
    assert counted(store, "v_feeds") == {"events": 6, "late": 2}


def test_the_horizon_is_a_setting(settings: Settings, store: Store, log: SqliteLog) -> None:
    # given a horizon of a month
    wide = Settings(home=settings.home, store=settings.store, horizon_days=30)
    # when an event eight days behind its source comes
    log.append(to_piece([moved("a", 9, 5), moved("b", 1, 2)], log.partitions))
    run_until_idle(wide, store, log)
    # then it is not late
    assert counted(store, "v_feeds")["late"] == 0
    assert corrections(store) == []


def record(name: str, entity: str, key: str, **fields: Any) -> Cloud:
    return cloud(
        "master.record_changed", id=name, minute=-60, entity=entity, key=key, fields=fields
    )


def test_a_factor_that_is_corrected_is_the_cause_of_what_it_restates(
    settings: Settings, store: Store, log: SqliteLog
) -> None:
    # given two cases in stock, at twelve pieces a case
    case = {"item": "A", "uom": "CS", "den": 1}
    base = record("base", "item", "A", base_uom="EA")
    first = record("f1", "item_uom", "A/CS", num=12, **case)
    cases = cloud("inventory.adjusted", id="a", item="A", loc="DC1", minute=30)
    cases["data"]["q"] = {"qty": "2", "uom": "CS"}
    log.append(to_piece([base, first, cases], log.partitions))
    run_until_idle(settings, store, log)
    # when a corrected record says ten
    second = record("f2", "item_uom", "A/CS", num=10, **case)
    second["data"]["version"] = 2
    log.append(to_piece([second], log.partitions))
    run_until_idle(settings, store, log)
    # then the hour is told with the state before it and after it, by that record
    told = [
        (row["cause_event"], row["what"], row["old"], row["new"]) for row in corrections(store)
    ]
    assert told == [("f2", "on_hand", 24, 20)]
    (row,) = store.ask("SELECT sum(restated) AS n FROM v_feeds").to_pylist()
    assert row["n"] == 1

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables computed anew take the place of the old ones, and the stream goes on after them."""

import pickle
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from mining.runner import mine_once
from sightline.errors import SavepointError, StoreError
from sightline.events.publish import to_piece
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store, swap
from streams.replay import savepoints
from streams.replay.rebuild import Asked, Rebuilt, rebuild
from streams.replay.tables import BESIDE, GROUPS
from tests.replay.conftest import Played
from tests.strategies.clouds import START, Cloud, cloud

Rebuild = Callable[..., Rebuilt]
SHOWN = [table for tables in GROUPS.values() for table in tables if table != "mined"]
VERSIONS = ("ver", "revision")
LATER = START.replace(year=2027)
LOG_FILES = {"log.db", "log.db-shm", "log.db-wal"}


@pytest.fixture
def anew(settings: Settings, store: Store, log: SqliteLog) -> Rebuild:
    """Give a function that replays; its words are those of `Asked`."""

    def run(**words: Any) -> Rebuilt:
        return rebuild(settings, store, log, Asked(**words), mine=mine_once)

    return run


def shown(store: Store) -> dict[str, list[str]]:
    """Return every row that a reader sees of the tables that follow."""
    return {table: _rows(store, f"v_{table}") for table in SHOWN}


def _rows(store: Store, view: str) -> list[str]:
    rows = store.ask(f"SELECT * FROM {view}").to_pylist()  # noqa: S608
    kept = ({key: row[key] for key in sorted(row) if key not in VERSIONS} for row in rows)
    return sorted(map(str, kept))


def sold(first: int, count: int) -> list[Cloud]:
    """Return order lines, shipments and receipts of a few items over days."""
    found = []
    for n in range(first, first + count):
        place: dict[str, Any] = {"item": f"A{n % 5}", "loc": "DC1"}
        line = {**place, "order_line": f"L{n}", "q": 2 + n % 3}
        minute = n * 60 * 7
        found.append(cloud("demand.line_placed", id=f"d{n}", minute=minute, **line))
        if n % 3:
            found.append(cloud("inventory.shipment", id=f"s{n}", minute=minute + 30, **line))
        if n % 4 == 0:
            found.append(
                cloud("inventory.receipt", id=f"r{n}", minute=minute + 9, q=9, **place)
            )
    return found


def test_every_table_is_a_fact_or_follows_from_them(store: Store, raw: Any) -> None:
    facts = {
        "events", "e2o", "dlq", "objects", "o2o", "progress", "feeds", "exceptions", "released",
        "restated_quantities", "generations", "suspects", "items", "item_units", "locations",
        "suppliers", "lanes", "costs", "calendars", "planning_params", "customers", "contracts",
        "contract_clauses", "policies", "sod_rules", "reason_codes", "link_templates",
        "promotions", "constraints",
    }  # fmt: skip
    del store
    names = raw.query(
        "SELECT name FROM system.tables WHERE database = 'default' AND engine LIKE '%MergeTree'"
    ).result_columns[0]
    assert set(names) - facts == set(SHOWN) | {"mined"}


def test_tables_that_are_right_stay_as_they_are(
    played: Played, store: Store, anew: Rebuild
) -> None:
    played(sold(0, 40))
    mine_once(store)
    before = shown(store)
    found = anew()
    assert [each.differing for each in found.changed] == [0] * len(found.changed)
    assert shown(store) == before
    assert found.events == len(sold(0, 40))


def test_a_wrong_row_is_told_by_a_rehearsal_and_mended_by_a_replay(
    played: Played, store: Store, raw: Any, anew: Rebuild, settings: Settings
) -> None:
    # given a position that somebody has written over, and an hour that is gone
    played(sold(0, 40))
    right = shown(store)
    raw.command(
        "INSERT INTO positions SELECT * REPLACE (on_hand + 7 AS on_hand, position_net + 7 AS"
        " position_net, ver + 1 AS ver) FROM v_positions WHERE item = 'A1'"
    )
    raw.command("DELETE FROM position_hour WHERE item = 'A2'")
    wrong = shown(store)
    # when a rehearsal looks
    rehearsed = {each.table: each for each in anew(dry=True).changed}
    # then it says where, by how much, and changes nothing
    assert (rehearsed["positions"].altered, rehearsed["positions"].differing) == (1, 1)
    (largest,) = rehearsed["positions"].largest
    assert (largest.name, largest.place) == ("main A1", "DC1")
    assert largest.before - largest.after == 7
    assert (rehearsed["hours"].places, rehearsed["hours"].removed) == (1, 0)
    assert rehearsed["hours"].added > 1
    assert shown(store) == wrong
    # and what happened before a moment is not told
    later = {each.table: each for each in anew(dry=True, since=LATER).changed}
    assert later["positions"].differing == 0
    # and a replay mends it, leaves nothing beside, and the stream goes on after it
    anew()
    assert shown(store) == right
    assert not raw.query(f"EXISTS DATABASE {BESIDE}").result_rows[0][0]
    assert {each.name for each in settings.home.iterdir()} - LOG_FILES == {"state"}
    more = played(sold(40, 9))
    assert more.events == len(sold(40, 9))
    assert more.duplicates == 0
    assert shown(store) != right
    assert {each.table: each.differing for each in anew(dry=True).changed}["positions"] == 0


@pytest.mark.slow
def test_only_what_is_asked_for_changes(
    played: Played, store: Store, raw: Any, anew: Rebuild
) -> None:
    step = {"process": "P", "case": "C", "activity": "look"}
    played([*sold(0, 40), cloud("process.activity", id="p", **step)])
    mine_once(store)
    right = shown(store)
    assert right["cases"]
    for table in ("positions", "demand", "cases"):
        raw.command("TRUNCATE TABLE {t:Identifier}", parameters={"t": table})
    for group, table in (
        ("process", "cases"),
        ("demand", "demand"),
        ("positions", "positions"),
    ):
        assert shown(store)[table] == []
        anew(groups=(group,))
        assert shown(store)[table] == right[table]
    assert shown(store) == right


@pytest.mark.slow
def test_what_the_stream_has_not_read_yet_is_left_to_it(
    played: Played, log: SqliteLog, anew: Rebuild
) -> None:
    # given events that came after the last run
    played(sold(0, 20))
    log.append(to_piece(sold(20, 10), log.partitions))
    # then a replay does not take them in, and the next run does
    assert anew().events == len(sold(0, 20))
    assert played([]).events == len(sold(20, 10))
    assert anew(dry=True).changed[0].differing == 0


def test_a_replay_that_fails_leaves_nothing_behind(
    played: Played, settings: Settings, store: Store, log: SqliteLog, raw: Any
) -> None:
    played(sold(0, 12))
    before = shown(store)

    def fails(_: Store) -> None:
        raise StoreError("no more room")

    with pytest.raises(StoreError, match="no more room"):
        rebuild(settings, store, log, Asked(), mine=fails)
    assert shown(store) == before
    assert not raw.query(f"EXISTS DATABASE {BESIDE}").result_rows[0][0]
    assert not (settings.home / swap.INTENT).exists()
    assert not (settings.home / "replay").exists()


@pytest.mark.slow
def test_from_a_savepoint_the_tables_are_the_same(
    played: Played, settings: Settings, store: Store, log: SqliteLog, anew: Rebuild
) -> None:
    # given a savepoint in the middle
    played(sold(0, 20))
    point = savepoints.create(settings, store, log, "middle")
    played(sold(20, 20))
    before = shown(store)
    # when what came after it is asked for, only that is read
    found = anew(since=point.watermark)
    assert (found.savepoint, found.events) == ("middle", len(sold(20, 20)))
    # and everything is as it was
    assert shown(store) == before
    played(sold(40, 5))
    assert [each.differing for each in anew(dry=True).changed] == [0] * 5
    # and before it was taken there is none
    assert anew(dry=True, since=START).savepoint == ""


@pytest.mark.slow
def test_a_savepoint_brings_the_stream_back_and_the_tables_end_as_they_were(
    played: Played, settings: Settings, store: Store, log: SqliteLog
) -> None:
    played(sold(0, 20))
    savepoints.create(settings, store, log, "one")
    played(sold(20, 20))
    before, events = shown(store), _rows(store, "events")
    # when the stream goes back
    assert savepoints.restore(settings, store, log, "one").events == len(sold(0, 20))
    assert not (settings.home / swap.INTENT).exists()
    # then it reads the rest once more, which shows nowhere
    played(sold(40, 10))
    assert len(_rows(store, "events")) == len(events) + len(sold(40, 10))
    played([])
    savepoints.restore(settings, store, log, "one")
    played([])
    assert len(_rows(store, "events")) == len(events) + len(sold(40, 10))
    assert set(_rows(store, "events")) >= set(events)
    assert before["positions"] != shown(store)["positions"]
    assert [each.name for each in savepoints.every(settings)] == ["one"]


def test_a_state_of_an_earlier_release_is_not_kept(
    played: Played, settings: Settings, store: Store, log: SqliteLog
) -> None:
    # given a state that can be kept, and the same as a release before formats wrote it
    played(sold(0, 10))
    savepoints.create(settings, store, log, "one")
    (kept,) = (settings.home / "state").glob("*.sqlite3")
    with closing(sqlite3.connect(kept)) as recovery:
        for step, blob in recovery.execute("SELECT rowid, ser_change FROM snaps").fetchall():
            found = pickle.loads(blob)  # noqa: S301 - our own bytes
            if isinstance(found, bytes):
                former = pickle.dumps(pickle.dumps(pickle.loads(found)[1:]))  # noqa: S301
                about = (former, step)
                recovery.execute("UPDATE snaps SET ser_change = ? WHERE rowid = ?", about)
        recovery.commit()
    # then it is refused with the way out, and nothing is left behind
    with pytest.raises(StoreError, match="of an earlier release: it has not format") as told:
        savepoints.create(settings, store, log, "two")
    assert "Delete the folder `state`" in str(told.value)
    assert [each.name for each in savepoints.every(settings)] == ["one"]
    assert [each.name for each in (settings.home / "savepoints").iterdir()] == ["one"]


def test_a_savepoint_that_does_not_fit_is_refused(
    played: Played, settings: Settings, store: Store, log: SqliteLog
) -> None:
    with pytest.raises(SavepointError, match="The stream has no state in"):
        savepoints.create(settings, store, log, "early")
    played(sold(0, 10))
    savepoints.create(settings, store, log, "one")
    manifest = settings.home / "savepoints" / "one" / "manifest.json"
    whole = manifest.read_bytes()
    # of a taken name, of none, of an impossible one
    with pytest.raises(SavepointError, match="There is a savepoint one already"):
        savepoints.create(settings, store, log, "one")
    with pytest.raises(SavepointError, match="no savepoint two; known: one"):
        savepoints.restore(settings, store, log, "two")
    with pytest.raises(SavepointError, match="no name of a savepoint"):
        savepoints.create(settings, store, log, "../one")
    # of another release, another generation
    for old, new, told in (
        (b'"shape":"', b'"shape":"0', "with other states"),
        (b'"generation":1', b'"generation":2', "is of generation 2 of the log"),
        (b'"fingerprint":"', b'"fingerprint":"0', "is of another event log"),
    ):
        manifest.write_bytes(whole.replace(old, new))
        with pytest.raises(SavepointError, match=told):
            savepoints.restore(settings, store, log, "one")
    # and damaged
    manifest.write_bytes(whole)
    kept = next((settings.home / "savepoints" / "one").glob("*.sqlite3"))
    kept.write_bytes(kept.read_bytes()[:-1])
    with pytest.raises(SavepointError, match=r"is damaged: part-0\.sqlite3 is not what was"):
        savepoints.restore(settings, store, log, "one")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""An object-centric log in any format becomes the same events, objects and relations."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog
from sightline.store import Store

SUFFIXES = [".json", ".jsonocel", ".sqlite", ".xmlocel"]
Write = Callable[[dict[str, Any], str], Path]
Bring = Callable[..., Summary]
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
CHANGED = datetime(2026, 3, 3, 10, tzinfo=UTC)
FOR_EVER = datetime(2201, 1, 1, tzinfo=UTC)


def rows(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in store.ask(sql).to_pylist()]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_event_object_and_relation_of_a_log_comes_out(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any, suffix: str
) -> None:
    # given the example in one of the formats
    summary = bring(write(repairs, suffix), process="repairs")
    # when the stream has run
    store = told()
    # then what was counted is what the file holds
    assert (summary.read, summary.accepted, summary.duplicates) == (14, 14, 0)
    assert dict(summary.noted) == {
        "events": 7, "objects": 7, "relations of events": 17, "relations between objects": 4,
        "changes of attributes": 1, "undeclared objects": 1,
    }  # fmt: skip
    # and so is what is in the tables
    wanted = [
        (each["id"], other["objectId"], other["qualifier"])
        for each in repairs["events"]
        for other in each["relationships"]
    ]
    named = dict(rows(store, "SELECT id, activity FROM events WHERE activity != ''"))
    assert named == {each["id"]: each["type"] for each in repairs["events"]}
    found = rows(store, "SELECT event_id, oid, qualifier FROM e2o WHERE type LIKE '%activity%'")
    assert sorted(found) == sorted(wanted)
    minutes = "SELECT data FROM events WHERE id = 'e3'"
    assert json.loads(rows(store, minutes)[0][0])["attributes"] == {"minutes": 50}
    assert rows(store, "SELECT * EXCEPT tenant FROM v_o2o ORDER BY ALL") == [
        ("order", "R-1", "device", "D-1", "comprises"),
        ("order", "R-1", "device", "D-2", "comprises"),
        ("order", "R-1", "undeclared", "C-9", "placed by"),
        ("order", "R-2", "device", "D-3", "comprises"),
    ]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_objects_have_the_attributes_that_held(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any, suffix: str
) -> None:
    bring(write(repairs, suffix), process="repairs")
    found = rows(
        told(),
        "SELECT oid, declared, attributes, valid_from, valid_to FROM v_objects "
        "WHERE oid IN ('R-1', 'C-9', 'Kim') ORDER BY oid, valid_from",
    )
    assert [(*row[:2], dict(row[2]), *row[3:]) for row in found] == [
        ("C-9", False, {}, ALWAYS, FOR_EVER),
        ("Kim", True, {}, ALWAYS, FOR_EVER),
        ("R-1", True, {"value": "80", "rush": "false"}, ALWAYS, CHANGED),
        ("R-1", True, {"value": "95.5", "rush": "false"}, CHANGED, FOR_EVER),
    ]


def test_the_same_log_in_other_formats_adds_nothing(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any
) -> None:
    # given one log in every format, and its events in another order
    for suffix in (".sqlite", ".json", ".xmlocel"):
        bring(write(repairs, suffix), process="repairs")
    shuffled = repairs | {
        "events": repairs["events"][::-1],
        "objects": repairs["objects"][::-1],
    }
    bring(write(shuffled, ".json"), process="repairs")
    # then the tables hold it once, and nothing is in dispute
    store = told()
    assert rows(store, "SELECT count() FROM events") == [(7 + 8 + 4,)]
    assert rows(store, "SELECT sum(duplicates), sum(dead_letters) FROM v_progress") == [
        (3 * 19, 0)
    ]


def test_a_log_that_grew_adds_what_is_new(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any
) -> None:
    bring(write(repairs, ".sqlite"), process="repairs")
    # given the log once more, with another event and another relation
    late = {"id": "e8", "type": "take in", "time": "2026-03-05T08:00:00Z", "relationships": []}
    repairs["events"].append(late)
    repairs["objects"][-1]["relationships"] = [{"objectId": "Kim", "qualifier": "assists"}]
    bring(write(repairs, ".json"), process="repairs")
    # then these two are added
    store = told()
    assert rows(store, "SELECT count() FROM events") == [(19 + 2,)]
    assert rows(store, "SELECT count() FROM v_o2o") == [(5,)]


def test_two_logs_under_two_names_stay_two(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any
) -> None:
    path = write(repairs, ".json")
    bring(path)
    bring(path, process="berlin")
    store = told()
    assert rows(
        store, "SELECT DISTINCT process FROM events WHERE process != '' ORDER BY 1"
    ) == [
        ("berlin",),
        ("repairs",),
    ]
    assert rows(store, "SELECT count() FROM events") == [(2 * 19,)]


def test_each_type_of_objects_can_be_mined(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any
) -> None:
    bring(write(repairs, ".json"), process="repairs")
    found = rows(
        told(),
        "SELECT process, case_id, groupArray(activity) FROM "
        "(SELECT * FROM v_transitions ORDER BY seq) WHERE process != 'repairs/device' "
        "GROUP BY process, case_id ORDER BY ALL",
    )
    assert found == [
        ("repairs/order", "R-1", ["take in", "hand back"]),
        ("repairs/order", "R-2", ["take in", "hand back"]),
        ("repairs/technician", "Kim", ["repair"]),
        ("repairs/technician", "Noor", ["repair", "repair"]),
    ]


def test_events_of_one_moment_keep_the_order_of_the_log(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any
) -> None:
    at = "2026-03-02T08:00:00Z"
    repairs["events"] = [
        {"id": f"e{n}", "type": name, "time": at, "relationships": [
            {"objectId": "R-1", "qualifier": ""}]}
        for n, name in ((3, "repair"), (1, "take in"), (2, "hand back"))
    ]  # fmt: skip
    bring(write(repairs, ".sqlite"))
    found = rows(told(), "SELECT activity FROM v_transitions ORDER BY seq")
    assert [row[0] for row in found] == ["repair", "take in", "hand back"]


def test_what_is_wrong_in_a_log_is_counted_and_becomes_dead_letters(
    repairs: dict[str, Any], write: Write, bring: Bring, told: Any
) -> None:
    # given an event without a time, one with a wrong one, one twice, and things that are none
    one = repairs["events"][0]
    repairs["events"] += [
        {"id": "x1", "type": "repair", "relationships": []},
        {"id": "x2", "type": "repair", "time": "soon"},
        dict(one),
        {"id": "x3", "time": "2026-03-02T08:00:00Z"},
        "event",
    ]
    repairs["objects"].append({"id": "D-1", "type": "order"})
    summary = bring(write(repairs, ".json"), process="repairs")
    # then each is counted by reason
    assert summary.read == summary.accepted + summary.duplicates + sum(
        summary.rejected.values()
    )
    assert dict(summary.rejected) == {"missing": 1, "not_a_time": 1, "not_ocel": 2}
    assert summary.duplicates == 1
    assert any("declared more than once" in each for each in summary.warnings)
    # and the stream agrees
    store = told()
    reasons = rows(store, "SELECT splitByChar(':', reason)[1] FROM dlq ORDER BY 1")
    assert [row[0] for row in reasons] == ["missing", "not_a_time", "not_ocel", "not_ocel"]


def test_relations_to_what_nobody_declares_are_reported(
    repairs: dict[str, Any], write: Write, bring: Bring
) -> None:
    (warning,) = bring(write(repairs, ".json")).warnings
    assert warning.startswith("1 relations name 1 objects that the log does not declare")
    assert "'C-9'" in warning


def test_a_file_that_was_imported_adds_nothing_and_says_so(
    repairs: dict[str, Any], write: Write, bring: Bring
) -> None:
    path = write(repairs, ".sqlite")
    bring(path)
    again = bring(path)
    assert (again.read, again.duplicates, again.events) == (14, 14, 0)
    assert again.already == [str(path)]


def test_an_import_that_was_stopped_goes_on(
    repairs: dict[str, Any],
    write: Write,
    bring: Bring,
    log: SqliteLog,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given a disk that is full after the second chunk
    monkeypatch.setattr("sightline.imports.told.CHUNK_LINES", 4)
    append, calls = SqliteLog.append, iter(range(100))

    def stopping(self: SqliteLog, *args: Any, **more: Any) -> Any:
        if next(calls) == 2:
            raise KeyboardInterrupt
        return append(self, *args, **more)

    path = write(repairs, ".json")
    with monkeypatch.context() as patched:
        patched.setattr(SqliteLog, "append", stopping)
        with pytest.raises(KeyboardInterrupt):
            bring(path, process="repairs")
    held = sum(each.events for each in log.stat())
    assert held == 8
    # when the same import runs again
    summary = bring(path, process="repairs")
    # then it adds the rest
    assert sum(each.events for each in log.stat()) == 19
    assert summary.events == 19 - held
    assert summary.read == summary.accepted + summary.duplicates == 14

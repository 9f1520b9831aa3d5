# SPDX-License-Identifier: AGPL-3.0-or-later
"""A file that is no whole object-centric log is refused in one line, and nothing is kept."""

import gzip
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sightline.errors import ImportFileError, MappingError
from sightline.imports import Summary, run_import
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from tests.ocel import written

Bring = Callable[..., Summary]
Write = Callable[[dict[str, Any], str], Path]


@pytest.fixture
def refused(bring: Bring, log: SqliteLog) -> Callable[[Path], str]:
    """Return a function that imports a file in vain and gives the reason, one line."""

    def refused(path: Path) -> str:
        with pytest.raises(ImportFileError) as caught:
            bring(path)
        said = str(caught.value)
        assert len(said.splitlines()) == 1
        assert str(path) in said
        assert log.stat() == [] or not any(each.events for each in log.stat())
        return said

    return refused


def changed(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as base, base:
        for each in statements:
            base.execute(each)
    return path


@pytest.fixture
def sqlite_log(repairs: dict[str, Any], tmp_path: Path) -> Path:
    """Give the example as SQLite."""
    return written.sqlite_log(repairs, tmp_path / "repairs.sqlite")


def test_a_file_that_is_no_sqlite_is_refused(refused: Any, tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_text("id,name\n" * 100)
    assert "is no SQLite file" in refused(path)


def test_a_database_that_is_no_log_names_what_is_missing(refused: Any, tmp_path: Path) -> None:
    path = changed(tmp_path / "x.sqlite", "CREATE TABLE event (id TEXT)")
    said = refused(path)
    assert "no table object and no event_object and no object_object" in said


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        ("DROP TABLE object_map_type", "no table object_map_type"),
        ('DROP TABLE "event_Type 1"', "no table 'event_Type 1', which it names as a type"),
        (
            'ALTER TABLE "event_Type 1" RENAME COLUMN ocel_time TO at',
            "table 'event_Type 1' has no column ocel_time",
        ),
        (
            "ALTER TABLE event_object RENAME COLUMN ocel_qualifier TO q",
            "table 'event_object' has no column ocel_qualifier",
        ),
        (
            "INSERT INTO event_map_type VALUES ('x', 'y\"; DROP TABLE event; --')",
            "no table 'event_y\"; DROP TABLE event; --'",
        ),
    ],
)
def test_a_log_without_a_table_or_column_of_the_standard_is_refused(
    refused: Any, sqlite_log: Path, statement: str, text: str
) -> None:
    assert text in refused(changed(sqlite_log, statement))


def test_views_are_no_tables(refused: Any, sqlite_log: Path) -> None:
    rows = "CREATE VIEW event AS SELECT 'e' AS ocel_id, 'repair' AS ocel_type"
    assert "no table event" in refused(changed(sqlite_log, "DROP TABLE event", rows))


def test_a_virtual_table_is_no_table(refused: Any, sqlite_log: Path) -> None:
    made = "CREATE VIRTUAL TABLE event USING fts5(ocel_id, ocel_type)"
    try:
        changed(sqlite_log, "DROP TABLE event", made)
    except sqlite3.OperationalError as error:
        pytest.skip(f"this SQLite cannot make one: {error}")
    assert "no table event" in refused(sqlite_log)


@pytest.mark.parametrize("kept", [50, 4096, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(
    refused: Any, sqlite_log: Path, kept: float
) -> None:
    body = sqlite_log.read_bytes()
    sqlite_log.write_bytes(body[: int(kept if kept > 1 else len(body) * kept)])
    assert re.search("cut off|damaged", refused(sqlite_log))


def test_a_damaged_page_is_refused(refused: Any, sqlite_log: Path) -> None:
    body = bytearray(sqlite_log.read_bytes())
    body[4096:] = b"\xff" * (len(body) - 4096)
    sqlite_log.write_bytes(bytes(body))
    assert "damaged" in refused(sqlite_log)


def test_a_database_that_somebody_still_writes_is_refused(
    refused: Any, sqlite_log: Path
) -> None:
    Path(f"{sqlite_log}-wal").write_bytes(b"x")
    assert "changes waiting in repairs.sqlite-wal" in refused(sqlite_log)


def test_text_that_is_not_utf_8_is_refused(refused: Any, sqlite_log: Path) -> None:
    changed(sqlite_log, "UPDATE object SET ocel_type = CAST(x'FF41' AS TEXT)")
    assert "damaged" in refused(sqlite_log)


def test_the_file_is_not_changed_and_nothing_is_left_beside_it(
    bring: Bring, sqlite_log: Path, settings: Settings
) -> None:
    body, beside = sqlite_log.read_bytes(), sorted(sqlite_log.parent.iterdir())
    bring(sqlite_log)
    assert sqlite_log.read_bytes() == body
    assert {*sqlite_log.parent.iterdir()} <= {*beside, settings.home}
    assert list((settings.home / "tmp").iterdir()) == []


def test_names_with_quotes_and_control_characters_stay_names(
    repairs: dict[str, Any], tmp_path: Path, bring: Bring
) -> None:
    # given an object whose id, and a type whose table, would upset careless SQL
    repairs["objects"][0]["id"] = "R'; DROP TABLE x; --\"\x01\x00"
    path = written.sqlite_log(repairs, tmp_path / "odd.sqlite")
    changed(
        path,
        'ALTER TABLE "event_Type 0" RENAME TO "event_a""b"',
        "UPDATE event_map_type SET ocel_type_map = 'a\"b' WHERE ocel_type_map = 'Type 0'",
    )
    summary = bring(path)
    assert summary.accepted == 14


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("", "empty"),
        ("[1]", "is cut off or is no JSON of a log: [ stands where { was expected"),
        ("{}", "no objects and no events, only nothing"),
        ('{"rows": []}', "no objects and no events, only rows"),
        ('{"objects": []}', "no events, only objects"),
        ('{"objects": [], "events": []}', "neither events nor objects"),
        ('{"objects": {}, "events": []}', "{ stands where [ was expected"),
        ('{"objects": [], "events": [{"id": ', "cut off"),
        ('{"objects": [], "events": []', "cut off"),
        ('{"objects": [], "events": []} {}', "something follows its end"),
        ('{"objects": [], "events": [,]}', "cut off or is no JSON"),
        ('{"ocel:global-log": {}}', "OCEL 1.0 log"),
        ('{"objects": [' + "[" * 100_000, "nested too deeply"),
        (b'{"objects": [{"id": "\xff"}]}', "is not UTF-8"),
        ('{"objects": [{"id": "\\ud800", "type": "t"}], "events": []}', "is not UTF-8"),
    ],
)
def test_json_that_is_no_whole_log_is_refused(
    refused: Any, tmp_path: Path, body: str | bytes, text: str
) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    assert text in refused(path)


def test_one_endless_value_is_refused(
    refused: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sightline.imports.ocel.tape.BLOCK", 100)
    monkeypatch.setattr("sightline.imports.ocel.tape.LONGEST_VALUE", 1000)
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"objects": ["x" * 100_000]}))
    assert "longer than 1000 characters" in refused(path)


@pytest.mark.parametrize("block", [1, 2, 7, 64])
def test_where_a_document_is_cut_into_blocks_changes_nothing(
    repairs: dict[str, Any],
    write: Write,
    bring: Bring,
    monkeypatch: pytest.MonkeyPatch,
    block: int,
) -> None:
    monkeypatch.setattr("sightline.imports.ocel.tape.BLOCK", block)
    repairs["objects"][0]["attributes"][0]["value"] = "ü € \U0001f600"
    assert bring(write(repairs | {"more": [1.5, None, 12]}, ".json")).accepted == 14


def test_a_packed_log_is_read_and_a_cut_one_refused(
    repairs: dict[str, Any], tmp_path: Path, bring: Bring, refused: Any
) -> None:
    body = gzip.compress(json.dumps(repairs).encode())
    cut = tmp_path / "cut.json.gz"
    cut.write_bytes(body[:-20])
    assert "cut off" in refused(cut)
    path = tmp_path / "whole.jsonocel.gz"
    path.write_bytes(body)
    assert bring(path).accepted == 14


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<log><objects>", "cut off or is no XML"),
        ("<rows/>", "begins with 'rows'; expected 'log'"),
        ("<log/>", "neither events nor objects"),
        ("plain text", "cut off or is no XML"),
    ],
)
def test_xml_that_is_no_whole_log_is_refused(
    refused: Any, tmp_path: Path, body: str, text: str
) -> None:
    path = tmp_path / "x.xmlocel"
    path.write_text(body)
    assert text in refused(path)


def test_no_entity_of_an_xml_log_is_ever_followed(
    tmp_path: Path, bring: Bring, settings: Settings
) -> None:
    # given a log that would like to read a file of this machine
    secret = tmp_path / "secret.txt"
    secret.write_text("swordfish")
    path = tmp_path / "x.xmlocel"
    path.write_text(
        f'<!DOCTYPE log [<!ENTITY own SYSTEM "file://{secret}">]>'
        '<log><objects><object id="o" type="t"><attributes>'
        '<attribute name="a" time="2026-03-02T00:00:00Z">price &own;</attribute></attributes>'
        "<objects/></object></objects><events/></log>"
    )
    # when it is imported
    bring(path)
    # then the text around the entity is there, and the file's is not
    log = b"".join(each.read_bytes() for each in settings.home.iterdir() if each.is_file())
    assert b"price" in log
    assert b"swordfish" not in log


@pytest.mark.parametrize("options", [{"lifecycle": "all"}, {"sheets": ("a",)}])
def test_options_that_mean_nothing_for_a_log_are_refused(
    bring: Bring, sqlite_log: Path, options: dict[str, Any]
) -> None:
    with pytest.raises(MappingError, match="knows --process only"):
        bring(sqlite_log, **options)


def test_a_mapping_is_refused(settings: Settings, log: SqliteLog, sqlite_log: Path) -> None:
    with pytest.raises(MappingError, match="leave --mapping"):
        run_import([sqlite_log], "event_log", settings, log)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A dry run says what the import does, and leaves nothing behind."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sightline.errors import ImportFileError, MappingError
from sightline.imports import Options, Summary
from sightline.imports.rehearsal import Rehearsal, rehearsed
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

Write = Callable[[str, str | bytes], Path]
Bring = Callable[..., Summary]
HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
SALES = f"""\
{HEADER}
2,B,Lamp,3,2010-01-02 08:00:00,2,7,France
1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France
1,A,Lamp,2,2010-01-01 08:00:00,-1,7,France
3,C,Lamp,two,2010-01-03 08:00:00,1,7,France
4,D,Lamp,1,yesterday,1,7,France
5,E,Lamp
"""


def told(found: Rehearsal) -> dict[str, object]:
    """Return the counts without the time that it took."""
    return {key: value for key, value in found.summary.as_dict().items() if key != "seconds"}


def test_a_dry_run_says_what_the_import_does(
    write: Write, bring: Bring, home: Settings, log: SqliteLog
) -> None:
    # given a file with rows of every fate
    file = write("sales.csv", SALES)
    # when it is rehearsed
    with rehearsed([file], None, home) as found:
        before = told(found)
        refusals = list(found.refusals())
        first = found.first(3)
    # then nothing entered the log
    assert log.stat() == []
    # and the import comes to the same
    summary = bring(file)
    after = {key: value for key, value in summary.as_dict().items() if key != "seconds"}
    assert before == after
    # and every refused row is told of, with its number, field, value and reason
    assert {(each.row, each.field, each.value, each.code) for each in refusals} == {
        (3, "Price", "-1", "negative_price"),
        (4, "Quantity", "two", "not_a_decimal"),
        (5, "InvoiceDate", "yesterday", "bad_time"),
        (6, "", "", "wrong_columns"),
    }
    assert all(each.file == "sales.csv" for each in refusals)
    # and the first events are CloudEvents in order of time
    assert [event["data"]["item"] for event in first] == ["A", "A", "B"]
    assert first[0]["specversion"] == "1.0"


def test_nothing_is_left_on_disk(write: Write, home: Settings, log: SqliteLog) -> None:
    assert log.path.is_file()
    with rehearsed([write("sales.csv", SALES)], None, home) as found:
        assert found.types == {"demand.line_placed": 2, "inventory.shipment": 2}
    assert list((home.home / "tmp").iterdir()) == []


def test_a_home_that_does_not_exist_is_not_made(write: Write, tmp_path: Path) -> None:
    home = Settings(home=tmp_path / "nowhere")
    with rehearsed([write("sales.csv", SALES)], None, home) as found:
        assert found.summary.read == 6
    assert not home.home.exists()


def test_what_is_in_the_log_already_is_a_duplicate(
    write: Write, bring: Bring, home: Settings
) -> None:
    # given a file that was imported
    file = write("sales.csv", SALES)
    bring(file)
    # when it is rehearsed again
    with rehearsed([file], None, home) as found:
        # then it adds nothing, and says why
        assert found.summary.accepted == 0
        assert found.summary.duplicates == 6
        assert found.known == [
            "sales.csv is in the log already: importing it again adds nothing"
        ]


def test_another_mapping_for_a_known_file_is_warned_of(
    write: Write, bring: Bring, home: Settings
) -> None:
    # given a file that was imported through one mapping
    file = write("sales.csv", SALES)
    bring(file)
    other = write(
        "other.yaml",
        "source: shop://x\ntables: [{name: t, time: InvoiceDate, rules: [{events: ["
        "{type: inventory.counted, fields: {item: StockCode, loc: {value: L}, qty: Quantity,"
        " uom: {value: EA}}}]}]}]\n",
    )
    # when it is rehearsed through another
    with rehearsed([file], str(other), home) as found:
        # then conflicts are announced
        (said,) = found.known
        assert "was imported before through another mapping" in said
        assert found.summary.accepted == 3


def test_events_in_cloudevents_form_are_rehearsed_too(write: Write, home: Settings) -> None:
    # given one good event and two that are none
    good = (
        '{"specversion":"1.0","id":"1","source":"erp://a","type":"io.sightline.inventory.counted'
        '.v1","time":"2024-01-01T00:00:00Z","data":{"item":"A","loc":"L","q":{"qty":"1",'
        '"uom":"EA"}}}\n'
    )
    file = write("e.ndjson", good + good.replace('"source":"erp://a",', "") + "no event\n")
    # when they are rehearsed
    with rehearsed([file], None, home) as found:
        # then each is counted and told of
        assert (found.summary.read, found.summary.accepted) == (3, 1)
        assert {each.code for each in found.refusals()} == {"not_json", "missing"}
        assert found.types == {"inventory.counted": 1}


def test_an_event_log_is_rehearsed_under_its_name(write: Write, home: Settings) -> None:
    file = write("b.csv", "case_id,activity,timestamp\n1,a,2020-01-01\n,b,2020-01-02\n")
    with rehearsed([file], None, home, options=Options(process="claims")) as found:
        assert found.first(1)[0]["data"]["process"] == "claims"
        assert [each.code for each in found.refusals()] == ["missing_case"]


def test_what_cannot_be_imported_cannot_be_rehearsed(write: Write, home: Settings) -> None:
    with (
        pytest.raises(ImportFileError, match="There is no file"),
        rehearsed([Path("none.csv")], None, home),
    ):
        pass
    with (
        pytest.raises(MappingError, match="no shipped mapping fits"),
        rehearsed([write("x.csv", "a,b\n1,2\n")], None, home),
    ):
        pass

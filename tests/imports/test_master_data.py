# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master data from files: the template, its workbook, and what is refused."""

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from sightline.aid.quality import check_one, find
from sightline.cli import main
from sightline.errors import MappingError
from sightline.events.masters import ENTITIES
from sightline.imports import shipped
from sightline.imports.files import file_at
from sightline.imports.parse import parse
from sightline.log import open_log
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle

MASTER = Path(__file__).parents[2] / "docs" / "examples" / "master"
FILES = sorted(MASTER.glob("*.csv"))
BOOK = MASTER / "master-data.xlsx"
TABLES = {path.stem: path for path in FILES}

Write = Callable[[str, str | bytes], Path]


def bring(home: Path, *words: str | Path) -> dict[str, Any]:
    """Import and return the summary."""
    told = _import(home, *words, "--format", "json")
    assert told.exit_code == 0, told.output
    found: dict[str, Any] = json.loads(told.stdout)
    return found


def _import(home: Path, *words: str | Path) -> Result:
    env = {"SIGHTLINE_HOME": str(home)}
    return CliRunner().invoke(main, ["import", *map(str, words)], env=env)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def process(settings: Settings, store: Store) -> None:
    log = open_log(settings)
    try:
        run_until_idle(settings, store, log)
    finally:
        log.close()


def asked(store: Store, question: str) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in store.ask(question).to_pylist()]


def test_the_template_has_a_file_for_every_table_of_the_mapping() -> None:
    tables = {table.name for table in shipped.load("master_data").tables}
    assert set(TABLES) == tables - {"prices"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_the_template_is_known_by_its_columns_alone(path: Path) -> None:
    file = file_at(path)
    assert shipped.detect(file) == "master_data"
    assert shipped.table_for(shipped.load("master_data"), file).name == path.stem


@pytest.mark.parametrize("table", shipped.load("master_data").tables, ids=lambda t: t.name)
def test_a_file_with_only_the_columns_it_needs_is_that_table(write: Write, table: Any) -> None:
    file = file_at(write("least.csv", ",".join(table.needed()) + "\n"))
    assert shipped.detect(file) == "master_data"
    assert shipped.table_for(shipped.load("master_data"), file).name == table.name


def test_the_mapping_fills_every_field_of_every_entity_but_that_of_objects() -> None:
    # given what the catalogue of entities declares
    steps = [e for t in shipped.load("master_data").tables for e in t.events()]
    filled = {
        (step.fields["entity"].constant, name.removeprefix("fields."))
        for step in steps
        for name in step.fields
        if name.startswith("fields.")
    }
    declared = {(each.name, f.name) for each in ENTITIES.values() for f in each.fields}
    # then no field is forgotten, and none is made up
    assert filled == {pair for pair in declared if pair[0] != "object"}


def test_the_document_lists_the_columns_of_every_table() -> None:
    text = (MASTER.parents[1] / "mappings.md").read_text("utf-8")
    for table in shipped.load("master_data").tables:
        if table.name == "prices":
            continue
        row = next(
            line for line in text.splitlines() if line.startswith(f"| `{table.name}.csv`")
        )
        shared = {"valid_from", "valid_to", "version"}
        assert [c for c in table.columns() if c not in shared and f"`{c}`" not in row] == []


def test_all_files_of_the_template_become_rows_of_the_tables(
    settings: Settings, store: Store
) -> None:
    # when all files go in with one command
    told = bring(settings.home, *FILES)
    process(settings, store)
    # then every row is accepted, nothing is a dead letter
    rows = sum(len(rows_of(path)) for path in FILES)
    assert (told["read"], told["accepted"], told["rejected"]) == (rows, rows, {})
    assert asked(store, "SELECT count() FROM dlq") == [(0,)]
    # and every table holds them
    views = {"approval_policies": "policies"}
    for name, path in TABLES.items():
        view = views.get(name, name)
        question = f"SELECT count() FROM v_{view}"  # noqa: S608  a name of ours
        assert asked(store, question) == [(len(rows_of(path)),)], name


def test_the_workbook_says_what_the_files_say() -> None:
    book = openpyxl.load_workbook(BOOK)
    assert sorted(book.sheetnames) == sorted(TABLES)
    for name, path in TABLES.items():
        with path.open(encoding="utf-8", newline="") as stream:
            wanted = [[cell or None for cell in row] for row in csv.reader(stream)]
        assert [list(row) for row in book[name].values] == wanted


def test_the_workbook_gives_the_same_records_as_the_files(
    settings: Settings, store: Store
) -> None:
    told = bring(settings.home, BOOK)
    process(settings, store)
    rows = sum(len(rows_of(path)) for path in FILES)
    assert (told["accepted"], told["rejected"], told["warnings"]) == (rows, {}, [])
    assert asked(store, "SELECT unit_cost, currency FROM v_costs WHERE key = 'TORQUE-KEY'") == [
        (59, "EUR")
    ]


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ([], datetime(1970, 1, 1, tzinfo=UTC)),
        (["--as-of", "2026-03-01"], datetime(2026, 3, 1, tzinfo=UTC)),
    ],
    ids=["always", "as_of"],
)
def test_without_a_day_a_row_holds_since_always_or_since_the_day_that_is_named(
    settings: Settings, store: Store, write: Write, words: list[str], day: datetime
) -> None:
    file = write("items.csv", "item,description,base_uom\nA,Lamp,EA\n")
    bring(settings.home, file, *words)
    process(settings, store)
    assert asked(store, "SELECT key, valid_from FROM v_items") == [("A", day)]


def test_a_column_may_say_since_when_row_by_row(
    settings: Settings, store: Store, write: Write
) -> None:
    file = write(
        "u.csv",
        "item,uom,num,den,valid_from\nA,CS,12,1,\nA,CS,10,1,2026-02-01\n"
        "B,CS,6,1,2026-02-01T08:00:00+01:00\n",
    )
    bring(settings.home, file)
    process(settings, store)
    assert asked(
        store,
        "SELECT key, num, toString(valid_from) FROM v_item_units ORDER BY key, valid_from",
    ) == [
        ("A/CS", 12, "1970-01-01 00:00:00.000"),
        ("A/CS", 10, "2026-02-01 00:00:00.000"),
        ("B/CS", 6, "2026-02-01 07:00:00.000"),
    ]


def test_of_two_files_about_the_same_day_the_one_imported_later_holds(
    settings: Settings, store: Store, write: Write
) -> None:
    # given ten pairs of files: whichever id sorts first, the later file must win
    head = "item,unit_cost,currency\n"
    for number in range(10):
        bring(settings.home, write("a.csv", f"{head}X,9,EUR\nI{number},1,EUR\n"))
        bring(settings.home, write("b.csv", f"{head}I{number},2,EUR\n"))
    process(settings, store)
    assert asked(store, "SELECT DISTINCT unit_cost FROM v_costs WHERE key != 'X'") == [(2,)]


def test_costs_and_prices_may_come_in_files_of_their_own(
    settings: Settings, store: Store, write: Write
) -> None:
    bring(settings.home, write("p.csv", "item,location,unit_price,currency\nA,DC1,9.5,EUR\n"))
    process(settings, store)
    assert asked(store, "SELECT key, item, loc, unit_cost, unit_price FROM v_costs") == [
        ("A/DC1", "A", "DC1", None, 9.5)
    ]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("item,uom,num,den\nA,CS,zwölf,1\n", "wrong_type", "num is 'zwölf'; expected a whole"),
        (
            "item,uom,num,den\nA,CS,0,1\n",
            "wrong_type",
            "num is '0'; expected a whole number from 1",
        ),
        (
            "item,uom,num,den\nA,Karton,12,1\n",
            "unknown_unit",
            "uom is 'Karton'; expected a UNECE",
        ),
        ("item,uom,num,den\nA,CS,,1\n", "missing_num", "expected a whole number from 1"),
        ("item,uom,num,den\n,CS,12,1\n", "missing_key", "expected a value"),
        ("item,uom,num,den,valid_from\nA,CS,12,1,soon\n", "bad_time", "valid_from is 'soon'"),
        (
            "object,label,url\npo,ERP,http://erp/{id}\n",
            "not_a_link",
            "expected an https address",
        ),
        ("item,description,base_uom\nA,Lamp,pcs\n", "unknown_unit", "base_uom is 'pcs'"),
        ("item,unit_cost,currency\nA,-1,EUR\n", "wrong_type", "unit_cost is '-1'"),
        ("item,unit_cost,currency\nA,1,Euro\n", "not_a_currency", "currency is 'Euro'"),
        ("kind,limit\nbudgets,4\n", "unknown_kind", "kind is 'budgets'; expected one of"),
    ],
)
def test_a_wrong_value_is_refused_in_words_of_the_file(  # noqa: PLR0913, PLR0917  a table
    settings: Settings, store: Store, write: Write, text: str, code: str, said: str
) -> None:
    told = bring(settings.home, write("wrong.csv", text))
    process(settings, store)
    assert told["rejected"] == {code: 1}
    ((reason,),) = asked(store, "SELECT reason FROM dlq")
    assert said in reason


def test_a_list_is_separated_by_semicolons(
    settings: Settings, store: Store, write: Write
) -> None:
    head = "promotion,items,from,to,state,expected_uplift\n"
    file = write("p.csv", f"{head}P1, A; B ;,2026-03-01,2026-03-09,approved,0.25\n")
    bring(settings.home, file)
    process(settings, store)
    (row,) = store.ask("SELECT * FROM v_promotions").to_pylist()
    assert row["items"] == ["A", "B"]
    assert row["expected_uplift"] == 0.25


OWN = """
name: own
source: erp://own
recorded: import
as_of: 2020-01-01
tables:
  - name: units
    time: &since {column: Since, formats: ["%d.%m.%Y"], default: as_of}
    optional: [Since]
    rules:
      - when: {Unit: {is: KAR}}
        events:
          - type: master.record_changed
            fields:
              entity: {value: item_uom}
              key: "{Material}/CT"
              valid_from: *since
              fields.item: Material
              fields.uom: {column: Unit, map: {KAR: CT}}
              fields.num: {column: Pieces}
              fields.den: {value: "1"}
              fields.plant: Plant
"""


def test_a_mapping_of_ones_own_makes_records_of_other_columns(
    settings: Settings, store: Store, write: Write
) -> None:
    mapping = write("own.yaml", OWN)
    file = write(
        "u.csv", "Material,Unit,Pieces,Plant,Since\nA,KAR,12,P1,01.02.2026\nB,KAR,6,,\n"
    )
    bring(settings.home, file, "--mapping", mapping)
    process(settings, store)
    assert asked(
        store,
        "SELECT key, num, toDate(valid_from) = '2026-02-01', attributes['plant'] "
        "FROM v_item_units ORDER BY key",
    ) == [("A/CT", 12, True, "P1"), ("B/CT", 6, False, "")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("value: item_uom", "value: item_units", "no entity 'item_units'; known: item"),
        ("fields.num: {column: Pieces}", "fields.x: Plant", "item_uom need fields.num"),
        (
            '{value: "1"}',
            "{value: none}",
            "fields.den is the constant 'none'; expected a whole",
        ),
        (
            "optional: [Since]",
            "optional: [Sinse]",
            "unknown column 'Sinse'.*did you mean 'Since'",
        ),
        (
            "recorded: import",
            "recorded: now",
            "recorded is 'now'; expected one of time, import",
        ),
        ("fields.plant", "field.plant", "unknown field 'field.plant' of master.record_changed"),
    ],
)
def test_a_mapping_that_cannot_make_records_says_what_is_wrong(
    old: str, new: str, message: str, write: Write, settings: Settings
) -> None:
    from sightline.imports import plan  # noqa: PLC0415  only here

    del settings, write
    with pytest.raises(MappingError, match=message):
        plan.plan_of(parse(OWN.replace(old, new), "own.yaml"))


def test_free_fields_of_records_belong_to_records_only() -> None:
    text = OWN.replace("type: master.record_changed", "type: model.event")
    with pytest.raises(MappingError, match="unknown field 'entity' of"):
        parse(text, "own.yaml")


UNITS = "item,uom,num,den,valid_from\nA1,CS,12,1,2026-01-01\n"


def test_an_import_warns_of_records_that_contradict_each_other(
    settings: Settings, write: Write
) -> None:
    # given files that say two things of one unit and day, one of them twice
    one = write("item_units.csv", UNITS + "A1,CS,21,1,2026-01-01\nA1,CS,21,1,2026-01-01\n")
    other = write("more.csv", UNITS.replace("12", "13"))
    # when they come in together
    told = bring(settings.home, one, other)
    # then all is accepted, and the summary names what contradicts
    assert told["accepted"] == 4
    (warning,) = told["warnings"]
    assert warning == (
        "2 master records say something else than another of the same key, day and version: "
        "item_uom A1/CS in row 2, item_uom A1/CS in row 1; the last one counts"
    )


@pytest.mark.parametrize(
    "rest",
    [
        "A1,CS,12,1,2026-01-01,1\n",  # the same again
        "A1,CS,21,1,2026-01-02,1\n",  # since another day
        "A1,CS,21,1,2026-01-01,2\n",  # a higher version
        "A1,BX,21,1,2026-01-01,1\n",  # another key
    ],
)
def test_no_import_warns_of_records_that_do_not(
    settings: Settings, write: Write, rest: str
) -> None:
    units = "item,uom,num,den,valid_from,version\nA1,CS,12,1,2026-01-01,\n"
    assert bring(settings.home, write("item_units.csv", units + rest))["warnings"] == []


def test_a_later_import_corrects_and_contradicts_nothing(
    settings: Settings, store: Store, write: Write
) -> None:
    # given a file that contradicts itself
    both = UNITS + "A1,CS,21,1,2026-01-01\n"
    bring(settings.home, write("item_units.csv", both))
    process(settings, store)
    now = datetime(2026, 3, 2, tzinfo=UTC)
    rule = find("validity_conflict")
    # then the check finds both values
    found = check_one(store, rule, as_of=now)
    assert found.rows["detail"].to_pylist() == ["num 12 and 21 from 2026-01-01"]
    # when a later import says which of them holds
    told = bring(settings.home, write("corrected.csv", UNITS))
    process(settings, store)
    # then nothing warns, and nothing is found
    assert told["warnings"] == []
    assert check_one(store, rule, as_of=now).total == 0
    assert asked(store, "SELECT num FROM v_item_units") == [(12,)]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every rule finds what is wrong, nothing else, and what it tells to do mends it."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from clickhouse_connect.driver.client import Client

from sightline import catalog
from sightline.aid.quality import RULES, Checkup, Rule, check, check_one, file_to_fill, find
from sightline.cli import main
from sightline.desk import Place
from sightline.errors import UnknownTypeError
from sightline.events.masters import ENTITIES
from sightline.imports import shipped
from sightline.settings import Settings
from sightline.store import Store
from tests.aid.messy import environ as environ_of
from tests.aid.messy import fill, process

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "data-quality.md"
MEMORY = "chdb://memory"
TABLES = ("items", "item_units", "costs", "suppliers", "planning_params", "link_templates")
NOW = datetime(2026, 3, 2, 6, tzinfo=UTC)
SUSPECT = """
    INSERT INTO suspects (
        source, event_id, item, loc, stated_qty, other_qty, usual_qty, unit_price, usual_price,
        currency, money, state
    )
    VALUES ('erp://messy', 'odd', 'A', 'DC1', 5, 60, 58.2, 24, 2.01, 'EUR', 110.55, 'open')
        ('erp://messy', 'settled', 'A', 'DC1', 5, 60, 58, 24, 2, 'EUR', 110, 'as_packs')
"""

# rule → (subject, place, detail, events, units, money), worked by hand from tests/aid/messy.py
FOUND: dict[str, list[tuple[Any, ...]]] = {
    "unit_without_factor": [
        ("A", "no_conversion", "PX", 2, 3.0, None),
        ("A", "unknown_unit", "Karton", 1, 4.0, None),
    ],
    "two_base_units": [
        ("X2", "", "CS, EA in its events", 2, None, None),
        ("TW-1", "", "CS, EA in its master", 0, None, None),
    ],
    "unit_not_base": [("U", "CS", "kept in EA", 1, 3.0, None)],
    "suspect_quantity": [
        (
            "A",
            "DC1, event odd of erp://messy",
            "5 as stated or 60; usual 58.2 at 2.01, here at 24",
            1,
            55.0,
            110.55,
        )
    ],
    "factor_jump": [("A", "CS", "12 → 120 from 2026-02-01", 0, None, None)],
    "missing_cost": [
        ("A", "", "DC1", 1, 40.0, 380.0),
        ("X1", "", "DC1", 0, 7.0, None),
        ("X2", "", "DC1", 0, 3.0, None),
        ("B", "", "DC1", 0, 1.0, None),
        ("tw-1", "", "DC1", 0, 0.0, None),
    ],
    "missing_price": [("A", "", "", 1, 3.0, None), ("tw-1", "", "", 1, 2.0, None)],
    "cost_above_price": [("C", "", "cost 5, price 4", 0, 10.0, 10.0)],
    "item_without_master": [("X2", "", "", 2, 3.0, None), ("X1", "", "KGM", 1, 7.0, None)],
    "base_unit_missing": [("B", "", "Bulb", 0, 1.0, None)],
    "location_without_master": [("DC9", "", "", 1, None, None)],
    "supplier_without_master": [("S9", "", "", 1, None, None)],
    "customer_without_master": [("C9", "", "", 1, None, None)],
    "orphan_reference": [
        ("S7", "items.supplier", "not in suppliers; named by C", 1, None, None),
        ("HQ", "locations.parent", "not in locations; named by DC2", 1, None, None),
    ],
    "clause_without_contract": [("K2", "", "clauses K2/fill, K2/otif", 2, None, None)],
    "twin_codes": [("tw-1", "item", "\u2039TW-1\u203a \u2039tw-1\u203a", 0, None, None)],
    "validity_conflict": [
        ("U/DC1", "cost, overlap", "to 2026-02-01, the next begins 2026-01-01", 1, None, None),
        ("A/PK", "item_uom, one source", "num 3 and 4 from 2020-01-01", 2, None, None),
        (
            "S2",
            "supplier, two sources",
            "erp://other and file://master-data differ from 1970-01-01",
            2,
            None,
            None,
        ),
    ],
    "planning_contradiction": [
        ("A", "DC1", "reorder point below safety stock", 0, None, None),
        (
            "A",
            "DC2",
            "target stock below reorder point; smallest order is no multiple of the lot size",
            0,
            None,
            None,
        ),
    ],
    "missing_lead_time": [("S1", "", "Sun", 0, None, None)],
    "parked_link": [
        (
            "gone",
            "event to reverse",
            "B at DC1, from erp://messy, since 2026-03-02, 0 days",
            1,
            None,
            None,
        )
    ],
    "link_unknown_object": [("gizmo", "gizmo", "https://erp.example.com/{id}", 0, None, None)],
}


@pytest.fixture(scope="module")
def messy(engine: Store, raw: Client, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give a home with something for every rule in it; its tables are the test process's."""
    for name in raw.query("SHOW TABLES WHERE name NOT LIKE 'v\\_%'").result_columns[0]:
        raw.command("TRUNCATE TABLE {name:Identifier}", parameters={"name": name})
    settings = Settings(home=tmp_path_factory.mktemp("messy") / "home", store=MEMORY)
    fill(settings, engine)
    raw.command(SUSPECT)
    return settings


@pytest.fixture(scope="module")
def checkup(messy: Settings, engine: Store) -> Checkup:
    del messy
    return check(engine, as_of=NOW)


def environ(settings: Settings) -> dict[str, str]:
    return environ_of(settings.home)


def told(settings: Settings, *words: str) -> str:
    ran = CliRunner().invoke(main, ["quality", *words], env=environ(settings))
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def records(store: Store, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Return what each version of each record says, its origin left out."""
    origin = "source, event_id, time, recordedtime, sequence, part, off, gen, version"
    rows = store.ask(f"SELECT * EXCEPT ({origin}) FROM v_{table}").to_pylist()  # noqa: S608
    return {(row["key"], row["valid_from"]): row for row in rows}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_finds_what_is_wrong_and_nothing_else(checkup: Checkup, rule: Rule) -> None:
    found = next(each for each in checkup.findings if each.rule is rule)
    names = ("subject", "place", "detail", "events", "units", "money")
    rows = [tuple(row[name] for name in names) for row in found.rows.to_pylist()]
    assert rows == FOUND[rule.name]
    assert found.total == len(rows)


def test_a_checkup_says_how_much_it_looked_at(checkup: Checkup) -> None:
    assert (checkup.rules, checkup.events, checkup.records) == (len(RULES), 11, 31)


def test_no_more_rows_than_asked_for_but_the_number_of_all(
    messy: Settings, engine: Store
) -> None:
    assert messy
    found = check_one(engine, find("missing_cost"), as_of=NOW, most=2)
    assert (found.rows.num_rows, found.total, found.title) == (2, 5, "5 items without a cost")


def test_letters_that_people_dealt_with_are_no_finding(messy: Settings, engine: Store) -> None:
    assert messy
    letters = engine.ask("SELECT part, off FROM dlq ORDER BY reason").to_pylist()
    settled = [Place(each["part"], each["off"]) for each in letters[:2]]
    found = check_one(engine, find("unit_without_factor"), as_of=NOW, settled=settled)
    assert found.rows["detail"].to_pylist() == ["Karton"]


def test_a_record_that_no_longer_holds_is_no_cost(messy: Settings, engine: Store) -> None:
    # given the cost of U at DC1, which begins in 2020, and a look at 2019
    assert messy
    before = datetime(2019, 1, 1, tzinfo=UTC)
    found = check_one(engine, find("missing_cost"), as_of=before)
    assert "U" in found.rows["subject"].to_pylist()


@pytest.mark.parametrize(
    "rule", [each for each in RULES if each.template], ids=lambda rule: rule.name
)
def test_the_lines_to_fill_in_are_a_file_of_the_template(
    checkup: Checkup, rule: Rule, tmp_path: Path
) -> None:
    from sightline.imports.files import file_at  # noqa: PLC0415

    found = next(each for each in checkup.findings if each.rule is rule)
    file = file_to_fill(found)
    assert file is not None
    name, columns, lines = file
    path = tmp_path / name
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([columns, *lines])
    # the import knows it by its columns, and every line names what it is about
    mapping = shipped.load("master_data")
    assert shipped.detect(file_at(path)) == "master_data"
    assert shipped.table_for(mapping, file_at(path)).name == rule.template
    assert all(line[0] for line in lines)
    assert lines


def test_a_file_to_fill_in_holds_what_the_record_says_now(checkup: Checkup) -> None:
    found = next(e for e in checkup.findings if e.rule.name == "base_unit_missing")
    file = file_to_fill(found)
    assert file is not None
    _, columns, lines = file
    (line,) = [dict(zip(columns, each, strict=True)) for each in lines]
    assert {name: value for name, value in line.items() if value} == {
        "item": "B",
        "description": "Bulb",
        "supplier": "S1",
        "valid_from": "1970-01-01",
    }


def test_the_command_tells_people_and_programs_the_same(messy: Settings) -> None:
    document = json.loads(told(messy, "--format", "json"))
    text = told(messy)
    for each in document["findings"]:
        assert each["found"] in text
        assert each["rule"] in text
        assert len(each["rows"]) == min(each["total"], 20)
    assert text.splitlines()[-1].startswith("checked 21 rules over 11 events and ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fill"], "--fill needs --rule"),
        (["--rule", "missing"], "There is no rule 'missing'; expected one of"),
        (["--rule", "twin_codes", "--fill"], "No file mends twin_codes"),
    ],
)
def test_a_wrong_question_is_answered_in_one_line(
    messy: Settings, words: list[str], said: str
) -> None:
    env = environ(messy)
    ran = CliRunner().invoke(main, ["quality", *words], env=env)
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_every_rule_has_a_query_and_every_query_a_rule() -> None:
    names = {name for name in catalog.names() if name.startswith("quality_")}
    assert names - {"quality_scope"} == {f"quality_{rule.name}" for rule in RULES}
    with pytest.raises(UnknownTypeError):
        find("scope")


def test_every_rule_is_documented_as_it_is_and_none_that_is_not() -> None:
    text = DOC.read_text("utf-8")
    plain = " ".join(text.split())
    headed = [line for line in text.splitlines() if line.startswith("## ")]
    assert headed == [f"## `{rule.name}`: {rule.many}" for rule in RULES]
    for rule in RULES:
        assert f"| `{rule.name}` | {rule.severity} |" in text
        assert rule.why in plain
        assert rule.mend in plain


def test_orphans_are_looked_for_in_every_reference_of_the_catalogue() -> None:
    text = catalog.load("quality_orphan_reference").text
    for entity in ENTITIES.values():
        for field in entity.fields:
            if field.to and (entity.name, field.name) != ("contract_clause", "contract"):
                target = ENTITIES[field.to].table
                wanted = (
                    f"        '{entity.table}' AS origin,\n        '{field.name}' AS field,\n"
                    f"        '{target}' AS target,\n"
                )
                assert wanted in text, (entity.name, field.name)


def test_the_gravest_rules_come_first() -> None:
    assert [rule.severity for rule in RULES] == sorted(rule.severity for rule in RULES)


def test_a_file_to_fill_in_changes_no_record_while_nothing_is_filled_in(
    checkup: Checkup, messy: Settings, engine: Store, tmp_path: Path
) -> None:
    # given what all records say
    before = {table: records(engine, table) for table in TABLES}
    # when the file of every finding comes back as it is
    for found in checkup.findings:
        if file := file_to_fill(found):
            path = tmp_path / f"{found.rule.name}.csv"
            with path.open("w", encoding="utf-8", newline="") as stream:
                csv.writer(stream).writerows([file[1], *file[2]])
            ran = CliRunner().invoke(main, ["import", str(path)], env=environ(messy))
            assert ran.exit_code == 0, ran.output
    process(messy, engine)
    # then every record still says the same; some are new
    after = {table: records(engine, table) for table in TABLES}
    for table, known in before.items():
        assert {key: after[table][key] for key in known} == known
    assert after != before


def test_what_a_finding_tells_to_do_mends_it(
    messy: Settings, engine: Store, tmp_path: Path
) -> None:
    # given the lines to fill in for what has no cost, and somebody who fills them in
    env = environ(messy)
    lines = list(csv.DictReader(io.StringIO(told(messy, "--rule", "missing_cost", "--fill"))))
    for line in lines:
        line |= {"unit_cost": "3", "currency": "EUR"}
    file = tmp_path / "costs.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)
    # when the file is imported
    assert CliRunner().invoke(main, ["import", str(file)], env=env).exit_code == 0
    process(messy, engine)
    # then the finding is gone
    document = json.loads(told(messy, "--format", "json"))
    assert "missing_cost" not in [each["rule"] for each in document["findings"]]
    assert "missing_price" in [each["rule"] for each in document["findings"]]

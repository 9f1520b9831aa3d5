# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline import --suggest`` and ``--dry-run``, as a person types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sightline.cli import main

ORDERS = """\
Auftrag;Bestelldatum;Artikelnr;Menge;ME;Preis
1;03.04.2024;A-1;1.250,50;KG;2,00
1;03.04.2024;A-2;12;ST;3,50
2;25.04.2024;A-1;zwei;KG;2,00
3;31.04.2024;A-1;1;KG;2,00
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "auftraege.csv"
    path.write_text(ORDERS, encoding="utf-8")
    return path


def run(home: Path, *words: str | Path) -> Result:
    env = {"SIGHTLINE_HOME": str(home / "home")}
    return CliRunner().invoke(main, ["import", *map(str, words)], env=env)


def test_a_suggestion_explains_itself_and_says_what_is_next(file: Path) -> None:
    # given a file of a German shop
    # when a mapping is asked for
    said = run(file.parent, file, "--suggest").stdout
    # then every column has a meaning, how sure it is, why, and examples
    head = next(line for line in said.splitlines() if "Artikelnr" in line)
    assert head.split()[:3] == ["Artikelnr", "item", "98%"]
    assert "the name is German" in head
    assert "A-1 | A-2" in head
    # and what is assumed can be answered, and the mapping follows with what to do next
    assert "zone=Europe/Berlin  In which time zone are the times?" in said
    assert "number: 1.234,56" in said
    assert said.rstrip().endswith(f"sightline import {file} --suggest --output mapping.yaml")
    # and nothing was imported
    assert not (file.parent / "home").exists()


def test_a_mapping_is_written_once_and_works(file: Path, tmp_path: Path) -> None:
    # given a suggestion that is written to a file, with an answer
    out = tmp_path / "m.yaml"
    done = run(tmp_path, file, "--suggest", "--answer", "loc=HH", "--output", out)
    assert done.exit_code == 0
    assert f"--mapping {out} --dry-run" in done.stdout
    # when the import is tried
    tried = run(tmp_path, file, "--mapping", out, "--dry-run", "--events", "1").stdout
    # then it shows counts, events and every refusal
    lines = tried.splitlines()
    assert lines[0] == (
        "dry run, nothing added: read 4 rows: 2 accepted, 0 duplicates, 2 rejected; "
        "2 events would be added"
    )
    assert any("HH" in line and "1250.5 KGM" in line for line in lines)
    assert any("Menge" in line and "not_a_decimal" in line for line in lines)
    assert any("Bestelldatum" in line and "31.04.2024" in line for line in lines)
    # and the log is as it was
    assert not (tmp_path / "home" / "log.db").exists()
    # and a second one does not replace it unless that is meant
    again = run(tmp_path, file, "--suggest", "--output", out)
    assert again.exit_code == 2
    assert "is there already; name another file, or add --force" in again.stderr
    assert run(tmp_path, file, "--suggest", "--output", out, "--force").exit_code == 0
    assert "value: MAIN" in out.read_text()


def test_a_suggestion_is_json_for_programs(file: Path) -> None:
    told = json.loads(run(file.parent, file, "--suggest", "--format", "json").stdout)
    (table,) = told["tables"]
    assert table["kinds"][0]["kind"] == "orders"
    assert {each["column"]: each["meaning"] for each in table["columns"]}["Menge"] == "qty"
    assert told["types"] == ["demand.line_placed"]
    assert told["mapping"].startswith("# What")


def test_a_dry_run_in_json_has_every_refusal(tmp_path: Path) -> None:
    # given more refusals than people want to see
    rows = "".join(f"{i},2024-01-01,A,x{i}\n" for i in range(30))
    file = tmp_path / "o.csv"
    file.write_text(f"Order,Date,Item,Qty\n1,2024-01-01,A,1\n{rows}")
    mapping = tmp_path / "m.yaml"
    run(tmp_path, file, "--suggest", "--answer", "Qty=qty", "--output", mapping)
    # when it is rehearsed for a program and for people
    told = json.loads(
        run(tmp_path, file, "--mapping", mapping, "--dry-run", "--format", "json").stdout
    )
    said = run(tmp_path, file, "--mapping", mapping, "--dry-run").stdout
    # then the program gets all of them, people some and their number
    assert (told["dry_run"], told["accepted"], len(told["refusals"])) == (True, 1, 30)
    assert told["refusals"][0] == {
        "file": "o.csv",
        "row": 2,
        "field": "Qty",
        "value": "x0",
        "code": "not_a_decimal",
        "reason": "Qty is 'x0'; expected a number such as 12.5",
    }
    assert "and 10 more; --format json gives all of them" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--answer", "loc=X"], "--answer and --output belong to --suggest"),
        (["--suggest", "--dry-run"], "leave --dry-run and --mapping out"),
        (["--suggest", "--answer", "loc"], "expected KEY=VALUE"),
        (["--suggest", "--answer", "kind=nonsense"], "expected one of sales, orders"),
    ],
)
def test_options_that_change_nothing_are_refused(
    file: Path, words: list[str], said: str
) -> None:
    found = run(file.parent, file, *words)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stderr.count("\n") == 1


def test_what_nobody_understands_is_said_and_no_mapping_is_written(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("alpha,beta\nred,blue\n")
    assert (
        "No mapping: nobody can tell what the rows are"
        in run(tmp_path, file, "--suggest").stdout
    )
    found = run(tmp_path, file, "--suggest", "--output", tmp_path / "m.yaml")
    assert found.exit_code == 2
    assert not (tmp_path / "m.yaml").exists()


def test_a_file_that_needs_no_mapping_says_so(tmp_path: Path) -> None:
    file = tmp_path / "e.ndjson"
    file.write_text('{"specversion": "1.0", "type": "x"}\n')
    said = run(tmp_path, file, "--suggest").stdout
    assert "holds events in CloudEvents form and needs no mapping" in said


def test_places_that_look_like_partners_are_warned_of_and_the_better_mapping_comes_first(
    tmp_path: Path,
) -> None:
    # given moves of Odoo whose kind rests on the names of places
    file = tmp_path / "moves.csv"
    file.write_text(
        "id,product_id,location_id,location_dest_id,quantity_done,product_uom,state,date\n"
        "1,A,Partners/Vendors,WH/Stock,8,Units,done,2026-03-02 08:00:00\n"
    )
    said = run(tmp_path, file, "--suggest").stdout
    # then the mapping for Odoo stands first, with what it lacks, and the places are named
    first = said.splitlines()[0]
    assert first.startswith("The shipped mapping odoo (stock_moves)")
    assert "location_id/usage" in first
    assert "these are no places of yours: 'Partners/Vendors' (vendor)" in said
    told = json.loads(run(tmp_path, file, "--suggest", "--format", "json").stdout)
    assert told["near"][0]["mapping"] == "odoo"

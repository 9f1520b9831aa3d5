# SPDX-License-Identifier: AGPL-3.0-or-later
"""`sightline mine` prints one JSON document on stdout, or a table."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sightline.cli import load
from sightline.errors import MiningError
from sightline.settings import Settings
from sightline.store import Store

Ask = Callable[..., Result]


@pytest.fixture
def ask(settings: Settings) -> Ask:
    """Give a function that runs ``sightline mine``; errors are raised."""

    def run(*words: str) -> Result:
        return CliRunner().invoke(load("mine"), words, obj=settings, catch_exceptions=False)

    return run


@pytest.fixture
def mined(ask: Ask, four_cases: Store) -> Ask:
    """Give the same over a store that mined the log of the oracles."""
    del four_cases
    return ask


def _json(result: Result) -> Any:
    return json.loads(result.stdout)


def test_run_says_how_much_it_did(ask: Ask, stream: Any, step: Callable[..., Any]) -> None:
    stream.write([step("1", "a", 0), step("1", "b", 1)])
    assert _json(ask("run", "--format", "json")) == {
        "recomputed": 1,
        "processes": [{"process": "p", "cases": 1, "events": 2}],
    }
    assert ask("run").stdout.startswith("0 cases recomputed\n")


def test_dfg_prints_rows(mined: Ask) -> None:
    rows = _json(mined("dfg", "--process", "p", "--format", "json"))
    assert rows[0]["activity"] == "approved"
    assert (rows[0]["next_activity"], rows[0]["n"]) == ("released", 4)


def test_a_variant_keeps_all_digits_of_its_hash(mined: Ask, four_cases: Store) -> None:
    rows = _json(mined("variants", "--process", "p", "--format", "json"))
    expected = four_cases.read_arrow("variants", process="p").column("variant").to_pylist()
    assert [row["variant"] for row in rows] == expected
    assert rows[0]["activities"] == ["requested", "approved", "released"]


def test_cases_print_times_in_utc(mined: Ask) -> None:
    rows = _json(mined("cases", "--process", "p", "--format", "json"))
    assert [row["case_id"] for row in rows] == ["3", "4", "1", "2"]
    assert rows[0]["start"] == "2024-01-01T00:00:00Z"
    assert rows[0]["rework"] is False


@pytest.mark.parametrize(
    "question", ["dfg", "starts", "ends", "variants", "cases", "cycle-time", "rework", "paths"]
)
def test_every_question_has_both_shapes(mined: Ask, question: str) -> None:
    rows = _json(mined(question, "--process", "p", "--format", "json"))
    table = mined(question, "--process", "p").stdout
    assert rows
    assert all(name in table for name in rows[0])


def test_processes_are_listed(mined: Ask) -> None:
    (row,) = _json(mined("processes", "--format", "json"))
    assert (row["process"], row["cases"], row["events"]) == ("p", 4, 15)


def test_four_eyes_prints_violations(mined: Ask) -> None:
    words = ["--process", "p", "--first", "requested", "--second", "approved"]
    assert _json(mined("four-eyes", *words, "--format", "json")) == [
        {"case_id": "2", "resources": ["A"]}
    ]


def test_four_eyes_warns_on_stderr_and_prints_no_verdict(
    ask: Ask, stream: Any, step: Callable[..., Any]
) -> None:
    stream.write([step("1", "a", 0, actor="STAFF"), step("1", "b", 1, actor="STAFF")])
    ask("run")
    words = ["--process", "p", "--first", "a", "--second", "b"]
    result = ask("four-eyes", *words, "--format", "json")
    assert _json(result) == []
    assert "1 different resources" in result.stderr
    assert "case_id  resources" in ask("four-eyes", *words).stdout


def test_a_tree_is_printed_on_one_line_or_as_json(mined: Ask) -> None:
    line = mined("tree", "--process", "p", "--noise", "0").stdout
    tree = _json(mined("tree", "--process", "p", "--noise", "0", "--format", "json"))
    assert line.startswith(f"{tree['operator']}(")


def test_bpmn_goes_to_stdout_or_a_file(mined: Ask, tmp_path: Path) -> None:
    shown = mined("bpmn", "--process", "p").stdout
    result = mined("bpmn", "--process", "p", "--output", str(tmp_path / "p.bpmn"))
    assert (tmp_path / "p.bpmn").read_text(encoding="utf-8") == shown
    assert result.stdout == f"{tmp_path / 'p.bpmn'} written\n"


def test_a_bpmn_file_that_cannot_be_written_is_one_line(mined: Ask, tmp_path: Path) -> None:
    missing = tmp_path / "missing" / "p.bpmn"
    with pytest.raises(MiningError, match=r"Cannot write .*p\.bpmn: No such file"):
        mined("bpmn", "--process", "p", "--output", str(missing))

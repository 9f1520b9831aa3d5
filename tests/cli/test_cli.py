# SPDX-License-Identifier: AGPL-3.0-or-later
"""The command table: every command loads, says what its help line says, fails politely."""

import json
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import click
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from sightline import cli
from sightline.errors import StoreError
from sightline.store import Store

MEMORY = {"SIGHTLINE_STORE": "chdb://memory"}


def _run(*words: str, text: str = "", env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(cli.main, words, input=text, env={**MEMORY, **(env or {})})


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_table_has_the_help_line_of_the_command_itself(name: str) -> None:
    command = cli.load(name)
    assert command.get_short_help_str(limit=200) == cli.COMMANDS[name]


def test_help_lists_every_command_and_imports_none() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from sightline.cli import main\n"
        "print(CliRunner().invoke(main, ['--help']).output)\n"
        "heavy = {'pandas', 'pyarrow', 'chdb', 'pm4py', 'bytewax', 'streamlit', 'numpy'}\n"
        "sys.exit(' '.join(sorted(heavy & set(sys.modules))))"
    )
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert run.stderr.strip() == ""
    assert all(f"\n  {name} " in run.stdout for name in cli.COMMANDS)


def test_the_version_is_that_of_the_package() -> None:
    assert _run("--version").output.split()[-1] == version("sightline")


def test_a_setting_that_is_wrong_is_one_line_without_a_traceback() -> None:
    result = _run("migrate", env={"SIGHTLINE_PORT": "lots"})
    assert result.exit_code == 2
    assert result.stderr == "sightline: SIGHTLINE_PORT is 'lots'; expected a whole number.\n"


def test_an_error_over_several_lines_is_printed_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_with(monkeypatch, StoreError("first\n  second"))
    result = _run("migrate")
    assert (result.exit_code, result.stderr) == (2, "sightline: first second\n")


def test_ctrl_c_is_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_with(monkeypatch, KeyboardInterrupt())
    result = _run("migrate")
    assert (result.exit_code, result.stderr) == (130, "sightline: stopped\n")


def _fail_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    @click.command()
    def failing() -> None:
        raise error

    monkeypatch.setattr(cli, "load", lambda _: failing)


def test_an_unknown_command_is_named() -> None:
    result = _run("postions")
    assert result.exit_code == 2
    assert "postions" in result.stderr


@pytest.mark.usefixtures("store")
def test_migrate_says_that_the_schema_is_up_to_date() -> None:
    assert _run("migrate").output == "schema is up to date\n"


@pytest.mark.usefixtures("store")
def test_sql_answers_from_its_argument_and_from_stdin() -> None:
    assert _run("sql", "SELECT 1 AS one", "--format", "csv").output == "one\n1\n"
    assert _run("sql", "-", "--format", "csv", text="SELECT 2 AS two").output == "two\n2\n"


@pytest.mark.usefixtures("store")
def test_sql_that_would_write_is_refused() -> None:
    result = _run("sql", "SELECT 1 INTO OUTFILE '/tmp/x'")
    assert result.exit_code == 2
    assert result.stderr.startswith("sightline: The SQL has OUTFILE, which reaches files")


def test_positions_prints_rows_of_one_item(store: Store) -> None:
    cells = pa.table({"item": ["A100", "B200"], "loc": ["DC1", "DC1"], "on_hand": [162, 12]})
    store.insert_arrow("positions", cells)
    printed = _run("positions", "--item", "A100", "--location", "DC1", "--format", "json")
    (row,) = json.loads(printed.output)
    assert (row["item"], row["on_hand"], row["flags"]) == ("A100", 162, [])
    assert '"on_hand":162.0000' in printed.output


def test_a_reader_that_goes_away_is_no_crash(tmp_path: Path) -> None:
    # given an answer longer than a pipe holds, and a reader that wants one line
    command = '"$0" sql "SELECT number FROM numbers(200000)" --format csv | head -1'
    run = subprocess.run(  # noqa: S603
        ["/bin/sh", "-c", command, str(Path(sys.executable).with_name("sightline"))],
        env={**os.environ, "SIGHTLINE_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.stdout, run.stderr) == ("number\n", "")

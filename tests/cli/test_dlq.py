# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline dlq`` from a shell: what it prints, what it refuses, in a home of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from sightline.settings import Settings
from sightline.store import lock
from tests.aid.letters_home import event, qty
from tests.bad_input.conftest import Desktop


def made(folder: Path) -> Desktop:
    """Make a home with two refused events and one row that an import refused."""
    found = Desktop(folder / "home")
    events = [event("e1", q=qty("-5")), event("e2", q=qty("1", "FURLONG")), event("e3")]
    file = found.write("day.ndjson", b"\n".join(events))
    header = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
    sales = found.write("s.csv", f"{header}\n1,A,Lamp,two,2010-01-01 08:00:00,1.50,7,France\n")
    assert found.ask("import", file, sales).returncode == 0
    assert found.ask("run", "--until-idle").returncode == 0
    return found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Desktop:
    """Give such a home to tests that change nothing."""
    return made(tmp_path_factory.mktemp("dlq"))


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    """Give one that may be changed."""
    return made(tmp_path)


def test_a_letter_s_way_from_the_list_to_an_event(desktop: Desktop) -> None:
    # given the list for people and for programs
    assert "2 more; --limit shows them" in desktop.ask("dlq", "list", "--limit", "1").stderr
    rows = {row["reason"].partition(":")[0]: row for row in desktop.read("dlq", "list")}
    assert rows.keys() == {"negative", "unknown_unit", "not_a_decimal"}
    assert rows["negative"]["id"] == "e1"
    name = rows["negative"]["letter"]
    # when one is shown, mended and sent
    shown = desktop.ask("dlq", "show", name).stdout
    assert "what is wrong  negative: data.q.qty is '-5'" in shown
    assert '>       "qty": "-5",' in shown
    raw = desktop.ask("dlq", "show", name, "--raw").stdout
    mended = desktop.write("mended.json", raw.replace('"-5"', '"5"'))
    sent = desktop.ask("dlq", "retry", name, "--edit", mended, "--note", "sign")
    assert sent.stdout == "1 sent again; the stream takes them in when it runs\n"
    desktop.ask("run", "--until-idle")
    # then it is an event, and its letter says so
    assert len(desktop.read("dlq", "list")) == 2
    (row,) = desktop.read("dlq", "list", "--state", "retried")
    assert (row["letter"], row["note"]) == (name, "sign")
    (events,) = desktop.read("sql", "SELECT count() AS n FROM events")
    assert events == {"n": 2}


def test_all_that_fit_are_discarded_and_reopened(desktop: Desktop) -> None:
    done = desktop.ask("dlq", "discard", "--all-matching", "--kind", "malformed", "--note", "x")
    assert done.stdout.startswith("2 discarded")
    rows = desktop.read("dlq", "list", "--state", "discarded")
    assert desktop.ask("dlq", "reopen", rows[0]["letter"]).stdout == "1 open again\n"
    assert len(desktop.read("dlq", "list", "--state", "discarded")) == 1


def test_what_cannot_be_sent_is_said_and_is_no_success(prepared: Desktop) -> None:
    done = prepared.ask("dlq", "retry", "--all-matching")
    assert done.returncode == 2
    assert done.stdout.count("1 not sent: ") == 3
    assert "not_a_decimal: Quantity is 'two'" in done.stdout
    none = prepared.ask("dlq", "retry", "--all-matching", "--source", "nobody")
    assert (none.returncode, none.stdout) == (0, "no dead letter fits; nothing was sent\n")


@pytest.mark.parametrize(
    ("words", "saying"),
    [
        (["dlq", "show", "nonsense"], "'nonsense' is no dead letter"),
        (["dlq", "show", "9-65536"], "There is no dead letter 9-65536"),
        (["dlq", "retry"], "Name the letters, or say --all-matching"),
        (["dlq", "retry", "1-1", "--all-matching"], "expected one of the two"),
        (["dlq", "retry", "--all-matching", "--edit", "-"], "--edit mends one letter, not 3"),
        (["dlq", "discard", "--all-matching", "--note", " "], "discarded for a reason"),
    ],
)
def test_mistakes_are_one_line(prepared: Desktop, words: list[str], saying: str) -> None:
    prepared.refused(*words, saying=saying)


def test_while_another_process_has_the_store_the_page_is_named(tmp_path: Path) -> None:
    # given a store that a running process has open
    desktop = Desktop(tmp_path / "home")
    folder = Settings(home=desktop.home).store_folder
    assert folder
    lock.acquire(folder)
    try:
        # when letters are asked for, then the answer says who has it and where to look
        desktop.refused(
            "dlq", "list", saying=r"held by process \d+ .*page http://localhost:8501/letters"
        )
    finally:
        lock.release(folder)


def test_help_needs_neither_store_nor_engine() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from sightline.cli import main\n"
        "print(CliRunner().invoke(main, ['dlq', 'retry', '--help']).output)\n"
        "sys.exit(' '.join({'chdb', 'polars', 'sqlalchemy'} & set(sys.modules)))"
    )
    run = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert run.stderr.strip() == ""
    assert "--all-matching" in run.stdout

# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from sightline.cli import main

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
SALE = "1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France"
RUN = """
import sys
from sightline.cli import main
main(["import", *sys.argv[1:]])
"""

Write = Callable[[str, str | bytes], Path]


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["import", *words], env={"SIGHTLINE_HOME": str(home)})


def test_json_is_one_last_line_that_adds_up(write: Write, tmp_path: Path) -> None:
    file = write("a.csv", f"{HEADER}\n{SALE}\n{SALE.replace('1.50', '-1')}\n")
    result = run(tmp_path, str(file), "--format", "json")
    told = json.loads(result.stdout)
    assert result.stdout.count("\n") == 1
    assert told["read"] == told["accepted"] + told["duplicates"] + sum(
        told["rejected"].values()
    )
    assert told["rejected"] == {"negative_price": 1}
    assert (told["events"], told["files"]) == (2, [str(file)])


def test_people_get_sentences(write: Write, tmp_path: Path) -> None:
    file = write("a.csv", f"{HEADER}\n{SALE}\n{SALE.replace(',A,', ',a,')}\n{SALE}\n")
    first = run(tmp_path, str(file)).stdout.splitlines()
    assert first[0] == "read 3 rows: 3 accepted, 0 duplicates, 0 rejected; 6 events added"
    assert first[1] == "  flagged possible_duplicate: 1"
    assert first[2].startswith("  warning: 1 codes in StockCode differ by case only")
    assert run(tmp_path, str(file)).stdout.splitlines() == [
        "read 3 rows: 0 accepted, 3 duplicates, 0 rejected; 0 events added",
        f"  {file} was imported before: nothing added",
    ]


def test_files_of_different_kinds_go_in_one_command(write: Write, tmp_path: Path) -> None:
    sales = write("a.csv", f"{HEADER}\n{SALE}\n")
    steps = write("b.csv", "case_id,activity,timestamp\n1,a,2020-01-01\n")
    told = json.loads(run(tmp_path, str(sales), str(steps), "--format", "json").stdout)
    assert (told["read"], told["accepted"], told["events"]) == (2, 2, 3)


def test_a_process_gets_the_name_that_is_given(write: Write, tmp_path: Path) -> None:
    steps = write("b.csv", "case_id,activity,timestamp\n1,a,2020-01-01\n")
    run(tmp_path, str(steps), "--process", "claims", "--lifecycle", "complete")
    told = CliRunner().invoke(main, ["log", "export"], env={"SIGHTLINE_HOME": str(tmp_path)})
    assert json.loads(told.stdout)["data"]["process"] == "claims"


def test_as_of_is_a_day(write: Write, tmp_path: Path) -> None:
    orders = write(
        "o.csv", "Order Date,SKU ID,Order Quantity\n2020-01-01,A,3\n2020-02-01,A,3\n"
    )
    told = json.loads(
        run(tmp_path, str(orders), "--as-of", "2020-01-15", "--format", "json").stdout
    )
    assert told["events"] == 3
    assert run(tmp_path, str(orders), "--as-of", "soon").exit_code == 2


def test_a_terminal_sees_how_far_it_is(write: Write, tmp_path: Path) -> None:
    # given a terminal
    file = write("a.csv", f"{HEADER}\n{SALE}\n")
    ours, theirs = pty.openpty()
    env = os.environ | {"SIGHTLINE_HOME": str(tmp_path / "home")}
    # when an import runs in it
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", RUN, str(file)], env=env, stderr=theirs, check=True,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65_536).decode()
    os.close(ours)
    # then rows, rate and what is left are shown there, and the result on stdout
    assert "a.csv: 1 rows read" in shown
    assert "2 of 2 events in the log, 0 s to go" in shown
    assert done.stdout.startswith("read 1 rows: 1 accepted")

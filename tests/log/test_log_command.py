# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sightline.cli import main
from sightline.events.decode import decode_lines
from sightline.imports import run_import
from sightline.log import Piece, open_log
from sightline.settings import Settings

ROWS = """\
Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France
1,B,Cup,-3,2010-01-01 09:00:00,0,7,France
1,C,Cup,1,2010-01-01 09:00:00,-5,7,France
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home whose log holds three imported events, one refused row and one line."""
    (tmp_path / "lines.csv").write_text(ROWS)
    settings = Settings(home=tmp_path / "home")
    log = open_log(settings)
    run_import([tmp_path / "lines.csv"], None, settings, log)
    log.append([Piece(0, "ndjson", 1, b'{"broken":true}\n')])
    log.close()
    return tmp_path / "home"


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["log", *words], env={"SIGHTLINE_HOME": str(home)})


def test_stat_counts_every_partition(home: Path) -> None:
    told = json.loads(run(home, "stat", "--format", "json").stdout)
    assert told["total"]["events"] == 5
    assert sum(part["events"] for part in told["partitions"]) == 5
    assert "all" in run(home, "stat").stdout


def test_tail_shows_the_newest_last_whatever_their_format(home: Path) -> None:
    told = run(home, "tail", "-n", "5").stdout.splitlines()
    assert len(told) == 5
    assert told[-1].endswith('ndjson {"broken":true}')
    assert sum("refused negative_price: Price is" in line for line in told) == 1
    assert run(home, "tail", "-n", "1").stdout.splitlines() == told[-1:]


def test_export_writes_events_that_can_be_read_again(home: Path) -> None:
    # when everything is exported
    lines = run(home, "export").stdout_bytes.splitlines()
    # then the imported events decode, and the broken line comes as it was sent
    decoded = decode_lines(lines, ingest_ms=0)
    assert sorted(decoded.table["item"].to_pylist()) == ["A", "A", "B"]
    assert [refusal.raw for refusal in decoded.refused] == [b'{"broken":true}']


def test_export_begins_at_an_offset(home: Path) -> None:
    part = next(
        each for each in json.loads(run(home, "stat", "--format", "json").stdout)["partitions"]
        if each["events"] > 1 and each["batches"] == 1
    )  # fmt: skip
    where = ("--part", str(part["part"]))
    everything = run(home, "export", *where).stdout.splitlines()
    rest = run(home, "export", *where, "--from-offset", str(part["first"] + 1))
    assert rest.stdout.splitlines() == everything[1:]


def test_an_empty_log_shows_nothing(tmp_path: Path) -> None:
    assert run(tmp_path, "tail").stdout == ""
    assert run(tmp_path, "export").stdout == ""
    assert json.loads(run(tmp_path, "stat", "--format", "json").stdout)["partitions"] == []

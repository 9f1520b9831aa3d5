# SPDX-License-Identifier: AGPL-3.0-or-later
import gzip
import io
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner, Result

from sightline.cli import main
from sightline.imports import Summary
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
SALE = "1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France"
EVENT = (
    '{"specversion":"1.0","id":"%s","source":"erp://x","type":"io.sightline.inventory.issue.v1",'
    '"time":"2026-03-02T06:00:00Z","data":{"item":"A","loc":"L","q":{"qty":"%s","uom":"EA"}}}'
)
XES = (
    '<log><trace><string key="concept:name" value="c1"/><event><string key="concept:name" '
    'value="a"/><date key="time:timestamp" value="2020-01-01T00:00:00Z"/></event></trace>'
)

Write = Callable[[str, str | bytes], Path]
Bring = Callable[..., Summary]
Refused = Callable[[SqliteLog], list[dict[str, str]]]


def csv(*rows: str) -> str:
    return "\n".join([HEADER, *rows]) + "\n"


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["import", *words], env={"SIGHTLINE_HOME": str(home)})


def parquet() -> bytes:
    buffer = io.BytesIO()
    pl.DataFrame({"a": list(range(1000))}).write_parquet(buffer)
    return buffer.getvalue()


def packed(text: str) -> bytes:
    return gzip.compress(text.encode())


LONG = csv(
    *(f"{i},A{i * 7919 % 997},Lamp,2,2010-01-01 08:00:00,1,7,France" for i in range(5000))
)

REFUSED_FILES = {
    "a.csv": (b"", "a.csv is empty; expected rows"),
    "b.csv": (HEADER.encode() + b"\n", "has a header but no rows; expected rows"),
    "c.ndjson": (b"\n\n", "has only blank lines; expected events"),
    "d.csv.gz": (packed(LONG)[:9000], "d.csv.gz is cut off or is no gzip file.*fetch it again"),
    "e.csv.gz": (b"hello", "e.csv.gz is cut off or is no gzip file"),
    "f.parquet": (
        parquet()[:500],
        "f.parquet is cut off or is no Parquet file.*fetch it again",
    ),
    "g.parquet": (b"hello", "g.parquet is cut off or is no Parquet file"),
    "h.xes": (XES.encode(), "h.xes is cut off or is no XES.*fetch it again whole"),
    "i.xes.gz": (packed(XES * 50)[:60], "i.xes.gz is cut off or is no gzip file"),
    "j.xes": (b"hello", "j.xes is cut off or is no XES"),
    "k.csv": (
        csv(SALE, SALE.replace("Lamp", "Caf\xe9")).encode("latin-1"),
        r"k.csv is not utf-8: byte 0xe9 at offset 129 \(line 3\).*`encoding: cp1252`",
    ),
    "l.csv": (b"Invoice,StockCode\n1,2\n", "no shipped mapping fits its columns"),
    "m.csv": (b"a,a\n1,2\n", "has the column 'a' twice; rename one"),
    "n.csv": (
        csv(SALE, SALE.replace("Lamp", "x" * 20_000_000)).encode(),
        "n.csv has a row longer than 8 MiB, perhaps because of an unclosed quote",
    ),
    "o.txt.zip": (b"PK", "is an archive; unpack it"),
    "p.ndjson.gz": (packed(EVENT % ("1", "1") * 400)[:70], "p.ndjson.gz is cut off"),
}


@pytest.mark.parametrize("name", REFUSED_FILES)
def test_a_file_that_cannot_be_read_is_refused_whole_in_one_line(
    name: str, write: Write, tmp_path: Path
) -> None:
    content, message = REFUSED_FILES[name]
    # when such a file is imported
    result = run(tmp_path / "home", str(write(name, content)))
    # then the command says what, where and what to do, and adds nothing
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith("sightline: ")]
    assert len(lines) == 1
    assert re.search(message, lines[0])
    with_log = open_log(Settings(home=tmp_path / "home"))
    assert with_log.top() == 0
    with_log.close()


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    assert "There is no file nowhere.csv; check the name" in run(tmp_path, "nowhere.csv").stderr
    assert "is a folder; name the files in it" in run(tmp_path, str(tmp_path)).stderr


def test_a_mapping_can_say_how_a_file_is_encoded(write: Write, tmp_path: Path) -> None:
    # given a file in cp1252 and the shipped mapping with that encoding
    shipped = Path(__file__).parents[2] / "sightline/imports/mappings/online_retail.yaml"
    mapping = write("mine.yaml", "encoding: cp1252\n" + shipped.read_text())
    file = write("a.csv", csv(SALE.replace("Lamp", "Caf\xe9 \x80")).encode("cp1252", "replace"))
    # when it is imported with it
    result = run(tmp_path / "home", str(file), "--mapping", str(mapping))
    # then the text is right
    assert result.exit_code == 0, result.stderr
    told = CliRunner().invoke(
        main, ["log", "export"], env={"SIGHTLINE_HOME": str(tmp_path / "home")}
    )
    assert '"description":"Caf\xe9 ' in told.stdout


def test_an_unknown_mapping_lists_the_known_ones(write: Write, tmp_path: Path) -> None:
    result = run(tmp_path, str(write("a.csv", csv(SALE))), "--mapping", "online_retial")
    assert result.exit_code == 2
    assert (
        "no mapping 'online_retial'; did you mean 'online_retail'? known: erpnext, event_log"
        in result.stderr
    )


def test_a_missing_column_is_named_with_those_that_are_there(
    write: Write, tmp_path: Path
) -> None:
    file = write("a.csv", csv(SALE).replace("Price", "Preis"))
    result = run(tmp_path, str(file), "--mapping", "online_retail")
    assert result.exit_code == 2
    assert "has no column 'Price', which online_retail needs; it has Invoice" in result.stderr


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ("1,A,Lamp,2,31.02.2010,1.50,7,France", "bad_time", "InvoiceDate"),
        ("1,A,Lamp,2,,1.50,7,France", "no_time", "InvoiceDate"),
        ("1,A,Lamp,two,2010-01-01 08:00:00,1.50,7,France", "not_a_decimal", "Quantity"),
        ("1,A,Lamp,,2010-01-01 08:00:00,1.50,7,France", "missing_number", "Quantity"),
        ("1,A,Lamp,0,2010-01-01 08:00:00,1.50,7,France", "no_rule", "row"),
        ("1,A,Lamp,2.00005,2010-01-01 08:00:00,1.50,7,France", "not_representable", "Quantity"),
        ("1,A,Lamp,1e15,2010-01-01 08:00:00,1.50,7,France", "not_a_decimal", "Quantity"),
        ("1,,Lamp,2,2010-01-01 08:00:00,1.50,7,France", "missing_item", "StockCode"),
        (
            "1,%s,Lamp,2,2010-01-01 08:00:00,1.50,7,France" % ("A" * 300),
            "too_long",
            "StockCode",
        ),
        ("1,A,Lamp,2", "wrong_columns", ""),
        ("C1,A,Lamp,0,2010-01-01 08:00:00,1.50,7,France", "zero", "Quantity"),
    ],
)
def test_a_bad_row_is_rejected_with_its_reason_and_the_others_are_kept(  # noqa: PLR0913, PLR0917
    row: str, code: str, field: str, bring: Bring, write: Write, log: SqliteLog,
    refused_in: Refused,
) -> None:  # fmt: skip
    # given a bad row between two good ones
    summary = bring(write("a.csv", csv(SALE, row, SALE.replace("1,A", "2,B"))))
    # then it alone is rejected, and the log keeps it with its number
    assert (summary.read, summary.accepted) == (3, 2)
    assert {name: n for name, n in summary.rejected.items() if n} == {code: 1}
    (refusal,) = refused_in(log)
    assert refusal["kind"] == "malformed"
    assert refusal["reason"].startswith(f"{code}: ")
    assert refusal["field"] == field
    assert '"row":2' in refusal["raw"]


def test_an_unknown_unit_and_a_negative_magnitude_are_rejected(
    bring: Bring, write: Write, log: SqliteLog, refused_in: Refused
) -> None:
    header = (
        "SKU ID,Current Stock Quantity,Units (Nos/Kg),Average Lead Time (days),"
        "Maximum Lead Time (days),Unit Price\n"
    )
    rows = "A,1,Kg,1,1,1\nB,1,Furlong,1,1,1\nC,-1,Nos,1,1,1\nD,0,Nos,1,1,1\n"
    summary = bring(write("a.csv", header + rows))
    assert summary.accepted == 2
    assert {refusal["reason"].partition(";")[0] for refusal in refused_in(log)} == {
        "unknown_unit: Units (Nos/Kg) is 'Furlong'",
        "negative: Current Stock Quantity is '-1'",
    }


def test_lines_that_are_no_events_reach_the_log_and_are_counted(
    bring: Bring, write: Write, log: SqliteLog
) -> None:
    # given good events, a resend, a contradiction, and three lines that are none
    lines = [EVENT % ("1", "1"), EVENT % ("2", "1"), EVENT % ("1", "1"), EVENT % ("1", "2")]
    lines += ["no json", EVENT % ("3", "-1"), EVENT % ("4", "1x")]
    summary = bring(write("a.ndjson", "\n".join(lines)))
    # then read = accepted + duplicates + rejected, and all lines are in the log
    assert (summary.read, summary.accepted, summary.duplicates) == (7, 2, 1)
    assert {name: n for name, n in summary.rejected.items() if n} == {
        "conflict": 1, "not_json": 1, "negative": 1, "not_a_decimal": 1,
    }  # fmt: skip
    assert sum(each.events for each in log.stat()) == 7


def test_a_line_of_20_mb_is_rejected_and_its_neighbours_are_kept(
    bring: Bring, write: Write, log: SqliteLog, refused_in: Refused
) -> None:
    lines = [EVENT % ("1", "1"), '{"x":"%s"}' % ("y" * 20_000_000), EVENT % ("2", "1")]
    summary = bring(write("a.ndjson", "\n".join(lines)))
    assert (summary.accepted, summary.rejected["too_large"]) == (2, 1)
    (refusal,) = refused_in(log)
    assert refusal["reason"].startswith("too_large: the line has 20000008 bytes; expected at")
    assert len(refusal["raw"]) < 100_000


RUN = """
import sys
from sightline.cli import main
main(["import", *sys.argv[1:]])
"""
FULL = """
import resource, sys
from sightline.cli import main
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main(["import", *sys.argv[1:]])
"""


@pytest.mark.faults
@pytest.mark.parametrize("limit", [200_000, 3_000_000])
def test_a_full_disk_stops_the_import_in_one_line_and_it_goes_on_later(
    limit: int, write: Write, tmp_path: Path
) -> None:
    # given a file that is larger, as events, than a process may write
    rows = [f"{i},A{i % 50},Lamp {i},2,2010-01-01 08:00:00,1,7,France" for i in range(60_000)]
    file = write("a.csv", csv(*rows))
    env = os.environ | {"SIGHTLINE_HOME": str(tmp_path / "home")}
    # when it is imported under that limit
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-c", FULL, str(limit), str(file)],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    # then it ends with one line and exit 2
    assert done.returncode == 2, done.stderr
    assert len([line for line in done.stderr.splitlines() if "sightline: " in line]) == 1
    assert "disk" in done.stderr
    assert "again" in done.stderr
    # and without the limit it goes on, with nothing lost and nothing doubled
    result = run(tmp_path / "home", str(file))
    assert result.exit_code == 0, result.stderr
    log = open_log(Settings(home=tmp_path / "home"))
    assert sum(each.events for each in log.stat()) == 120_000
    log.close()
    assert not list((tmp_path / "home" / "tmp").iterdir())


@pytest.mark.faults
def test_ctrl_c_says_how_to_go_on(write: Write, tmp_path: Path) -> None:
    # given an import that is running
    rows = [f"{i},A{i % 50},Lamp {i},2,2010-01-01 08:00:00,1,7,France" for i in range(400_000)]
    file = write("a.csv", csv(*rows))
    env = os.environ | {"SIGHTLINE_HOME": str(tmp_path / "home")}
    with subprocess.Popen(  # noqa: S603  our own interpreter
        [sys.executable, "-c", RUN, str(file)],
        env=env, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        while process.poll() is None and not list((tmp_path / "home").glob("tmp/*/*")):
            time.sleep(0.01)
        # when Ctrl-C comes
        process.send_signal(signal.SIGINT)
        assert process.stderr
        told = process.stderr.read()
    # then it ends cleanly and says what to do
    assert process.returncode == 130, told
    assert "Run the same command again: it goes on where this one stopped." in told
    assert not list((tmp_path / "home" / "tmp").iterdir())

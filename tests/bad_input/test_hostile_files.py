# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files made to harm: one line and exit 2, soon, in little memory, and nothing in the log."""

import gzip
import io
import json
import os
import re
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sightline.errors import MappingError, SightlineError
from sightline.imports import run_import
from sightline.imports.parse import parse
from sightline.log import open_log
from sightline.settings import Settings

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
SALE = "1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France"
MOST_SECONDS = 20
"""Of the processor, so that what else runs does not count."""
MOST_MEMORY = 700 << 10
"""Kibibytes; importing an ordinary file takes about 250 MiB."""
LAUNCHER = """
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(child.pid, 0)
with open(sys.argv[1], "w") as report:
    json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss], report)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Measures a command from a small process: a child counts what it was forked with."""
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = "".join(f'<!ENTITY {chr(98 + i)} "{(f"&{chr(97 + i)};") * 10}">' for i in range(9))


def sale_book() -> bytes:
    """Return a workbook that is fine."""
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["1", "A", "Lamp", 2, "2010-01-01 08:00:00", 1.5, "7", "France"])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def changed(alter: Callable[[Any], object]) -> bytes:
    """Return that workbook after `alter` changed its sheet."""
    book = openpyxl.load_workbook(io.BytesIO(sale_book()))
    alter(book.active)
    return saved(book)


def repacked(parts: dict[str, bytes], *, twice: str = "") -> bytes:
    """Return that workbook with other parts, one of them there twice."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(sale_book())) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in source.namelist():
            packed.writestr(name, parts.get(name, source.read(name)))
        for name in parts.keys() - set(source.namelist()):
            packed.writestr(name, parts[name])
        if twice:
            packed.writestr(twice.upper(), source.read(twice))
    return target.getvalue()


def part(name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(sale_book())) as source:
        return source.read(name).decode()


def zip_bomb() -> bytes:
    """Return a workbook of some kilobytes with a sheet of 150 MB."""
    sheet = part(SHEET).encode()
    middle = sheet.index(b"</sheetData>")
    return repacked({SHEET: sheet[:middle] + b" " * 150_000_000 + sheet[middle:]})


def lying_bomb() -> bytes:
    """Return the same, with a table of contents that says the sheet has 1000 bytes."""
    content = bytearray(zip_bomb())
    at = content.index(b"PK\x01\x02")
    while content[at : at + 4] == b"PK\x01\x02":
        lengths = struct.unpack_from("<HHH", content, at + 28)
        name = content[at + 46 : at + 46 + lengths[0]].decode()
        if name == SHEET:
            struct.pack_into("<I", content, at + 24, 1000)
        at += 46 + sum(lengths)
    return bytes(content)


def text_bomb() -> bytes:
    """Return a workbook with one text of 60 kB in 40 000 cells."""
    rows = "".join(
        f'<row r="{i}"><c r="A{i}" t="s"><v>0</v></c></row>' for i in range(1, 40_001)
    )
    start = part(SHEET).partition("<sheetData>")[0]
    texts = (
        f'<sst xmlns="{MAIN}" count="1" uniqueCount="1"><si><t>{"x" * 60_000}</t></si></sst>'
    )
    return repacked(
        {
            SHEET: f"{start}<sheetData>{rows}</sheetData></worksheet>".encode(),
            "xl/sharedStrings.xml": texts.encode(),
        }
    )


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def with_doctype(name: str, entity: str) -> bytes:
    text = part(name)
    start = text.index("?>") + 2 if text.startswith("<?xml") else 0
    doctype = f'<!DOCTYPE x [<!ENTITY a "ha">{entity}]>'
    return repacked({name: (text[:start] + doctype + text[start:]).encode()})


def xes(entity: str, use: str) -> str:
    return (
        f'<?xml version="1.0"?><!DOCTYPE log [<!ENTITY a "ha">{entity}]><log><trace>'
        f'<string key="concept:name" value="{use}"/>'
        '<event><string key="concept:name" value="a"/>'
        '<date key="time:timestamp" value="2020-01-01T00:00:00Z"/></event></trace></log>'
    )


HOSTILE: dict[str, tuple[str, Callable[[], bytes | str], str]] = {
    "zip bomb": ("a.xlsx", zip_bomb, "unpacks to more than 200 times its size, as a bomb"),
    "zip bomb that lies": ("a.xlsx", lying_bomb, "is cut off or is no workbook|damaged|bomb"),
    "gzip bomb": (
        "a.csv.gz", lambda: gzip.compress(f"{HEADER}\n".encode() + b"1,A\n" * 25_000_000, 9),
        "unpacks to more than 200 times its size, as a bomb would",
    ),
    "text bomb": ("a.xlsx", text_bomb, r"40000 cells and \d+ MiB of text; expected at most"),
    "far corner": (
        "a.xlsx", lambda: changed(lambda sheet: sheet.cell(1_000_000, 16_000, 1)),
        "has 16000000000 cells.*Save it as CSV",
    ),
    "formula": (
        "a.xlsx", lambda: changed(lambda sheet: sheet.__setitem__("D2", "=1+1")),
        "Sheet 'Sheet' of .*a.xlsx has a formula in D2; .*as values",
    ),
    "call to a program": (
        "a.xlsx", lambda: changed(lambda sheet: sheet.__setitem__("C2", "=cmd|'/c calc'!A1")),
        "has a formula in C2",
    ),
    "merged cells": (
        "a.xlsx", lambda: changed(lambda sheet: sheet.merge_cells("A2:B2")),
        "has merged cells A2:B2; .*Unmerge",
    ),
    "merged without end": (
        "a.xlsx",
        lambda: repacked({SHEET: part(SHEET).replace(
            "</sheetData>", '</sheetData><mergeCells><mergeCell ref="A1:nowhere"/></mergeCells>'
        ).encode()}),
        "is no workbook that can be read: Range is missing",
    ),
    "cell at no place": (
        "a.xlsx", lambda: repacked({SHEET: part(SHEET).replace('r="A2"', 'r="!2"').encode()}),
        "has a cell at '!2'; expected a place such as B7",
    ),
    "entities in a sheet": (
        "a.xlsx", lambda: with_doctype(SHEET, LAUGHS), "Sheet 'Sheet' of .* has a DOCTYPE",
    ),
    "file behind an entity": (
        "a.xlsx",
        lambda: with_doctype("xl/workbook.xml", '<!ENTITY b SYSTEM "file:///etc/passwd">'),
        "a.xlsx has a DOCTYPE",
    ),
    "part twice": (
        "a.xlsx", lambda: repacked({}, twice=SHEET), "holds '[^']*heet1.xml' twice",
    ),
    "no workbook in it": (
        "a.xlsx", lambda: b"PK\x05\x06" + bytes(18), "is no workbook that can be read",
    ),
    "no zip": ("a.xlsx", lambda: b"Invoice,StockCode\n", "is cut off or is no workbook"),
    "cut off": ("a.xlsx", lambda: sale_book()[:3000], "is cut off or is no workbook"),
    "password": (
        "a.xlsx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "is protected with a password",
    ),
    "old Excel by another name": (
        "a.xlsx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "is .*old Excel",
    ),
    "old Excel": ("a.xls", lambda: b"\xd0\xcf\x11\xe0", "is a .xls workbook; save it as .xlsx"),
    "archive": ("a.zip", sale_book, "is an archive; unpack it"),
    "laughs in XES": ("a.xes", lambda: xes(LAUGHS, "&j;"), "a.xes (has a DOCTYPE|is cut off)"),
    "entity of a file in XES": (
        "a.xes", lambda: xes('<!ENTITY b SYSTEM "file:///etc/passwd">', "c"),
        "a.xes has a DOCTYPE",
    ),
    "deep XES": (
        "a.xes", lambda: "<log>" + "<list>" * 100_000, "a.xes is cut off or is no XES",
    ),
    "NUL in a row": (
        "a.csv", lambda: f"{HEADER}\n{SALE}\n{SALE}\0\n",
        "has a NUL byte in line 3",
    ),
    "NUL in the header": (
        "a.csv", lambda: f"{HEADER}\0\n{SALE}\n", "has a NUL byte in line 1",
    ),
    "UTF-16": (
        "a.csv", lambda: f"{HEADER}\n{SALE}\n".encode("utf-16"),
        "a.csv is utf-16, not utf-8; say `encoding: utf-16`",
    ),
    "UTF-16 without its mark": (
        "a.csv", lambda: f"{HEADER}\n{SALE}\n".encode("utf-16-le"),
        "has a NUL byte in line 1.*`encoding: utf-16-le`",
    ),
    "two encodings": (
        "a.csv",
        lambda: f"{HEADER}\n{SALE.replace('Lamp', 'Café')}\n".encode()
        + f"{SALE.replace('Lamp', 'Café')}\n".encode("cp1252"),
        r"is not utf-8: byte 0xe9 at offset \d+ \(line 3\)",
    ),
    "one line of 100 MB": (
        "a.csv", lambda: "x" * 100_000_000, "a.csv has no header line that can be read",
    ),
    "one row of 100 MB": (
        "a.csv", lambda: f"{HEADER}\n1,\"{'x' * 100_000_000}", "has a row longer than 8 MiB",
    ),
    "10 000 columns": (
        "a.csv", lambda: ",".join(f"c{i}" for i in range(10_000)) + "\n",
        "has 10000 columns; expected at most 5000",
    ),
    "a column twice": (
        "a.csv", lambda: f"{HEADER},Price\n{SALE},1\n", "has the column 'Price' twice",
    ),
    "only a header": ("a.csv", lambda: f"{HEADER}\n", "has a header but no rows"),
    "no Parquet": ("a.parquet", lambda: b"PAR1" + bytes(100) + b"PAR1", "no Parquet file"),
    "a program": ("a.exe", lambda: b"MZ", "ends in '.exe'; expected"),
}  # fmt: skip


@pytest.fixture
def met(desktop: Any) -> Callable[..., tuple[str, float, int]]:
    """Return a function that imports, which must fail: line, seconds, most memory."""

    def met(*words: str | Path) -> tuple[str, float, int]:
        report = desktop.home.parent / "used.json"
        found = subprocess.run(  # noqa: S603  our own command
            [sys.executable, "-c", LAUNCHER, report, SIGHTLINE, "import", *map(str, words)],
            env=os.environ | {"SIGHTLINE_HOME": str(desktop.home)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert (found.returncode, found.stdout) == (2, ""), found.stderr
        *progress, message = found.stderr.splitlines()
        assert all(re.search(r" rows read, \d+ a second$", line) for line in progress)
        return message, *json.loads(report.read_text())

    return met


MEASURED = (
    "zip bomb",
    "gzip bomb",
    "UTF-16",
    "a program",
    "call to a program",
    "aliases without end",
    "a call",
)
"""Measured at every run, in a process of their own; the others take minutes together."""


@pytest.mark.parametrize(
    ("name", "content", "saying"),
    [
        pytest.param(*case, id=name, marks=[] if name in MEASURED else [pytest.mark.slow])
        for name, case in HOSTILE.items()
    ],
)
def test_a_file_made_to_harm_is_refused_in_one_line(
    desktop: Any, met: Any, name: str, content: Callable[[], bytes | str], saying: str
) -> None:
    # given a file that would fill memory, run for ever, or say what is not there
    file = desktop.write(name, content())
    message, seconds, memory = met(file)
    # then one line says so, soon, and nothing came into the log
    assert re.match(f"sightline: .*(?:{saying})", message), message
    assert "root:" not in message
    assert seconds < MOST_SECONDS
    assert memory < MOST_MEMORY
    assert desktop.read("log", "stat")["total"]["events"] == 0


@pytest.mark.parametrize(("name", "content", "saying"), HOSTILE.values(), ids=HOSTILE)
def test_a_program_that_imports_it_hears_the_same(
    tmp_path: Path, name: str, content: Callable[[], bytes | str], saying: str
) -> None:
    told = content()
    (tmp_path / name).write_bytes(told if isinstance(told, bytes) else told.encode())
    settings = Settings(home=tmp_path / "home")
    with (
        closing(open_log(settings)) as log,
        pytest.raises(SightlineError, match=f"(?s)(?:{saying})"),
    ):
        run_import([tmp_path / name], None, settings, log)


MAPPINGS = {
    "a key twice": ("name: a\nname: b\n", "line 2: the key 'name' stands twice"),
    "aliases without end": (
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n"
            for i in range(12)
        ),
        "unfolds to more than 100000 values; use fewer aliases",
    ),
    "an alias in itself": ("a: &a [*a]\n", "an alias .* contains itself"),
    "deep nesting": ("[" * 50_000, "is nested too deeply"),
    "a call": ("a: !!python/object/apply:os.system [ls]\n", "line 1, is not YAML"),
    "a NUL": ("name: a\0b\n", "is not YAML: unacceptable character"),
    "not a mapping": ("x" * 300_000, "has 300000 characters; expected a mapping of at most"),
    "no day": ("kind: event_log\nas_of: 2020-02-31\n", "day is out of range"),
}


@pytest.mark.parametrize(
    ("text", "saying"),
    [
        pytest.param(*case, id=name, marks=[] if name in MEASURED else [pytest.mark.slow])
        for name, case in MAPPINGS.items()
    ],
)
def test_a_mapping_made_to_harm_is_refused_in_one_line(
    desktop: Any, met: Any, text: str, saying: str
) -> None:
    file = desktop.write("a.csv", f"{HEADER}\n{SALE}\n")
    message, seconds, memory = met(file, "--mapping", desktop.write("m.yaml", text))
    assert re.match(f"sightline: .*(?:{saying})", message), message
    with pytest.raises(MappingError, match=saying):
        parse(text, "m.yaml")
    assert (seconds < MOST_SECONDS, memory < MOST_MEMORY) == (True, True)


def test_rows_of_too_few_or_too_many_values_are_dead_letters(desktop: Any) -> None:
    file = desktop.write("a.csv", f"{HEADER}\n{SALE}\n{SALE},9\n1,A\n")
    told = desktop.read("import", file)
    assert (told["read"], told["accepted"], told["rejected"]) == (3, 1, {"wrong_columns": 2})


def test_a_line_of_100_mb_among_others_is_a_dead_letter(desktop: Any) -> None:
    sale = dict(zip(HEADER.split(","), SALE.split(","), strict=True))
    file = desktop.write("a.ndjson", f"{json.dumps(sale)}\n{'x' * 100_000_000}\n")
    told = desktop.read("import", file, "--mapping", "online_retail")
    assert (told["read"], told["accepted"], told["rejected"]) == (2, 1, {"too_large": 1})


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "a\nsightline: all is well\x1b[2J.csv",
        "\x1b]0;owned\x07.csv",
        "\u202evsc.csv",
    ],
)
def test_a_name_cannot_write_on_the_terminal(desktop: Any, name: str) -> None:
    # given a file whose name holds line feeds and codes that a terminal obeys
    fine = desktop.write(name, f"{HEADER}\n{SALE}\n")
    for _ in "once and again":
        found = desktop.ask("import", fine)
        assert found.returncode == 0, found.stderr
        assert all(line.isprintable() for line in found.stdout.splitlines())
    # then a refusal of it is one line of plain text, too
    desktop.write(name, "x\n1\n")
    found = desktop.ask("import", fine)
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert found.stderr.strip().isprintable()


@pytest.mark.slow
def test_a_name_of_a_sheet_cannot_write_on_the_terminal(desktop: Any) -> None:
    # given a workbook with sheets whose names were written by hand
    book = openpyxl.load_workbook(io.BytesIO(sale_book()))
    book.create_sheet("other").append(["a", "b"])
    book.save(desktop.home.parent / "a.xlsx")
    with zipfile.ZipFile(desktop.home.parent / "a.xlsx") as source:
        parts = {name: source.read(name) for name in source.namelist()}
    names = parts["xl/workbook.xml"].replace(b'"Sheet"', b'"../../x/&#10;&#x202e;"')
    parts["xl/workbook.xml"] = names.replace(b'"other"', b'"&#10;sightline: all is well"')
    with zipfile.ZipFile(desktop.home.parent / "a.xlsx", "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    for _ in "once and again":
        found = desktop.ask("import", desktop.home.parent / "a.xlsx")
        assert found.returncode == 0, found.stderr
        assert "left out" in found.stdout
        assert all(line.isprintable() for line in found.stdout.splitlines())
        assert not any(line.startswith("sightline:") for line in found.stdout.splitlines())


def test_a_name_that_leads_elsewhere_writes_nothing_there(desktop: Any) -> None:
    # given a file named by a path that climbs, and an event log named by its file
    folder = desktop.home.parent / "in"
    folder.mkdir()
    (folder / "..steps.csv").write_text("case,activity,timestamp\n1,a,2020-01-01\n")
    before = {
        path for path in desktop.home.parent.rglob("*") if desktop.home not in path.parents
    }
    told = desktop.read("import", folder / ".." / "in" / "..steps.csv")
    # then it is read, and nothing is written outside the home
    assert told["accepted"] == 1
    after = {
        path for path in desktop.home.parent.rglob("*") if desktop.home not in path.parents
    }
    assert after - before <= {desktop.home}

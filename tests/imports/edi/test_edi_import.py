# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interchanges on their way from a file through the log to the tables."""

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sightline.cli import main
from sightline.imports import Summary, run_import
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle
from tests.imports.edi.making import BESTELLUNG, ORDER, edifact, st, unh, x12

FOLDER = Path(__file__).parents[3] / "docs" / "examples" / "edi"
PARTNER, EUROPE = FOLDER / "partner.yaml", FOLDER / "partner_europe.yaml"

Write = Callable[[str, str | bytes], Path]
Bring = Callable[..., Summary]
Refused = Callable[[SqliteLog], list[dict[str, str]]]


def run(home: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["import", *words], env={"SIGHTLINE_HOME": str(home)})


def lines_in(log: SqliteLog) -> list[bytes]:
    return [
        line
        for part in range(log.partitions)
        for batch in log.read(part, -1, events=1 << 40)
        for line in batch.body.split(b"\n")
    ]


def adds_up(summary: Summary) -> bool:
    return summary.read == summary.accepted + summary.duplicates + summary.rejected.total()


@pytest.mark.parametrize(
    "name", ["a.edi", "a.X12", "a.edifact", "a.edi.gz", "a.txt", "a.txt.gz"]
)
def test_a_file_is_known_by_its_name_or_by_how_it_begins(
    name: str, bring: Bring, write: Write
) -> None:
    content = edifact(unh(BESTELLUNG), advice="UNA:+.? '") + x12(st(ORDER))
    summary = bring(write(name, gzip.compress(content) if name.endswith(".gz") else content))
    assert (summary.read, summary.accepted, summary.events) == (3, 3, 3)


def test_a_text_that_is_no_interchange_is_a_table_as_ever(write: Write, tmp_path: Path) -> None:
    rows = "ISA,activity,timestamp,case_id\nx,a,2020-01-01,1\n"
    result = run(tmp_path, str(write("a.txt", rows)))
    assert result.output.startswith("read 1 rows: 1 accepted")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.edi", bytes(range(256)) * 40, "begins with no EDI interchange"),
        ("a.edi", b"hello\n", "begins with no EDI interchange"),
        ("a.x12", b"ISA*00*cut off", "ISA is cut off after 14 of 106 bytes"),
        ("a.x12", b"ISA" + b"*" * 200, "its delimiters"),
        ("a.x12", b"ISA*00*" + b"A" * 200, "at byte 17"),
        ("a.edifact", b"UNA::::::UNB+", "UNA gives b'::::::'"),
        ("a.edifact", b"UNB+UNOC:3+A+B", "UNB is cut off"),
        ("a.edifact", b"UNB+UNOZ:3+A+B+260302:1405+1'", "the character set 'UNOZ'"),
        ("a.edifact", b"UNB+'UNH'", "the character set ''"),
        ("a.edi", b"   \n  ", "begins with no EDI interchange"),
        ("a.edi", b"", "is empty; expected rows"),
        ("a.edi.gz", b"ISA*00*", "is no gzip file"),
        ("a.edi.gz", gzip.compress(x12(st(ORDER)), mtime=0)[:-9], "is cut off"),
        ("a.x12", x12(), "holds no document"),
    ],
)
def test_what_cannot_be_read_at_all_is_refused_in_one_line(
    name: str, content: bytes, told: str, write: Write, tmp_path: Path
) -> None:
    result = run(tmp_path / "home", str(write(name, content)))
    assert result.exit_code == 2
    assert told in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_options_and_mappings_of_tables_are_refused(write: Write, tmp_path: Path) -> None:
    file = str(write("a.edi", x12(st(ORDER))))
    for words in (["--process", "p"], ["--as-of", "2026-03-01"], ["--mapping", "event_log"]):
        result = run(tmp_path / "home", file, *words)
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)


def test_a_partners_mapping_explains_no_table(write: Write, tmp_path: Path) -> None:
    result = run(
        tmp_path / "home", str(write("a.csv", "a,b\n1,2\n")), "--mapping", str(PARTNER)
    )
    assert result.exit_code == 2
    assert "a.csv is no EDI interchange, but" in result.stderr


def test_the_summary_adds_up_over_lines_and_refused_sets(
    bring: Bring, write: Write, log: SqliteLog, refused_in: Refused
) -> None:
    # given a good set, a copy of it, one that lost a segment, one of no known kind, one
    # with a line of no known unit and one that the stream's own checks refuse
    odd = [*ORDER[:2], "PO1*1*9*XQ***VP*A", "PO1*2*0*EA***VP*A"]
    content = x12(
        st(ORDER), st(ORDER), [*st(ORDER, control="0002")[:-2], "SE*7*0002"],
        st(["BIG*1*2"], kind="810", control="0003"), st(odd, control="0004"),
    )  # fmt: skip
    summary = bring(write("a.edi", content))
    # then every row is one of the three, and all of them are in the log
    assert (summary.read, summary.accepted, summary.duplicates) == (8, 2, 2)
    assert dict(summary.rejected) == {
        "segment_count": 1, "unknown_document": 1, "unknown_unit": 1, "zero": 1,
    }  # fmt: skip
    assert adds_up(summary)
    assert sum(each.events for each in log.stat()) == summary.read
    (refusal,) = [each for each in refused_in(log) if each["reason"].startswith("unknown_unit")]
    assert refusal["origin"]["file"] == "a.edi"  # type: ignore[index]
    assert refusal["raw"].splitlines()[1::2] == ["BEG*00*SA*P1**20260302", "PO1*1*9*XQ***VP*A"]


def test_a_file_that_was_imported_adds_nothing(bring: Bring, write: Write) -> None:
    file = write("a.edi", x12(st(ORDER)))
    assert bring(file).events == 2
    again = bring(file)
    assert (again.read, again.duplicates, again.events) == (2, 2, 0)
    assert again.already == [str(file)]


class StoppedError(Exception):
    """Stands for a crash between two appends."""


class StopAfterOne:
    """Lets one append through, then stops the import."""

    def reading(self, name: str) -> None:
        del name

    def rows(self, count: int) -> None:
        del count

    def adding(self, events: int) -> None:
        del events

    def added(self, events: int) -> None:
        raise StoppedError(events)


def many(lines: int) -> list[str]:
    return [*ORDER[:2], *(f"PO1*{n}*{n % 9 + 1}*EA***VP*A{n % 7}" for n in range(1, lines + 1))]


@pytest.mark.parametrize(("mapping", "rows"), [(None, 17_000), (str(PARTNER), 9_000)])
def test_a_stopped_import_goes_on_where_it_stopped(
    mapping: str | None, rows: int, home: Settings, log: SqliteLog, write: Write
) -> None:
    # given an import that stops after its first append; sent by us, a line is two events
    sender = "LAKESIDE" if mapping else "CUST"
    file = write("a.edi", x12(st(many(rows)), [*st(ORDER)[:-1], "SE*9*0001"], sender=sender))
    with pytest.raises(StoppedError):
        run_import([file], mapping, home, log, StopAfterOne())
    half = len(lines_in(log))
    summary = run_import([file], mapping, home, log)
    # then all is there once, in lines and in the count of rows
    found = [json.loads(line).get("id") or line for line in lines_in(log)]
    assert len(found) == len(set(found)) == rows * (2 if mapping else 1) + 1
    assert summary.read == rows + 1
    assert 0 < half < len(found)
    assert summary.duplicates == half // (2 if mapping else 1)
    assert summary.rejected == {"segment_count": 1}
    assert adds_up(summary)


@pytest.fixture
def full(settings: Settings, store: Store) -> Iterator[Callable[..., Store]]:
    """Return a function that imports files and runs the stream over them."""
    log = open_log(settings)

    def full(*files: Path, mapping: Path | None = None) -> Store:
        run_import(files, str(mapping) if mapping else None, settings, log)
        run_until_idle(settings, store, log)
        return store

    yield full
    log.close()


def test_the_examples_end_in_the_positions_that_they_state(full: Callable[..., Store]) -> None:
    # given the stock, then what was ordered, bought, confirmed and sent
    names = sorted(path for path in FOLDER.glob("8*.edi"))
    store = full(*names, mapping=PARTNER)
    found = store.read("positions", item="", loc="EAST").set_index("item")
    # then: 24 lamps ordered before the count of 212, 120 bought, all 120 of them on their way
    lamp, candle = found.loc["LAMP-OAK"], found.loc["CANDLE-12"]
    assert [lamp[name] for name in ("on_hand", "outstanding", "on_order", "in_transit")] == [
        212, 24, 0, 120,
    ]  # fmt: skip
    # and of 40 cases of candles 30 are on their way, none on the shelf
    assert [candle[name] for name in ("on_hand", "outstanding", "on_order", "in_transit")] == [
        0, 6, 10, 30,
    ]  # fmt: skip
    assert found.loc["WAX-BULK"]["on_hand"] == Decimal("140.25")
    lines = store.ask("SELECT order_line, outstanding FROM v_open_lines ORDER BY order_line")
    assert dict(zip(*lines.to_pydict().values(), strict=True)) == {
        "HP-77120/1": 24, "HP-77120/2": 6, "HP-77120/3": Decimal("2.5"), "HP-77120/4": 300,
    }  # fmt: skip


def test_the_european_examples_end_in_the_positions_that_they_state(
    full: Callable[..., Store],
) -> None:
    store = full(*FOLDER.glob("[a-z]*.edi"), mapping=EUROPE)
    found = store.read("positions", item="", loc="").set_index(["item", "loc"])
    assert found.loc["MEHL-550", "HAM"]["on_hand"] == Decimal("1250.5")
    assert found.loc["MEHL-550", "HAM"]["outstanding"] == Decimal("12.5")
    assert found.loc["FOLIE-L", "HAM-OUTER"]["on_hand"] == 12


def test_an_interchange_that_is_sent_again_does_not_double(
    full: Callable[..., Store], write: Write
) -> None:
    # given an order, and the same interchange in another file with other line ends
    order = (FOLDER / "850_order.edi").read_bytes()
    full(write("a.edi", order), mapping=PARTNER)
    store = full(write("b.x12", order.replace(b"\n", b"\r\n")), mapping=PARTNER)
    # then nothing is counted twice and nothing contradicts
    asked = "SELECT count() FROM events WHERE type = 'io.sightline.demand.line_placed.v1'"
    assert store.ask(asked).to_pydict() == {"count()": [4]}
    assert store.ask("SELECT count() FROM dlq").to_pydict() == {"count()": [0]}


def test_stock_of_no_authority_is_compared_and_counts_once_a_mapping_says_so(
    full: Callable[..., Store], write: Write
) -> None:
    # given stock that nobody called authoritative
    file = write("a.edi", (FOLDER / "846_inventory.edi").read_bytes())
    plain = write("p.yaml", PARTNER.read_text().replace("authoritative", "# authoritative"))
    store = full(file, mapping=plain)
    # then it is held against an empty stock and sets no balance
    asked = "SELECT computed, drift = stated FROM v_reconciliations"
    assert store.ask(asked).to_pydict() == {
        "computed": [Decimal(0)] * 3,
        "equals(drift, stated)": [1] * 3,
    }
    assert not store.read("positions", item="", loc="EAST")["on_hand"].any()
    # when the same file is imported with the mapping that says so
    store = full(file, mapping=PARTNER)
    # then it counts, and nothing of it is refused
    assert store.read("positions", item="", loc="EAST")["on_hand"].sum() == Decimal("352.25")
    assert store.ask("SELECT count() FROM dlq").to_pydict() == {"count()": [0]}


MEASURED = """
import resource, sys
from sightline.cli import main
try:
    main(["import", *sys.argv[1:]])
except SystemExit:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.parametrize("standard", ["x12", "edifact"])
def test_an_order_of_50_000_lines_takes_no_more_memory_than_its_pieces(
    standard: str, write: Write, tmp_path: Path
) -> None:
    # given a small order and one of 50 000 lines, in one set
    most = {}
    for rows in (500, 50_000):
        lins = (f"LIN+{n}++G{n % 500}:SRV|QTY+21:{n}" for n in range(1, rows + 1))
        message = unh([*BESTELLUNG[:3], *(each for lin in lins for each in lin.split("|"))])
        content = x12(st(many(rows))) if standard == "x12" else edifact(message)
        file = write(f"{rows}.edi", content)
        # when each is imported
        done = subprocess.run(  # noqa: S603  our own interpreter
            [sys.executable, "-c", MEASURED, str(file)], capture_output=True, text=True,
            env=os.environ | {"SIGHTLINE_HOME": str(tmp_path / f"home-{rows}")}, check=True,
        )  # fmt: skip
        told, kib = done.stdout.splitlines()
        assert told.startswith(f"read {rows} rows: {rows} accepted")
        most[rows] = int(kib)
    # then the large one takes what one piece of the log takes more, whatever its size
    assert most[50_000] - most[500] < 200 << 10

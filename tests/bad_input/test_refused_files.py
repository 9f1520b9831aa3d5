# SPDX-License-Identifier: AGPL-3.0-or-later
"""What cannot be read at all: one line that says what, where and what to do, and exit 2."""

import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sightline.store import lock

HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
SALE = "1,A,Lamp,2,2010-01-01 08:00:00,1.50,7,France\n"
SALES = HEADER + "".join(
    f"{i},A{i * 7919 % 997},Lamp,{i % 9 + 1},2010-01-01 08:00:00,1,7,France\n"
    for i in range(500)
)


CUT_OFF = gzip.compress(SALES.encode(), mtime=0)[:900]


@pytest.mark.parametrize(
    ("name", "content", "saying"),
    [
        ("cut.csv.gz", CUT_OFF, "cut.csv.gz is cut off.*fetch it"),
        ("latin.csv", (HEADER + SALE).replace("Lamp", "Caf\xe9").encode("latin-1"),
         "latin.csv is not utf-8: byte 0xe9 .*line 2.*encoding"),
        ("less.csv", (HEADER + SALE).replace("Price", "Preis"),
         "less.csv.*no shipped mapping fits its columns|no shipped mapping fits.*less.csv"),
        ("empty.csv", b"", "empty.csv is empty; expected rows"),
        ("empty.ndjson", b"\n \n", "empty.ndjson has only blank lines; expected events"),
    ],
    ids=["truncated", "wrong encoding", "missing column", "empty", "blank"],
)  # fmt: skip
def test_a_file_that_cannot_be_read_adds_nothing(
    desktop: Any, name: str, content: bytes | str, saying: str
) -> None:
    desktop.refused("import", desktop.write(name, content), saying=saying)
    assert desktop.read("log", "stat")["total"]["events"] == 0


def test_a_missing_column_and_an_unknown_mapping_are_named(desktop: Any) -> None:
    file = desktop.write("sales.csv", (HEADER + SALE).replace("Price", "Preis"))
    desktop.refused(
        "import",
        file,
        "--mapping",
        "online_retail",
        saying="has no column 'Price'.*it has Invoice",
    )
    desktop.refused(
        "import", file, "--mapping", "online_retial", saying="'online_retial'.*online_retail"
    )


@pytest.fixture
def held(desktop: Any) -> Iterator[Path]:
    """Hold the store of the home in this process."""
    folder = desktop.home / "store"
    lock.acquire(folder)
    yield folder
    lock.release(folder)


def test_a_store_that_is_held_does_not_keep_events_from_the_log(
    desktop: Any, held: Path
) -> None:
    # given a store that another process holds
    file = desktop.write("sales.csv", HEADER + SALE)
    # then files can be imported all the same, and a run says who holds it
    assert desktop.read("import", file)["accepted"] == 1
    desktop.refused("run", "--until-idle", saying=f"The store at {held} is held by process ")


@pytest.mark.faults
@pytest.mark.parametrize("limit", [0, 5_000, 200_000, 3_000_000])
def test_a_full_disk_stops_a_run_and_nothing_is_lost(desktop: Any, limit: int) -> None:
    # given a log with events, and a process that may write only small files
    file = desktop.write("sales.csv", SALES)
    assert desktop.read("import", file)["events"] == 1000
    # when it runs, also for a second time
    for _ in range(2):
        desktop.refused(
            "run", "--until-idle", saying="[Ff]ree some disk space|ulimit -f", limit=limit
        )
    # then a run with room takes in every event once
    done = desktop.read("run", "--until-idle")
    assert (done["events"], done["duplicates"], done["dead_letters"]) == (1000, 0, 0)
    (row,) = desktop.read("sql", "SELECT count() AS n, uniqExact(id) AS ids FROM events")
    assert row == {"n": 1000, "ids": 1000}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A watch that is killed again and again takes every row once."""

import gzip
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from sightline.log import open_log
from sightline.settings import Settings

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
HEADER = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country\n"
KILLS = 10
SEED = 20_260_303

pytestmark = pytest.mark.faults


class Writer(threading.Thread):
    """Appends to two growing files, half lines included, and drops whole ones."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.folder = folder
        self.written: list[str] = []
        self.done = threading.Event()
        self.chance = Random(SEED)  # noqa: S311  repeatable

    def run(self) -> None:
        files = [self.folder / f"grows-{n}.csv" for n in range(2)]
        streams = [path.open("w", buffering=1 << 14) for path in files]
        for stream in streams:
            stream.write(HEADER)
        number = 0
        while not self.done.wait(0.05):
            for stream in streams:
                for _ in range(self.chance.randrange(400)):
                    number += 1
                    stream.write(self._row(number))
            if self.chance.random() < 0.15:
                rows = [self._row(number := number + 1) for _ in range(300)]
                self._drop(f"whole-{number}", HEADER + "".join(rows))
        for stream in streams:
            stream.close()

    def _row(self, number: int) -> str:
        self.written.append(str(number))
        day = 1 + number % 28
        return (
            f'{number},I{number % 97},"a ""b"",\n",2,2010-01-{day:02d} 08:00:00,1.5,7,France\n'
        )

    def _drop(self, name: str, text: str) -> None:
        """Put a file there as a careful writer does: under another name first."""
        packed = self.chance.random() < 0.5
        path = self.folder / (f"{name}.csv.gz" if packed else f"{name}.csv")
        part = path.with_name(f"{path.name}.part")
        part.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
        part.rename(path)


def test_ten_kills_of_a_watch_neither_lose_nor_double_a_row(tmp_path: Path) -> None:
    # given files that grow and files that come
    home, folder = tmp_path / "home", tmp_path / "in"
    folder.mkdir()
    writer = Writer(folder)
    writer.start()
    chance = Random(SEED)  # noqa: S311  repeatable
    kills = 0
    # when the watch is killed at ten random moments, and then left alone
    while kills < KILLS:
        with _watch(home, folder, "--every", "0.1", "--settle", "0.2") as watch:
            try:
                watch.wait(chance.uniform(1.5, 6.0))
            except subprocess.TimeoutExpired:
                watch.kill()
        assert watch.returncode == -signal.SIGKILL
        kills += 1
    writer.done.set()
    writer.join()
    with _watch(home, folder, "--once", "--settle", "0.5") as watch:
        assert watch.wait() == 0
    # then the log has each row that was written, once
    orders, ids = _taken(home)
    assert len(writer.written) > 10_000
    assert sorted(orders) == sorted(writer.written)
    assert len(ids) == len(set(ids))


def test_ctrl_c_and_sigterm_end_a_watch_in_order(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with _watch(tmp_path / "home", tmp_path, stderr=subprocess.PIPE) as watch:
            assert watch.stderr is not None
            assert b"Ctrl-C stops" in watch.stderr.readline()
            watch.send_signal(number)
            assert watch.wait(20) == 0
            assert watch.stderr.read() == b"stopped; what was taken is in the log\n"


def _watch(
    home: Path, folder: Path, *words: str, stderr: int | None = None
) -> "subprocess.Popen[bytes]":
    command = [SIGHTLINE, "watch", str(folder), *words]
    environ = os.environ | {"SIGHTLINE_HOME": str(home)}
    return subprocess.Popen(  # noqa: S603  our own command
        command, env=environ, stdout=subprocess.DEVNULL, stderr=stderr
    )


def _taken(home: Path) -> tuple[list[str], list[str]]:
    log = open_log(Settings(home=home))
    tables = [
        pa.ipc.open_stream(batch.body).read_all().select(["id", "type", "order_line"])
        for part in range(log.partitions)
        for batch in log.read(part, -1, events=1 << 40)
    ]
    log.close()
    rows = pa.concat_tables(tables).to_pylist()
    shipped = [row for row in rows if row["type"].endswith("shipment.v1")]
    return [row["order_line"].partition("/")[0] for row in shipped], [row["id"] for row in rows]

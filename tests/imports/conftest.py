# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pytest

from sightline.events.columns import SCHEMA
from sightline.imports import Options, Summary, run_import
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

DATA = Path(__file__).parents[3] / "shared" / "data"
EVERYTHING = 1 << 40


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """Give settings with an empty home."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def log(home: Settings) -> Iterator[SqliteLog]:
    """Yield the empty log of that home."""
    opened = open_log(home)
    yield opened
    opened.close()


@pytest.fixture
def bring(home: Settings, log: SqliteLog) -> Callable[..., Summary]:
    """Return a function that imports files into the log of the home."""

    def bring(*files: Path, mapping: str | None = None, **options: Any) -> Summary:
        return run_import(files, mapping, home, log, options=Options(**options))

    return bring


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Return a function that writes a file."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def events_in() -> Callable[[SqliteLog], pa.Table]:
    """Return a function that gives the imported events of a log, partition by partition."""

    def events_in(log: SqliteLog) -> pa.Table:
        tables = [SCHEMA.empty_table()]
        for part in range(log.partitions):
            for batch in log.read(part, -1, events=EVERYTHING):
                tables += [_table(batch.body)] if batch.fmt == "arrow" else []
        return pa.concat_tables(tables)

    return events_in


def _table(body: bytes) -> pa.Table:
    return pa.ipc.open_stream(body).read_all()


@pytest.fixture
def refused_in() -> Callable[[SqliteLog], list[dict[str, str]]]:
    """Return a function that gives the refused rows of a log."""

    def refused_in(log: SqliteLog) -> list[dict[str, str]]:
        return [
            msgspec.json.decode(line)
            for part in range(log.partitions)
            for batch in log.read(part, -1, events=EVERYTHING)
            if batch.fmt == "refused"
            for line in batch.body.split(b"\n")
        ]

    return refused_in


@pytest.fixture
def data() -> Path:
    """Give the folder of real data, or skip."""
    if not DATA.is_dir():
        pytest.skip(f"no real data in {DATA}")
    return DATA

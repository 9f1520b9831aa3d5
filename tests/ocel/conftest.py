# SPDX-License-Identifier: AGPL-3.0-or-later
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mining.runner import mine_once
from sightline.imports import Options, Summary, run_import
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle
from tests.ocel import written

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "ocel" / "repairs.json"
DATA = ROOT.parent / "shared" / "data"


@pytest.fixture
def log(settings: Settings) -> Iterator[SqliteLog]:
    """Yield the empty log of the home."""
    opened = open_log(settings)
    yield opened
    opened.close()


@pytest.fixture
def bring(settings: Settings, log: SqliteLog) -> Callable[..., Summary]:
    """Return a function that imports files into the log of the home."""

    def bring(*files: Path, **options: Any) -> Summary:
        return run_import(files, None, settings, log, options=Options(**options))

    return bring


@pytest.fixture
def told(settings: Settings, store: Store, log: SqliteLog) -> Callable[[], Store]:
    """Return a function that runs the stream and the miner, and gives the store."""

    def told() -> Store:
        run_until_idle(settings, store, log)
        mine_once(store)
        return store

    return told


@pytest.fixture
def repairs() -> dict[str, Any]:
    """Give the log of the example, fresh for each test."""
    log: dict[str, Any] = json.loads(EXAMPLE.read_text())
    return log


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, Any], str], Path]:
    """Return a function that writes a log in the format of a suffix."""

    def write(log: dict[str, Any], suffix: str) -> Path:
        path = tmp_path / f"repairs{suffix}"
        if suffix == ".sqlite":
            return written.sqlite_log(log, path)
        if suffix == ".xmlocel":
            return written.xml_log(log, path)
        path.write_text(json.dumps(log))
        return path

    return write


@pytest.fixture
def data() -> Path:
    """Give the folder of real data, or skip."""
    if not DATA.is_dir():
        pytest.skip(f"no real data in {DATA}")
    return DATA

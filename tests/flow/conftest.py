# SPDX-License-Identifier: AGPL-3.0-or-later
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

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "sap" / "vbfa.csv"
HEAD = "VBELV,POSNV,VBTYP_V,VBELN,POSNN,VBTYP_N,ERDAT,ERZET,BWART"
Rows = list[tuple[Any, ...]]


@pytest.fixture
def log(settings: Settings) -> Iterator[SqliteLog]:
    """Yield the empty log of the home."""
    opened = open_log(settings)
    yield opened
    opened.close()


@pytest.fixture
def bring(settings: Settings, log: SqliteLog) -> Callable[..., Summary]:
    """Return a function that imports files into the log of the home."""

    def bring(*files: Path, mapping: str | None = None, **options: Any) -> Summary:
        return run_import(files, mapping, settings, log, options=Options(**options))

    return bring


@pytest.fixture
def flow(tmp_path: Path, bring: Callable[..., Summary]) -> Callable[..., Summary]:
    """Return a function that imports lines of a flow; see `HEAD` for its columns."""

    def flow(*lines: str, **options: Any) -> Summary:
        path = tmp_path / "vbfa.csv"
        path.write_text("\n".join([HEAD, *lines]) + "\n")
        return bring(path, **options)

    return flow


@pytest.fixture
def ask(settings: Settings, store: Store, log: SqliteLog) -> Callable[[str], Rows]:
    """Return a function that runs the stream and the miner, then asks."""

    def ask(sql: str) -> Rows:
        run_until_idle(settings, store, log)
        mine_once(store)
        return [tuple(row.values()) for row in store.ask(sql).to_pylist()]

    return ask

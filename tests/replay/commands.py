# SPDX-License-Identifier: AGPL-3.0-or-later
"""Homes on disk: run commands in them, write rows over, and see what their readers see."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from sightline.desk.episode import SOURCE
from sightline.settings import Settings
from sightline.store import Store

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
DUMP = Path(__file__).parents[1] / "faults" / "dump.py"
LAB = Path(__file__).parents[2] / "docs" / "lab" / "events.ndjson"
PLACES = {"part", "off", "gen", "letter"}
OF_PARTITIONS = {"v_progress", "v_feeds", "v_mined", "v_generations", "v_exceptions"}

Dump = dict[str, list[dict[str, str]]]


def command(home: Path, *words: str | Path, **settings: str) -> subprocess.Popen[str]:
    """Start ``sightline`` in `home`; `settings` are variables without their prefix."""
    own = {f"SIGHTLINE_{name.upper()}": value for name, value in settings.items()}
    environ = {**os.environ, "SIGHTLINE_HOME": str(home), **own}
    return subprocess.Popen(  # noqa: S603 - our own command
        [SIGHTLINE, *map(str, words)],
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(home: Path, *words: str | Path, **settings: str) -> str:
    """Run ``sightline`` in `home` and return what it prints."""
    process = command(home, *words, **settings)
    out, error = process.communicate()
    assert process.returncode == 0, error
    return out


def seen(home: Path) -> Dump:
    """Return every row that readers of the tables see, without versions."""
    return json.loads(_python(DUMP, home))


def settled(home: Path) -> Dump:
    """Return what does not depend on the number of partitions nor on the clock."""
    return {
        name: sorted(
            (_plain(row) for row in rows if row.get("source") != SOURCE),
            key=lambda row: list(row.values()),
        )
        for name, rows in seen(home).items()
        if name not in OF_PARTITIONS
    }


def _plain(row: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in row.items() if name not in PLACES}


def write_over(home: Path) -> None:
    """Write wrong rows into a table of each kind."""
    _python(Path(__file__), home)


def _python(script: Path, *words: Path) -> str:
    found = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, str(script), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


def _wrong(home: Path) -> None:
    with Store.open(Settings(home=home)) as store:
        for table, column in WRONG.items():
            store.arrange(
                f"INSERT INTO {table} SELECT * REPLACE ({column} + 1 AS {column})"  # noqa: S608
                f" FROM v_{table}"
            )


WRONG: dict[str, Any] = {
    "positions": "on_hand",
    "open_lines": "outstanding",
    "demand": "qty",
    "cases": "duration_ms",
}

if __name__ == "__main__":
    _wrong(Path(sys.argv[1]))

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
LAB = Path(__file__).parents[2] / "docs" / "lab" / "events.ndjson"
VERSIONS = {"ver", "revision"}
PLACES = {"part", "off", "gen", "letter"}
ARRIVED = {"ingest_time", "at"}
OF_PARTITIONS = {"v_progress", "v_feeds", "v_mined", "v_generations", "v_exceptions"}

OURS = {
    "events": f"source != '{SOURCE}'",
    "e2o": "type NOT LIKE 'io.sightline.exception.%'",
}
TABLES = """
    SELECT name FROM system.tables
    WHERE database = 'default' AND name != 'v_events'
        AND (startsWith(name, 'v_') OR name IN ('events', 'e2o', 'dlq'))
"""
WRONG = {
    "positions": "on_hand",
    "open_lines": "outstanding",
    "demand": "qty",
    "cases": "duration_ms",
}
Seen = dict[str, list[Any]]


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


def seen(home: Path, *, settled: bool = False) -> Seen:
    """Return rows and a sum of hashes of all that readers of each table see, without versions.

    Parameters
    ----------
    settled
        Leave out what depends on the number of partitions or on the clock.
    """
    return json.loads(_python("settled" if settled else "all", home))


def write_over(home: Path) -> None:
    """Write wrong rows into a table of each kind."""
    _python("wrong", home)


def _python(what: str, home: Path) -> str:
    found = subprocess.run(  # noqa: S603 - this very file
        [sys.executable, __file__, what, str(home)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


def _wrong(store: Store) -> None:
    for table, column in WRONG.items():
        store.arrange(
            f"INSERT INTO {table} SELECT * REPLACE ({column} + 1 AS {column})"  # noqa: S608
            f" FROM v_{table}"
        )


def _seen(store: Store, *, settled: bool) -> Seen:
    dropped = VERSIONS | (PLACES | ARRIVED if settled else {"off"})
    found: Seen = {}
    for table in store.ask(TABLES)["name"].to_pylist():
        if settled and table in OF_PARTITIONS:
            continue
        columns = store.ask(f"DESCRIBE TABLE {table}")["name"].to_pylist()
        told = ", ".join(f"toString({each})" for each in columns if each not in dropped)
        (row,) = store.ask(
            f"SELECT count() AS n, sum(sipHash64([{told}])) AS h FROM {table}"  # noqa: S608
            + (f" WHERE {OURS[table]}" if settled and table in OURS else "")
        ).to_pylist()
        found[table] = [row["n"], str(row["h"])]
    return found


if __name__ == "__main__":
    with Store.open(Settings(home=Path(sys.argv[2]))) as opened:
        if sys.argv[1] == "wrong":
            _wrong(opened)
        else:
            print(json.dumps(_seen(opened, settled=sys.argv[1] == "settled")))  # noqa: T201

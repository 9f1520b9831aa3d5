# SPDX-License-Identifier: AGPL-3.0-or-later
"""Print every table of a home as JSON: what its readers see, without when it was written.

Usage: ``dump.py HOME``
"""

import json
import sys
from pathlib import Path
from typing import Any

from sightline.settings import Settings
from sightline.store import Store

TABLES = """
    SELECT name FROM system.tables
    WHERE database = 'default' AND (startsWith(name, 'v_') OR name IN ('events', 'e2o', 'dlq'))
    ORDER BY name
"""
VERSIONS = {"ver", "revision"}
WRITTEN_AT = {
    name: {"off"}
    for name in ("v_positions", "v_position_hour", "v_reconciliations", "v_stated")
}
# what changes and changes back in one batch may not be written again: which event wrote it last
# depends on the cut, what it says does not


def dump(store: Store) -> dict[str, list[dict[str, Any]]]:
    """Return the sorted rows of every table and view that people read."""
    names = store.ask(TABLES)["name"].to_pylist()
    return {name: _rows(store, name) for name in names}


def _rows(store: Store, name: str) -> list[dict[str, Any]]:
    rows = store.ask(f"SELECT * FROM {name}").to_pylist()  # noqa: S608 - a table of our own
    dropped = VERSIONS | WRITTEN_AT.get(name, set())
    plain = [{key: str(row[key]) for key in row if key not in dropped} for row in rows]
    return sorted(plain, key=lambda row: list(row.values()))


if __name__ == "__main__":
    with Store.open(Settings(home=Path(sys.argv[1]))) as opened:
        json.dump(dump(opened), sys.stdout)

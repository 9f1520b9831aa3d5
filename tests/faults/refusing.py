# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run ``sightline`` with a store that refuses inserts for as long as a file is there.

Half of the refused inserts have been written all the same: an engine that loses its connection
cannot say which.

Usage: ``refusing.py FILE WORD…``
"""

import sys
from itertools import cycle
from pathlib import Path
from typing import Any

from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from sightline.cli import main
from sightline.store import door, engine

flag = Path(sys.argv[1])
written_all_the_same = cycle((True, False))


class Refusing:
    """A client that passes everything on but inserts, and those too while all is well."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def insert_arrow(self, table: str, rows: Any) -> None:
        """Insert `rows`, or refuse to."""
        refused = flag.exists()
        if not refused or next(written_all_the_same):
            self._client.insert_arrow(table, rows)
        if refused:
            raise DatabaseError("Code: 210. DB::Exception: Connection refused (NETWORK_ERROR)")


def connect(*given: Any) -> Any:
    """Return a refusing client around a real one."""
    return Refusing(engine.connect(*given))


if __name__ == "__main__":
    door.connect = connect
    main(sys.argv[2:], prog_name="sightline")

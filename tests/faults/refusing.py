# SPDX-License-Identifier: AGPL-3.0-or-later
"""Run ``sightline`` with a store that refuses inserts for as long as a file is there.

Half of the refused inserts have been written all the same: an engine that loses its connection
cannot say which.

Usage: ``refusing.py FILE WORD…``
"""

import sys
from functools import partial
from itertools import cycle
from pathlib import Path

import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from sightline.cli import main
from sightline.store import handover

really = handover.handed_over
written_all_the_same = cycle((True, False))


def handed_over(
    client: Client, table: str, rows: pa.Table, *, embedded: bool, flag: Path
) -> None:
    """Insert `rows`, or refuse to while `flag` is there."""
    refused = flag.exists()
    if not refused or next(written_all_the_same):
        really(client, table, rows, embedded=embedded)
    if refused:
        raise DatabaseError("Code: 210. DB::Exception: Connection refused (NETWORK_ERROR)")


if __name__ == "__main__":
    handover.handed_over = partial(handed_over, flag=Path(sys.argv[1]))  # type: ignore[assignment]
    main(sys.argv[2:], prog_name="sightline")

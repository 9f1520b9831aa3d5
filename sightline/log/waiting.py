# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of the log some reader has not read yet."""

import sqlite3
from collections.abc import Mapping

from sightline.log.pieces import INDEX_BITS, Waiting

__all__ = ["Waiting", "waiting_after"]

BEHIND = (
    "SELECT at_ms, (SELECT count(*) FROM batches WHERE part = :part AND row > :row)"
    " FROM batches WHERE part = :part AND row > :row ORDER BY row LIMIT 1"
)


def waiting_after(
    connection: sqlite3.Connection, heads: Mapping[int, int], after: Mapping[int, int]
) -> dict[int, Waiting]:
    """Return what lies between the offsets `after` and `heads`; bodies are not read."""
    found: dict[int, Waiting] = {}
    for part, head in heads.items():
        last = after.get(part, -1)
        if head > last:
            given = {"part": part, "row": last >> INDEX_BITS}
            if row := connection.execute(BEHIND, given).fetchone():
                found[part] = Waiting(*row)
    return found

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What of the log some reader has not read yet."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from sightline.log.pieces import INDEX_BITS

BEHIND = (
    "SELECT at_ms, (SELECT count(*) FROM batches WHERE part = :part AND row > :row)"
    " FROM batches WHERE part = :part AND row > :row ORDER BY row LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Batches of one partition that wait; the oldest of them entered the log at `since_ms`."""

    since_ms: int
    batches: int


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

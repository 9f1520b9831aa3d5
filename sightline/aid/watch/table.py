# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger of a watched folder as rows for people and programs."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from sightline.desk import Watched

SCHEMA = pa.schema(
    [
        ("file", pa.string()),
        ("outcome", pa.string()),
        ("rows", pa.int64()),
        ("bytes", pa.int64()),
        ("size", pa.int64()),
        ("at", pa.timestamp("ms", "UTC")),
        ("mapping", pa.string()),
        ("sha256", pa.string()),
        ("note", pa.string()),
    ]
)


BRIEF = ["file", "outcome", "rows", "size", "at", "note"]
"""What fits a terminal."""


def table_of(entries: Sequence[Watched], folder: Path, *, is_brief: bool) -> pa.Table:
    """Return one row per file, named as it lies in `folder`."""
    rows = [
        {
            "file": str(Path(each.path).relative_to(folder)),
            "outcome": each.outcome,
            "rows": each.rows,
            "bytes": each.taken,
            "size": each.size,
            "at": each.at,
            "mapping": each.mapping,
            "sha256": each.sha256,
            "note": each.note,
        }
        for each in entries
    ]
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    return table.select(BRIEF) if is_brief else table

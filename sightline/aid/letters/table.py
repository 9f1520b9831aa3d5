# SPDX-License-Identifier: AGPL-3.0-or-later
"""Letters as rows for people and programs."""

from collections.abc import Sequence

import pyarrow as pa

from sightline.aid.letters.letter import Letter

SCHEMA = pa.schema(
    [
        ("letter", pa.string()),
        ("state", pa.string()),
        ("part", pa.uint8()),
        ("off", pa.uint64()),
        ("at", pa.timestamp("ms", "UTC")),
        ("kind", pa.string()),
        ("reason", pa.string()),
        ("field", pa.string()),
        ("source", pa.string()),
        ("id", pa.string()),
        ("raw", pa.string()),
        ("who", pa.string()),
        ("when", pa.timestamp("ms", "UTC")),
        ("note", pa.string()),
    ]
)
BRIEF = ["letter", "state", "at", "kind", "reason", "field", "source", "id"]
"""What fits a terminal: its reason is only the word that it begins with."""


def table_of(letters: Sequence[Letter], *, is_brief: bool) -> pa.Table:
    """Return `letters` as rows in their order; brief ones have what `BRIEF` names."""
    rows = [_row(each) for each in letters]
    if is_brief:
        rows = [row | {"reason": each.code} for row, each in zip(rows, letters, strict=True)]
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    return table.select(BRIEF) if is_brief else table


def _row(letter: Letter) -> dict[str, object]:
    mark = letter.mark
    return {
        "letter": letter.name,
        "state": letter.state,
        "part": letter.place.part,
        "off": letter.place.off,
        "at": letter.at,
        "kind": letter.kind,
        "reason": letter.reason,
        "field": letter.field,
        "source": letter.source,
        "id": letter.id,
        "raw": letter.raw,
        "who": mark.who if mark else None,
        "when": mark.at if mark else None,
        "note": mark.note if mark else None,
    }

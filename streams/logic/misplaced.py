# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events in a partition that is not their item's: others may send to a topic as they like.

The state of an item lives in one partition. An event elsewhere would count in a second state
of its item, so it is refused; what names no item has no such state and may lie anywhere.
"""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.encode import envelope_of
from sightline.events.routing import parts_of_table
from streams.logic.chunk import Decoded, Letter

REASON = "wrong_partition"


def well_placed(decoded: Decoded, *, partitions: int) -> Decoded:
    """Return `decoded` with a dead letter for each event of an item of another partition."""
    about = np.flatnonzero(np.asarray(pc.not_equal(decoded.table["item"], "")))
    own = decoded.table.select(["tenant", "item"]).take(pa.array(about))
    if not len(own):
        return decoded
    parts = parts_of_table(own, partitions)
    wrong = about[parts != decoded.part]
    if not len(wrong):
        return decoded
    kept = np.ones(len(decoded.table), dtype=bool)
    kept[wrong] = False
    rows = decoded.table.take(pa.array(wrong)).to_pylist()
    wanted = parts[parts != decoded.part].tolist()
    letters = [_letter(row, decoded.part, part) for row, part in zip(rows, wanted, strict=True)]
    return replace(
        decoded,
        table=decoded.table.filter(pa.array(kept)),
        letters=[*decoded.letters, *letters],
    )


def _letter(row: dict[str, object], part: int, wanted: int) -> Letter:
    told = (
        f"{REASON}: item {row['item']} came in partition {part}; expected {wanted}, which is "
        "crc32 of tenant, byte 31 and item, modulo the partitions. Send it there"
    )
    at_ms = int(row["ingest_time"].timestamp() * 1000)  # type: ignore[attr-defined]
    raw = envelope_of(row).decode("utf-8", "replace")
    off, source, name = (row[each] for each in ("off", "source", "id"))
    return Letter(int(str(off)), "malformed", told, "item", str(source), str(name), raw, at_ms)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the stream will make of lines, told before they enter the log."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sightline.events.decode import decode_lines
from sightline.imports.repeats import Repeats

ACCEPTED, DUPLICATE, CONFLICT = "", "duplicate", "conflict"


def outcomes(lines: Sequence[bytes], repeats: Repeats, *, ingest_ms: int) -> list[str]:
    """Return for each line `ACCEPTED`, `DUPLICATE`, `CONFLICT` or the code of its refusal."""
    decoded = decode_lines(lines, ingest_ms=ingest_ms)
    found = np.full(len(lines), ACCEPTED, dtype=object)
    same, other = repeats.masks(decoded)
    found[decoded.index[same]] = DUPLICATE
    found[decoded.index[other]] = CONFLICT
    for refusal in decoded.refused:
        found[refusal.index] = refusal.reason.partition(":")[0]
    told: list[Any] = found.tolist()
    return told

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which events are late: they happened long before others that their source told of earlier."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.routing import RECORD
from streams.logic.arrays import codes, milliseconds

DAY_MS = 86_400_000
DAYS = 7.0  # unless a setting says otherwise


class Limits(NamedTuple):
    """How long is long, in milliseconds.

    Attributes
    ----------
    horizon
        An event this far behind the watermark of its source is late.
    reuse
        An id that comes again so long after it came is counted as reused.
    """

    horizon: int = int(DAYS * DAY_MS)
    reuse: int = int(DAYS * DAY_MS)

    @classmethod
    def of_days(cls, horizon: float, dedupe: float) -> "Limits":
        """Return the limits that settings state in days."""
        return cls(int(horizon * DAY_MS), int(dedupe * DAY_MS))


SEVEN_DAYS = Limits()


class Seen(Protocol):
    """What is known of a source: its watermark, ms since 1970."""

    watermark: int


def late(
    table: pa.Table, feeds: Mapping[tuple[str, str], Seen], limits: Limits = SEVEN_DAYS
) -> np.ndarray:
    """Return which events of a chunk are late, in the order of the log.

    The watermark of a source is the latest time among its events that stand before; times
    after their arrival count as that, and master records neither raise it nor are late.

    Parameters
    ----------
    feeds
        Watermarks before the chunk, by tenant and source.
    """
    if not len(table):
        return np.zeros(0, dtype=bool)
    time = milliseconds(table["time"])
    happened = np.asarray(pc.not_equal(table["type"], RECORD))
    clamped = np.where(happened, np.minimum(time, milliseconds(table["ingest_time"])), 0)
    tenant, tenants = codes(table["tenant"])
    source, sources = codes(table["source"])
    key = tenant.astype(np.int64) * len(sources) + source
    before = np.empty(len(table), np.int64)
    for each in np.unique(key).tolist():
        at = np.flatnonzero(key == each)
        feed = feeds.get((tenants[each // len(sources)], sources[each % len(sources)]))
        known = np.append(0 if feed is None else feed.watermark, clamped[at])
        before[at] = np.maximum.accumulate(known)[:-1]
    return np.asarray(happened & (time < before - limits.horizon))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A system that is cut off: what it sends waits, and arrives in a burst afterwards."""

from collections.abc import Sequence

import numpy as np

from sightline.sim.engine.moments import MINUTE, Ints
from sightline.sim.inject.hooks import Outage

BURST = 10 * MINUTE
MILLI = 1_000


def delayed(
    outages: Sequence[Outage], ingest: Ints, source: Ints, index: dict[str, int]
) -> tuple[Ints, int]:
    """Return `ingest` as it becomes by `outages`, and how many waited."""
    waited = 0
    for outage in sorted(outages, key=lambda each: each.since):
        is_hit = (source == index[outage.source]) & (ingest >= outage.since)
        waited += int((is_hit & (ingest < outage.until)).sum())
        rows = is_hit & (ingest < outage.until + BURST)
        ingest = np.where(rows, _in_the_burst(outage, ingest), ingest)
    return ingest, waited


def _in_the_burst(outage: Outage, ingest: Ints) -> Ints:
    """Return when it arrives: in its order, between the end and `BURST` later.

    What is sent during the burst queues up behind what waited.
    """
    span = (outage.until + BURST - outage.since) // MILLI
    waited = (ingest - outage.since) // MILLI
    return np.asarray(outage.until + waited * (BURST // MILLI) // span * MILLI)

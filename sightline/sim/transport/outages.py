# SPDX-License-Identifier: AGPL-3.0-or-later
"""A system that is cut off: what it sends waits, and arrives in a burst afterwards."""

from collections.abc import Sequence

import numpy as np

from sightline.sim.engine.moments import MINUTE, Flags, Ints
from sightline.sim.inject.hooks import Outage

BURST = 10 * MINUTE
MILLI = 1_000


def is_cut_off(outage: Outage, ingest: Ints, is_of_source: Flags) -> Flags:
    """Tell what cannot get through."""
    return np.asarray(is_of_source & (ingest >= outage.since) & (ingest < outage.until))


def after_burst(outage: Outage, ingest: Ints) -> Ints:
    """Return when what waited arrives: in its order, within `BURST` after the end."""
    waited = (ingest - outage.since) // MILLI
    span = (outage.until - outage.since) // MILLI
    return np.asarray(outage.until + waited * (BURST // MILLI) // span * MILLI)


def delayed(
    outages: Sequence[Outage], ingest: Ints, source: Ints, index: dict[str, int]
) -> tuple[Ints, int]:
    """Return `ingest` as it becomes by `outages`, and how many waited."""
    waited = 0
    for outage in sorted(outages, key=lambda each: each.since):
        rows = is_cut_off(outage, ingest, source == index[outage.source])
        ingest = np.where(rows, after_burst(outage, ingest), ingest)
        waited += int(rows.sum())
    return ingest, waited

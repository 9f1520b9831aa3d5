# SPDX-License-Identifier: AGPL-3.0-or-later
"""The order in which a system numbers what it records, and the text of that number."""

import numpy as np
import pyarrow as pa

from sightline.sim.engine.draws import Keys
from sightline.sim.engine.moments import Ints
from sightline.sim.systems.recorded import KIND_AT, KINDS
from sightline.sim.systems.spelling import joined, whole

MILLION = 1_000_000
FIRST_RANK = 10  # so that a tie has 8 digits
IN_ORDER = (
    "master.record_changed",
    "forecast.published",
    "demand.promotion_changed",
    "demand.signal",
    "demand.line_placed",
    "demand.line_changed",
    "demand.line_cancelled",
    "demand.line_promised",
    "decision.recommended",
    "decision.resolved",
    "supply.po_created",
    "transfer.requested",
    "approval.requested",
    "approval.step_changed",
    "approval.decided",
    "supply.po_released",
    "supply.po_changed",
    "supply.po_acknowledged",
    "supply.asn",
    "supply.milestone",
    "transfer.shipped",
    "transfer.received",
    "inventory.receipt",
    "supply.quality_reported",
    "inventory.hold_changed",
    "inventory.counted",
    "inventory.adjusted",
    "allocation.changed",
    "demand.line_backordered",
    "workflow.wave",
    "inventory.shipment",
    "inventory.returned",
    "inventory.issue",
    "inventory.reversed",
)
"""Kinds as they follow each other when one moment brings several; the others come last."""


def _ranks() -> Ints:
    last = len(IN_ORDER)
    places = [IN_ORDER.index(kind) if kind in IN_ORDER else last for kind in KINDS]
    return np.array(places, dtype=np.int64) + FIRST_RANK


RANKS = _ranks()


def ties(kind: str, bits: Keys) -> Ints:
    """Return what orders events of one `kind` that were recorded at one moment: 8 digits."""
    return ties_of(np.full(len(bits), KIND_AT[kind]), bits)


def ties_of(kinds: Ints, bits: Keys) -> Ints:
    """Return the same for events of any kinds."""
    return np.asarray(RANKS[kinds] * MILLION + (bits % np.uint64(MILLION)).astype(np.int64))


def sequences(recorded_at: Ints, tie: Ints) -> pa.Array:
    """Return the attribute `sequence`: it grows with the time of recording in its source."""
    return joined(whole(recorded_at), whole(tie))

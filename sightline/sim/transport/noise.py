# SPDX-License-Identifier: AGPL-3.0-or-later
"""The way from the company's systems to us: late, twice, lost, damaged, corrected, cut off."""

from dataclasses import asdict, dataclass, replace

import numpy as np
import pyarrow as pa

from sightline.sim.engine.moments import HOUR, MINUTE, SECOND, Ints
from sightline.sim.inject.hooks import Hooks
from sightline.sim.profile import Run
from sightline.sim.systems.recorded import Recorded, none_recorded
from sightline.sim.systems.sources import Sources
from sightline.sim.transport.chances import Chances, Rates
from sightline.sim.transport.corrections import corrected
from sightline.sim.transport.damages import damaged, ways_of
from sightline.sim.transport.delivered import DAMAGED, DOUBLE, Delivered, arriving
from sightline.sim.transport.outages import delayed

RESENT = (HOUR, 12 * HOUR)
DOUBLED = (SECOND, 36 * HOUR)
MENDED = (5 * SECOND, 5 * MINUTE)  # until a good line follows a damaged one
FOR_EVER = 1 << 62


@dataclass(slots=True)
class Counts:
    """What was done to the lines; sent = accepted + doubled + damaged.

    Attributes
    ----------
    corrected
        Movements of which there are three events; all are accepted.
    late
        Lines that arrived over an hour after they were recorded.
    """

    sent: int = 0
    doubled: int = 0
    damaged: int = 0
    corrected: int = 0
    lost: int = 0
    waited: int = 0
    late: int = 0

    def as_dict(self) -> dict[str, int]:
        """Return all, and how many must be accepted."""
        return asdict(self) | {"accepted": self.sent - self.doubled - self.damaged}


class Transport:
    """Brings lines to us; keeps only what has not arrived yet."""

    def __init__(self, run: Run, hooks: Hooks, sources: Sources) -> None:
        self.counts = Counts()
        self._is_noisy = run.is_noisy
        self._chances = Chances(run.seed, Rates())
        self._hooks = hooks
        self._sources = sources
        self._waiting = arriving(none_recorded(), np.zeros(0, np.int64))

    def deliver(self, recorded: Recorded, until: int) -> Delivered:
        """Return what arrives before `until`, and keep the rest."""
        coming = self._on_its_way(recorded) if len(recorded) else self._waiting.taken(_none())
        whole = Delivered.joined([self._waiting, coming])
        is_due = whole.ingest < until
        self._waiting = whole.taken(~is_due)
        return self._counted(whole.taken(is_due).in_order())

    def rest(self) -> Delivered:
        """Return whatever is still on its way."""
        return self.deliver(none_recorded(), FOR_EVER)

    def straight(self, recorded: Recorded) -> Delivered:
        """Return `recorded` as it arrives when nothing goes wrong."""
        return self._counted(arriving(recorded, recorded.recorded_at).in_order())

    def _counted(self, arrived: Delivered) -> Delivered:
        counts = self.counts
        counts.sent += len(arrived)
        counts.doubled += int((arrived.copy == DOUBLE).sum())
        counts.damaged += int((arrived.copy == DAMAGED).sum())
        counts.late += int((arrived.ingest > arrived.recorded_at + HOUR).sum())
        return arrived

    def _on_its_way(self, recorded: Recorded) -> Delivered:
        if not self._is_noisy:
            return arriving(recorded, recorded.recorded_at)
        recorded, mended = corrected(recorded, self._chances)
        self.counts.corrected += mended
        ingest = recorded.recorded_at + self._latency(recorded)
        spoilt, ingest = self._damaged(recorded, ingest)
        first = arriving(recorded, ingest)
        return self._held_up(Delivered.joined([first, spoilt, self._doubled(recorded, ingest)]))

    def _latency(self, recorded: Recorded) -> Ints:
        bits = recorded.bits
        lost = self._chances.lost(bits)
        self.counts.lost += int(lost.sum())
        again = np.where(lost, self._chances.between("resent", bits, *RESENT), 0)
        return np.asarray(self._chances.latency(bits) + again)

    def _damaged(self, recorded: Recorded, ingest: Ints) -> tuple[Delivered, Ints]:
        """Return damaged copies, and when the good ones come, which follow them."""
        is_hit = self._chances.damaged(recorded.bits)
        hit = recorded.taken(is_hit)
        stated = zip(hit.line.to_pylist(), ways_of(hit.bits), strict=True)
        line = pa.array([damaged(*each) for each in stated], pa.binary())
        spoilt = arriving(replace(hit, line=line), ingest[is_hit], DAMAGED)
        mended = self._chances.between("mended", recorded.bits, *MENDED)
        return spoilt, np.where(is_hit, ingest + mended, ingest)

    def _doubled(self, recorded: Recorded, ingest: Ints) -> Delivered:
        is_twice = self._chances.doubled(recorded.bits)
        twice = recorded.taken(is_twice)
        after = self._chances.between("again", twice.bits, *DOUBLED)
        return arriving(twice, ingest[is_twice] + after, DOUBLE)

    def _held_up(self, coming: Delivered) -> Delivered:
        outages = self._hooks.outages()
        if not outages:
            return coming
        ingest, waited = delayed(outages, coming.ingest, coming.source, self._sources.index)
        self.counts.waited += waited
        return replace(coming, ingest=ingest)


def _none() -> Ints:
    return np.zeros(0, np.int64)

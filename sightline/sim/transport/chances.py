# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often what goes wrong on the way, and how long it takes; follows from an event's id."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from sightline.sim.engine.draws import Keys, Stream
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, SECOND, Flags, Floats, Ints

MILLI = 1_000
SLICES = ((0.968, 0.2 * SECOND, 20 * SECOND), (0.025, MINUTE, HOUR), (0.006, HOUR, 8 * HOUR))
LONG = (1 * DAY, 3 * DAY)  # the rest: 0.1 %
CELLS = 1 << 14


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares of events."""

    doubled: float = 0.005
    lost: float = 0.002  # and sent again hours later
    damaged: float = 0.0005  # a copy that nobody can read comes before
    corrected: float = 0.005  # of movements: posted wrong, taken back, posted right


class Chances:
    """Draws by event; `bits` are those of `Recorded`."""

    def __init__(self, seed: int, rates: Rates) -> None:
        self._rates = rates
        self._seed = seed

    def latency(self, bits: Keys) -> Ints:
        """Return how long each is on its way, µs: mostly seconds, seldom days."""
        return np.asarray(_latencies()[self._cell("latency", bits)])

    def doubled(self, bits: Keys) -> Flags:
        """Tell which come twice."""
        return self._stream("doubled").chance(bits, 0, self._rates.doubled)

    def lost(self, bits: Keys) -> Flags:
        """Tell which get lost and are sent again."""
        return self._stream("lost").chance(bits, 0, self._rates.lost)

    def damaged(self, bits: Keys) -> Flags:
        """Tell which come in pieces first."""
        return self._stream("damaged").chance(bits, 0, self._rates.damaged)

    def corrected(self, bits: Keys) -> Flags:
        """Tell which movements are posted wrong first."""
        return self._stream("corrected").chance(bits, 0, self._rates.corrected)

    def between(self, purpose: str, bits: Keys, low: int, high: int) -> Ints:
        """Return spans from `low` to `high`, µs in whole milliseconds."""
        drawn = self._stream(purpose).whole(bits, 1, (high - low) // MILLI)
        return np.asarray(low + drawn * MILLI)

    def _cell(self, purpose: str, bits: Keys) -> Ints:
        return (self._stream(purpose).bits(bits) >> np.uint64(50)).astype(np.int64)

    def _stream(self, purpose: str) -> Stream:
        return Stream(self._seed, f"noise/{purpose}")


@cache
def _latencies() -> Ints:
    """Return spans by cell: even on a logarithmic scale within each slice."""
    spans: list[Floats] = []
    left = CELLS
    for share, low, high in SLICES:
        count = round(share * CELLS)
        left -= count
        spans.append(low * (high / low) ** ((np.arange(count) + 0.5) / count))
    spans.append(np.linspace(*LONG, left))
    return np.round(np.concatenate(spans) / MILLI).astype(np.int64) * MILLI

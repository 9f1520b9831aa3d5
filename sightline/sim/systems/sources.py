# SPDX-License-Identifier: AGPL-3.0-or-later
"""The systems of the company: which one records what, and how long that takes it."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sightline.sim.cast.kinds import CHANNELS
from sightline.sim.engine.draws import Keys
from sightline.sim.engine.moments import Ints

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

ERP, PLANNING, MASTERS = "erp://sim", "planning://engine", "mdm://hub"
CHANNEL_SOURCES = {"edi": "edi://gateway", "retail": "pos://retail", "web": "web://shop"}


class Delay(NamedTuple):
    """How long a system takes to record: log-normal; seconds."""

    median: float
    sigma: float
    longest: float = 3_600.0


DELAYS = {
    ERP: Delay(4, 0.8, 120),
    "edi://gateway": Delay(240, 0.8),
    "web://shop": Delay(1.5, 0.6, 60),
    "pos://retail": Delay(45, 0.8, 900),
    "tms://road": Delay(2_700, 0.9, 6 * 3_600),
    "workflow://approvals": Delay(1.5, 0.6, 60),
    PLANNING: Delay(20, 0.6, 600),
    "workbench://exceptions": Delay(1.5, 0.6, 60),
    "gateway://api": Delay(1, 0.5, 30),
    "crm://desk": Delay(30, 1.0, 900),
    MASTERS: Delay(15, 0.6, 300),
}
WAREHOUSE = Delay(8, 0.9, 300)
CELL_BITS = 14


class Sources:
    """All systems of a cast; columns hold an index into `names`.

    Attributes
    ----------
    of_place, of_channel
        Which system records a place's movements, and a channel's orders, by index.
    """

    def __init__(self, cast: "Cast") -> None:
        warehouses = [place.source for place in cast.places]
        self.names = (*DELAYS, *warehouses)
        self.index = {name: at for at, name in enumerate(self.names)}
        self.of_place = self._at(warehouses)
        self.of_channel = self._at([CHANNEL_SOURCES[channel] for channel in CHANNELS])
        self._delays = np.stack([delay_table(DELAYS.get(n, WAREHOUSE)) for n in self.names])

    def delays(self, source: Ints, bits: Keys) -> Ints:
        """Return how long each takes to be recorded, µs in whole milliseconds."""
        cell = (bits >> np.uint64(64 - CELL_BITS)).astype(np.int64)
        return np.asarray(self._delays[source, cell])

    def _at(self, names: Sequence[str]) -> Ints:
        return np.array([self.index[name] for name in names], dtype=np.int64)


@cache
def delay_table(delay: Delay) -> Ints:
    """Return delays in µs by the first bits of a draw: one look-up instead of a formula."""
    from scipy.special import ndtri  # noqa: PLC0415  half a second that help can do without

    steps = 1 << CELL_BITS
    normal = ndtri((np.arange(steps) + 0.5) / steps)
    seconds = np.minimum(delay.median * np.exp(delay.sigma * normal), delay.longest)
    return np.asarray(np.round(seconds * 1000), dtype=np.int64) * 1000


def of_channel(channel: str) -> str:
    """Return the system that takes the orders of a channel.

    >>> of_channel("web")
    'web://shop'
    """
    return CHANNEL_SOURCES[channel]

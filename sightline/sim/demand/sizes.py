# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many pieces an order line asks for, and whether it states whole cases."""

from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.cast.kinds import CHANNELS
from sightline.sim.demand.classes import BEHAVIOURS, CLASSES
from sightline.sim.engine.moments import Floats, Ints

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

CENTS, LEAST = 100, 0.8  # in a euro; least median, so that dear items come one at a time
CASE_SHARE = np.array([0.7, 0.45, 0.0])  # chance that a line is rounded to whole cases
STEPS = 401  # of the quantiles that stand for a distribution


class Sizes:
    """Order sizes by item and channel: log-normal, then rounded to pieces or to cases.

    Attributes
    ----------
    mean, square
        Mean and mean square of the pieces of a line, items by channels.
    """

    def __init__(self, cast: "Cast") -> None:
        behaviours = [BEHAVIOURS[each] for each in CLASSES]
        value = np.array([each.value for each in behaviours])[cast.item_class]
        self._pack = cast.item_pack
        self._spread = np.array([each.spread for each in behaviours])[cast.item_class]
        self._median = np.maximum(CENTS * value / cast.item_price[:, None], LEAST)
        self.mean, self.square = self._moments()

    def drawn(
        self, item: Ints, channel: Ints, normal: Floats, even: Floats
    ) -> tuple[Ints, Ints]:
        """Return pieces and whether the document states cases, from two draws a line."""
        wanted = self._median[item, channel] * np.exp(self._spread[item] * normal)
        pack = self._pack[item]
        cases = np.rint(wanted / pack).astype(np.int64)
        in_cases = (cases >= 1) & (pack > 1) & (even < CASE_SHARE[channel])
        pieces = np.maximum(np.rint(wanted).astype(np.int64), 1)
        return np.where(in_cases, cases * pack, pieces), in_cases.astype(np.int64)

    def _moments(self) -> tuple[Floats, Floats]:
        mean, square = np.zeros(self._median.shape), np.zeros(self._median.shape)
        for channel in range(len(CHANNELS)):
            for normal in _even_normals():
                for weight, pieces in self._outcomes(channel, normal):
                    mean[:, channel] += weight * pieces / STEPS
                    square[:, channel] += weight * pieces * pieces / STEPS
        return mean, square

    def _outcomes(self, channel: int, normal: float) -> list[tuple[float, Ints]]:
        item = np.arange(len(self._median))
        channels = np.full(item.shape, channel)
        normals = np.full(item.shape, normal, dtype=np.float64)
        found = []
        for share, even in ((CASE_SHARE[channel], 0.0), (1 - CASE_SHARE[channel], 1.0)):
            evens = np.full(item.shape, even, dtype=np.float64)
            found.append((share, self.drawn(item, channels, normals, evens)[0]))
        return found


def _even_normals() -> Floats:
    from scipy.special import ndtri  # noqa: PLC0415  half a second that help can do without

    return np.asarray(ndtri((np.arange(STEPS) + 0.5) / STEPS))

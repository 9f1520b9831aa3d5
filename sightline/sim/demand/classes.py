# SPDX-License-Identifier: AGPL-3.0-or-later
"""How each class of demand behaves: one row of `CLASSES` each, in order of `DemandClass`.

The classes are those of Syntetos and Boylan: how often (order lines), how evenly (the gamma
shape of the day's mean) and how much at a time (spread of the order size).

References
----------
Syntetos, Boylan & Croston (2005), On the categorization of demand patterns, JORS 56.
"""

from dataclasses import dataclass
from typing import get_args

from sightline.sim.cast.kinds import CHANNELS, DemandClass

EDI, RETAIL, WEB = range(len(CHANNELS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What sets one class apart.

    Attributes
    ----------
    lines
        Order lines, relative to other classes of the same rank.
    most_lines
        Most order lines per region and day, mean; keeps what is rare rare.
    shape
        Gamma shape of the day's mean around its expectation: counts are negative binomial.
    spread
        Sigma of the log-normal order size.
    value
        Money in a usual order line by channel, euro at list price.
    mix
        Share of the lines by channel, in order of `CHANNELS`.
    """

    lines: float
    most_lines: float
    shape: float
    spread: float
    value: tuple[float, float, float]
    mix: tuple[float, float, float]


USUAL = (250.0, 80.0, 30.0)
BEHAVIOURS: dict[DemandClass, Behaviour] = {
    "smooth": Behaviour(
        lines=1.5, most_lines=40, shape=10, spread=0.35, value=USUAL, mix=(0.25, 0.45, 0.30)
    ),
    "lumpy": Behaviour(
        lines=0.4,
        most_lines=2,
        shape=2,
        spread=1.0,
        value=(500, 160, 60),
        mix=(0.85, 0.1, 0.05),
    ),
    "intermittent": Behaviour(
        lines=0.3,
        most_lines=0.08,
        shape=4,
        spread=0.35,
        value=(60, 60, 60),
        mix=(0.3, 0.3, 0.4),
    ),
    "seasonal": Behaviour(
        lines=1.2, most_lines=40, shape=8, spread=0.4, value=USUAL, mix=(0.20, 0.45, 0.35)
    ),
    "promo": Behaviour(
        lines=1.0, most_lines=40, shape=6, spread=0.45, value=USUAL, mix=(0.15, 0.45, 0.40)
    ),
}
CLASSES: tuple[DemandClass, ...] = get_args(DemandClass)
LUMPY, SEASONAL, PROMO = (CLASSES.index(each) for each in ("lumpy", "seasonal", "promo"))

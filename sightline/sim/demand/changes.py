# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers change their minds: some lines get another quantity later, some are cancelled."""

import numpy as np

from sightline.sim.demand.asked import Asked
from sightline.sim.demand.lines import NOT_CHANGED
from sightline.sim.engine.draws import Draws
from sightline.sim.engine.moments import HOUR, MINUTE, SECOND, Floats, Ints

CANCELLED, CHANGED = 0.01, 0.02  # share of the lines
LEAST, MOST = 0.4, 1.6  # of the first quantity
AFTER_H, SPREAD = 12.0, 0.8  # median and sigma


class Changes:
    """What lines are changed to and when."""

    def __init__(self, draws: Draws, pack: Ints) -> None:
        self._pack = pack
        self._luck = draws.stream("demand/change")
        self._share = draws.stream("demand/change_to")
        self._after = draws.stream("demand/change_after")

    def of(self, asked: Asked, at: Ints, units: Ints, in_cases: Ints) -> tuple[Ints, Ints]:
        """Return new pieces, 0 for a cancelled line, and the moment; else `NOT_CHANGED`."""
        luck = self._luck.uniform(asked.keys, asked.number)
        wanted = np.where(luck < CANCELLED, 0, self._other(asked, units, in_cases))
        is_changed = (luck < CANCELLED + CHANGED) & (wanted != units)
        hours = self._after.lognormal(asked.keys, asked.number, AFTER_H, SPREAD)
        return (
            np.where(is_changed, wanted, NOT_CHANGED),
            np.where(is_changed, later(at, hours), NOT_CHANGED),
        )

    def _other(self, asked: Asked, units: Ints, in_cases: Ints) -> Ints:
        share = LEAST + (MOST - LEAST) * self._share.uniform(asked.keys, asked.number)
        step = np.where(in_cases == 1, self._pack[asked.item], 1)
        return np.maximum(np.rint(units * share / step).astype(np.int64), 1) * step


def later(at: Ints, hours: Floats) -> Ints:
    """Return moments `hours` after `at`: whole seconds, not in the first minute of an hour."""
    moment = at + np.rint(hours * (HOUR // SECOND)).astype(np.int64) * SECOND
    return np.asarray(moment + MINUTE * (moment % HOUR < MINUTE))

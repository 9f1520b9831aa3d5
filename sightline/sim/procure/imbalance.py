# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an item runs short while another place has plenty of it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sightline.sim.engine.moments import HOUR, Flags, Ints
from sightline.sim.engine.world import World
from sightline.sim.procure.params import Params

NEEDY_DAYS, NEEDY_SAFETY = 3.0, 0.4  # what is free or on a truck is less than these together
WANTED_DAYS, WANTED_SAFETY = (
    8.0,
    0.6,
)  # days of demand and part of the safety stock to fill up to
KEPT_DAYS = 7.0  # a donor keeps its safety stock and so many days of demand
FEWEST, WORTH = 3, 80_00  # pieces and cents that are worth a transfer
IN_TRANSIT, WAITING = 4, 6  # rows of the book


class Move(NamedTuple):
    """What should go where; `donor` and `il` are shelves.

    `cover_days` is below 0 where customers wait for more than there is; `out_since` is 0 where
    there is anything to give.
    """

    il: int
    donor: int
    units: int
    cover_days: float
    out_since: int


class Imbalance:
    """Looks at all shelves; remembers since when those are empty that may not ask in time."""

    def __init__(self, world: World, params: Params) -> None:
        self._world = world
        self._demand = np.maximum(params.needs.demand, 1e-6)
        self._kept = params.safety.reshape(self._demand.shape) + np.ceil(
            KEPT_DAYS * self._demand
        ).astype(np.int64)
        safety = params.safety.reshape(self._demand.shape)
        self._least = NEEDY_DAYS * self._demand + NEEDY_SAFETY * safety
        self._wanted = np.ceil(WANTED_DAYS * self._demand + WANTED_SAFETY * safety)
        self.out_since: Ints = np.zeros(self._demand.size, dtype=np.int64)

    def watch(self, at: int) -> None:
        """Note which shelves have nothing to give at `at`, the top of an hour."""
        is_out = self._world.book.available <= 0
        self.out_since = np.where(is_out, np.where(self.out_since, self.out_since, at), 0)

    def moves(self, at: int, taken: Ints) -> Iterator[Move]:
        """Yield what should move; `taken` are pieces that donors have promised, by shelf."""
        free = self._free()
        in_transit = self._world.book.level[IN_TRANSIT].reshape(free.shape)
        spare = free - self._kept - taken.reshape(free.shape)
        wanted = self._wanted.astype(np.int64) - free
        cover = free / self._demand
        places = free.shape[1]
        for il in np.flatnonzero(self._is_needy(at, free, in_transit)).tolist():
            item, place = divmod(il, places)
            donor = int(np.argmax(spare[item]))
            units = self._rounded(item, min(int(spare[item, donor]), int(wanted[item, place])))
            worth = units * int(self._world.cast.item_cost[item])
            if donor != place and units >= FEWEST and worth >= WORTH:
                spare[item, donor] -= units
                yield Move(
                    il,
                    item * places + donor,
                    units,
                    round(float(cover[item, place]), 2),
                    int(self.out_since[il]),
                )

    def _is_needy(self, at: int, free: Ints, in_transit: Ints) -> Flags:
        """Tell which shelves may ask: in time, or only so long after they ran out."""
        found = free + in_transit < self._least
        out = self.out_since.reshape(free.shape)
        for place in range(free.shape[1]):
            wait = self._world.hooks.transfer_wait_hours(place, at)
            if wait:
                is_late = (out[:, place] > 0) & (at - out[:, place] >= int(wait * HOUR))
                found[:, place] = (free[:, place] < self._least[:, place]) & is_late
        return np.asarray(found.ravel())

    def _rounded(self, item: int, units: int) -> int:
        """Return whole cases where there is at least one."""
        pack = int(self._world.cast.item_pack[item])
        return units // pack * pack if units >= pack else units

    def _free(self) -> Ints:
        book = self._world.book
        return np.asarray((book.available - book.level[WAITING]).reshape(self._demand.shape))

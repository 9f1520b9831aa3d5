# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an item runs short while another place has plenty of it."""

from collections.abc import Collection, Iterator
from typing import NamedTuple

import numpy as np

from sightline.sim.engine.moments import HOUR, Flags, Ints
from sightline.sim.engine.world import World
from sightline.sim.procure.params import Params
from sightline.sim.procure.transfer import Transfer

NEEDY_DAYS, NEEDY_SAFETY = 3.0, 0.4  # of demand, of the safety stock: less than both is short
WANTED_DAYS, WANTED_SAFETY = 8.0, 0.6  # a transfer fills up to so much
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
        safety = params.safety.reshape(self._demand.shape)
        self._kept = safety + np.ceil(KEPT_DAYS * self._demand).astype(np.int64)
        self._least = NEEDY_DAYS * self._demand + NEEDY_SAFETY * safety
        filled = WANTED_DAYS * self._demand + WANTED_SAFETY * safety
        self._filled = np.ceil(filled).astype(np.int64)
        self.out_since: Ints = np.zeros(self._demand.size, dtype=np.int64)

    def watch(self, at: int) -> None:
        """Note which shelves have nothing to give at `at`, the top of an hour."""
        is_out = self._world.book.available <= 0
        self.out_since = np.where(is_out, np.where(self.out_since, self.out_since, at), 0)

    def moves(self, at: int, under_way: Collection[Transfer]) -> Iterator[Move]:
        """Yield what should move besides the transfers that are `under_way`."""
        free = self._free()
        spare = free - self._kept - self._promised(under_way)
        expecting = {each.il for each in under_way}
        for il in np.flatnonzero(self._is_needy(at, free)).tolist():
            item, place = divmod(il, free.shape[1])
            donor = int(np.argmax(spare[item]))
            wanted = int(self._filled[item, place] - free[item, place])
            units = self._rounded(item, min(int(spare[item, donor]), wanted))
            worth = units * int(self._world.cast.item_cost[item])
            if il in expecting or donor == place or units < FEWEST or worth < WORTH:
                continue
            spare[item, donor] -= units
            cover = round(float(free[item, place] / self._demand[item, place]), 2)
            out_since = int(self.out_since[il])
            yield Move(il, item * free.shape[1] + donor, units, cover, out_since)

    def _promised(self, under_way: Collection[Transfer]) -> Ints:
        """Return what donors will still have to give, items by places."""
        promised = np.zeros(self._demand.shape, dtype=np.int64)
        for each in under_way:
            if each.is_waiting:
                promised[each.item, each.from_place] += each.units
        return promised

    def _is_needy(self, at: int, free: Ints) -> Flags:
        """Tell which shelves may ask: in time, or only so long after they ran out."""
        in_transit = self._world.book.level[IN_TRANSIT].reshape(free.shape)
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

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an item runs short while another place has plenty of it."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from sightline.sim.engine.moments import HOUR, Flags, Floats, Ints
from sightline.sim.engine.world import World
from sightline.sim.procure.params import Params

NEEDY_DAYS = 2.5  # what is free or on a truck lasts no longer
WANTED_DAYS = 8.0  # a transfer fills up to so many days of demand
KEPT_DAYS = 7.0  # a donor keeps its safety stock and so many days of demand
FEWEST = 3  # pieces worth a transfer
IN_TRANSIT, WAITING = 4, 6  # rows of the book


class Move(NamedTuple):
    """What should go where; `donor` and `il` are shelves."""

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
        self._attention = world.draws.stream("transfer/attention")
        self.out_since: Ints = np.zeros(self._demand.size, dtype=np.int64)

    def watch(self, at: int) -> None:
        """Note which shelves are empty at `at`, the top of an hour."""
        is_out = self._free().ravel() <= 0
        self.out_since = np.where(is_out, np.where(self.out_since, self.out_since, at), 0)

    def moves(self, at: int, taken: Ints) -> Iterator[Move]:
        """Yield what should move; `taken` are pieces that donors have promised, by shelf."""
        free = self._free()
        in_transit = self._world.book.level[IN_TRANSIT].reshape(free.shape)
        spare = free - self._kept - taken.reshape(free.shape)
        wanted = np.ceil(WANTED_DAYS * self._demand).astype(np.int64) - free
        cover = free / self._demand
        places = free.shape[1]
        for il in np.flatnonzero(self._is_needy(at, cover, in_transit)).tolist():
            item, place = divmod(il, places)
            donor = int(np.argmax(spare[item]))
            units = self._rounded(item, min(int(spare[item, donor]), int(wanted[item, place])))
            if donor != place and units >= FEWEST:
                spare[item, donor] -= units
                yield Move(
                    il,
                    item * places + donor,
                    units,
                    round(float(cover[item, place]), 2),
                    int(self.out_since[il]),
                )

    def _is_needy(self, at: int, cover: Floats, in_transit: Ints) -> Flags:
        """Tell which shelves may ask: in time, or only so long after they ran out."""
        found = cover + in_transit / self._demand < NEEDY_DAYS
        out = self.out_since.reshape(cover.shape)
        for place in range(cover.shape[1]):
            wait = self._world.hooks.transfer_wait_hours(place, at)
            if wait:
                is_late = (out[:, place] > 0) & (at - out[:, place] >= int(wait * HOUR))
                found[:, place] = (cover[:, place] < NEEDY_DAYS) & is_late
        return np.asarray(found.ravel())

    def _rounded(self, item: int, units: int) -> int:
        """Return whole cases where there is at least one."""
        pack = int(self._world.cast.item_pack[item])
        return units // pack * pack if units >= pack else units

    def _free(self) -> Ints:
        book = self._world.book
        return np.asarray((book.available - book.level[WAITING]).reshape(self._demand.shape))

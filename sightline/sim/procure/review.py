# SPDX-License-Identifier: AGPL-3.0-or-later
"""The daily review of a place: what is below its reorder point, and how much to buy."""

from dataclasses import dataclass

import numpy as np

from sightline.sim.engine.draws import Keys, mixed
from sightline.sim.engine.moments import DAY, Flags, Floats, Ints
from sightline.sim.engine.world import World
from sightline.sim.procure.levels import order_size
from sightline.sim.procure.model import State
from sightline.sim.procure.params import Params

BAD_SHIFT, BAD_SPREAD = 0.25, 0.55  # log error of quantities while the model is degraded
BAD_CONFIDENCE = -0.05  # it hardly knows that it is wrong
FALLBACK_CONFIDENCE, FALLBACK_DAYS = 0.5, 10
SURE, DOUBT, LUCK = 1.7, 1.1, 0.4  # log odds of confidence: highest, per unit of doubt, sd
MOST_DOUBT = 2.5
EMERGENCY_COVER = 0.35  # of the lead time: what is there lasts no longer


@dataclass(frozen=True, slots=True)
class Findings:
    """What a review of one place found to buy; columns are alike in length.

    Attributes
    ----------
    item, position, reorder_point
        Index, and pieces: net position with what is planned, and the level it is below.
    advised, right
        Pieces to buy as the model has it, and as right parameters and true demand have it.
    confidence
        In [0, 1].
    """

    item: Ints
    position: Ints
    reorder_point: Ints
    advised: Ints
    right: Ints
    confidence: Floats
    is_emergency: Flags

    def __len__(self) -> int:
        """Return the number of items to buy."""
        return len(self.item)


class Review:
    """Reviews places; remembers what is planned already.

    Attributes
    ----------
    planned
        Pieces in open recommendations and unreleased orders, by `il`.
    is_waiting
        Whether a recommendation is open or decided and not yet ordered, by `il`.
    asleep_until
        Day until which an item at a place is not recommended again, by `il`.
    """

    def __init__(self, world: World, params: Params) -> None:
        self._world = world
        self._params = params
        cells = len(world.cast.items) * len(world.cast.places)
        self.planned = np.zeros(cells, dtype=np.int64)
        self.is_waiting = np.zeros(cells, dtype=np.bool_)
        self.asleep_until = np.zeros(cells, dtype=np.int64)
        self._least = np.array([max(each.moq, each.pack) for each in world.cast.items])
        self._doubt = _doubt(params)

    def of_place(self, place: int, at: int, state: State) -> Findings:
        """Return what is below its reorder point at `place`, in order of items."""
        cast, day = self._world.cast, at // DAY
        there = slice(place, None, len(cast.places))
        position = (self._world.book.position_net + self.planned)[there]
        stated = self._params.at_place(place, day)
        is_low = position < stated.reorder_point
        is_free = ~self.is_waiting[there] & (self.asleep_until[there] <= day)
        item = np.flatnonzero(is_low & is_free)
        keys = mixed(cast.item_keys[item], cast.place_keys[place])
        position = position[item]
        return Findings(
            item=item,
            position=position,
            reorder_point=stated.reorder_point[item],
            advised=self._advised(
                item, place, stated.target[item] - position, keys, day, state
            ),
            right=self._right(item, place, position, day),
            confidence=self._confidence(item, place, keys, day, state),
            is_emergency=self._is_emergency(item, place),
        )

    def _advised(  # noqa: PLR0913, PLR0917  all of it decides
        self, item: Ints, place: int, short: Ints, keys: Keys, day: int, state: State
    ) -> Ints:
        least, pack = self._least[item], self._world.cast.item_pack[item]
        if state == "down":
            usual = np.ceil(FALLBACK_DAYS * self._params.needs.demand[item, place])
            return order_size(usual.astype(np.int64), pack, least)
        if state == "degraded":
            luck = self._world.draws.stream("bad model").normal(keys, day)
            short = np.rint(short * np.exp(BAD_SHIFT + BAD_SPREAD * luck)).astype(np.int64)
        return order_size(short, pack, least)

    def _right(self, item: Ints, place: int, position: Ints, day: int) -> Ints:
        target = self._params.at_place(place, day, is_right=True).target[item]
        pack = self._world.cast.item_pack[item]
        short = np.maximum(target - position, 0)
        return np.where(short > 0, order_size(short, pack, self._least[item]), 0)

    def _confidence(self, item: Ints, place: int, keys: Keys, day: int, state: State) -> Floats:
        if state == "down":
            return np.full(len(item), FALLBACK_CONFIDENCE)
        luck = self._world.draws.stream("confidence").normal(keys, day)
        odds = SURE - DOUBT * np.minimum(self._doubt[item, place], MOST_DOUBT) + LUCK * luck
        shift = BAD_CONFIDENCE if state == "degraded" else 0.0
        return np.asarray(np.round(np.clip(1 / (1 + np.exp(-odds)) + shift, 0.02, 0.99), 2))

    def _is_emergency(self, item: Ints, place: int) -> Flags:
        il = item * len(self._world.cast.places) + place
        needs, book = self._params.needs, self._world.book
        used = EMERGENCY_COVER * needs.lead_days[item, place] * needs.demand[item, place]
        is_a = self._world.cast.item_abc[item] == 0
        nothing_comes = book.level[3][il] + book.level[4][il] <= used
        return np.asarray(is_a & (book.available[il] <= 0) & nothing_comes)


def _doubt(params: Params) -> Floats:
    """Return the coefficient of variation of demand over the lead time, items by places."""
    needs = params.needs
    mean = np.maximum(needs.demand * needs.lead_days, 1e-9)
    return np.asarray(np.sqrt(needs.variance * needs.lead_days) / mean)

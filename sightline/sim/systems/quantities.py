# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantity blocks of many events, as `sightline.sim.engine.facts.quantity` spells one."""

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sightline.sim.engine.moments import Ints
from sightline.sim.systems.spelling import Piece, looked_up, whole

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

END = '","base_uom":"EA","conv_src":"doc"}'


class Quantities:
    """Spells pieces, or whole cases of the item's pack."""

    def __init__(self, cast: "Cast") -> None:
        self._pack = np.asarray(cast.item_pack)
        packs = np.unique(self._pack)
        self._middle_at = np.searchsorted(packs, self._pack) + 1
        self._middles = pa.array(['","uom":"EA","base_qty":"', *map(_of_cases, packs.tolist())])

    def pieces(self, units: Ints) -> list[Piece]:
        """Return blocks of pieces."""
        text = whole(units)
        return ['{"qty":"', text, '","uom":"EA","base_qty":"', text, END]

    def stated(self, item: Ints, units: Ints, in_cases: Ints) -> list[Piece]:
        """Return blocks in cases where a document says so and they come out even."""
        pack = self._pack[item]
        is_cased = (in_cases > 0) & (pack > 1) & (units % pack == 0)
        stated = whole(np.where(is_cased, units // pack, units))
        middle = looked_up(self._middles, np.where(is_cased, self._middle_at[item], 0))
        return ['{"qty":"', stated, middle, whole(units), END]


def _of_cases(pack: int) -> str:
    return f'","uom":"CS","conv_num":{pack},"conv_den":1,"base_qty":"'

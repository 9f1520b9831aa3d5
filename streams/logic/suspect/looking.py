# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which rows of a chunk are suspect: size and price are off by one and the same pack.

A size alone says little, for customers order what they like. A price that is off by a pack, and
a size that the other reading explains better than the stated one, say that the unit was
mistaken.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import combine, hash64
from streams.logic.arrays import ten_thousandths
from streams.logic.suspect.habits import FINE, Habits, Usual, logarithm
from streams.logic.units.prices import per_unit

NEAR = round(0.1 * FINE)  # two logarithms of prices are about the same
_LEAST_PACK = round(np.log(2) * FINE) - NEAR

Packs = Callable[[int], list[Fraction]]


class Doubt(NamedTuple):
    """A row that is suspect.

    Attributes
    ----------
    factor
        What the quantity is too large by; below 1 where it is too small.
    usual_q, usual_price
        In ten-thousandths.
    """

    row: int
    factor: Fraction
    usual_q: int
    usual_price: int


def look(table: pa.Table, since: int, habits: Habits, packs: Packs) -> list[Doubt]:
    """Return the suspect rows of a chunk, and let the others teach what is usual.

    Parameters
    ----------
    since
        First row that is looked at.
    packs
        Gives for a row the packs of its item, in pieces, as known before the row.
    """
    at = since + np.flatnonzero(_is_priced(table[since:]))
    if not len(at):
        return []
    rows = table.select(["tenant", "item", "type", "base_qty", "amount"]).take(pa.array(at))
    key = combine(hash64(rows["tenant"]), hash64(rows["item"]), hash64(rows["type"]))
    q, price = (logarithm(ten_thousandths(rows[name])[0]) for name in ("base_qty", "amount"))
    told = np.column_stack((np.ones(len(at), np.int64), q, price))
    doubts: list[Doubt] = []
    while True:  # settles at least one more row each time
        teaching = told.copy()
        teaching[np.searchsorted(at, [each.row for each in doubts])] = 0
        usual = habits.usual(key, teaching)
        found = _doubts(at, q - usual.q, price - usual.price, usual, packs)
        if found == doubts:
            habits.learn(key, teaching)
            return doubts
        doubts = found


def _is_priced(table: pa.Table) -> np.ndarray:
    stated = pc.and_(pc.greater(table["base_qty"], 0), pc.greater(table["amount"], 0))
    counted = pc.and_(pc.fill_null(stated, fill_value=False), pc.invert(table["non_stock"]))
    found = np.asarray(pc.and_(counted, pc.not_equal(table["item"], "")))
    return found & per_unit(table["type"]) if found.any() else found


def _doubts(
    at: np.ndarray, size: np.ndarray, price: np.ndarray, usual: Usual, packs: Packs
) -> list[Doubt]:
    odd = usual.known & (np.abs(price) > _LEAST_PACK) & (np.sign(price) != np.sign(size))
    found = []
    for i in np.flatnonzero(odd).tolist():
        for factor in packs(int(at[i])):
            log = round(np.log(float(factor)) * FINE)
            is_nearer = abs(int(size[i]) - log) < abs(int(size[i]))
            if is_nearer and abs(int(price[i]) + log) < NEAR:
                means = (round(np.exp(each[i] / FINE)) for each in (usual.q, usual.price))
                found.append(Doubt(int(at[i]), factor, *means))
                break
    return found

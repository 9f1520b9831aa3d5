# SPDX-License-Identifier: AGPL-3.0-or-later
"""Articles: names, value by a Zipf law, class of demand, packs, cost and price.

An item has the same index, code, pack, cost and price in a world of any size; its rank by
value, its class and its least order depend on the others.
"""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from sightline.sim.cast.families import FAMILIES
from sightline.sim.cast.kinds import DemandClass, Item
from sightline.sim.engine.draws import Draws, Keys, keys_of
from sightline.sim.engine.moments import Floats, Ints

Abc = Literal["A", "B", "C"]

CLASSES: tuple[DemandClass, ...] = get_args(DemandClass)
A_VALUE, B_VALUE = 0.80, 0.95  # cumulated share of value up to which an item is A, B
EXPONENT, SHIFT = 2.0, 0.07  # Zipf-Mandelbrot over rank / items: A 20 %, B 33 % of all items
CLASS_SHARES = np.array(  # A, B, C x smooth, lumpy, intermittent, seasonal, promo
    [
        [0.50, 0.18, 0.05, 0.15, 0.12],
        [0.40, 0.22, 0.15, 0.13, 0.10],
        [0.25, 0.20, 0.40, 0.09, 0.06],
    ]
)
PACKS = np.array([6, 12, 24, 144])
PACK_WEIGHTS = (  # from this cost, cents: weights of PACKS
    (0, (0.0, 0.1, 0.5, 0.4)),
    (150, (0.15, 0.45, 0.33, 0.07)),
    (500, (0.3, 0.5, 0.2, 0.0)),
    (1_500, (0.8, 0.2, 0.0, 0.0)),
)
MOQ_PACKS = np.array([1, 2, 5, 10])
MOQ_WEIGHTS = np.array(  # by A, B, C: nobody buys a slow item by the year
    [[0.3, 0.3, 0.25, 0.15], [0.6, 0.3, 0.1, 0.0], [0.9, 0.1, 0.0, 0.0]]
)
COST_SIGMA, LEAST_COST = 0.45, 8
MARKUP, MARKUP_SPREAD = 1.30, 0.50  # price over cost, even


@dataclass(frozen=True, slots=True)
class Columns:
    """What is drawn of items, as arrays."""

    keys: Keys
    family: Ints
    value: Floats
    abc: Ints
    demand: Ints
    cost: Ints
    price: Ints
    pack: Ints
    moq: Ints
    supplier: Ints


def build(draws: Draws, count: int, suppliers: int) -> tuple[tuple[Item, ...], Columns]:
    """Return `count` items of all families in turn."""
    codes = [code_of(index) for index in range(count)]
    columns = _columns(draws, keys_of(codes), suppliers)
    return tuple(_item(index, code, columns) for index, code in enumerate(codes)), columns


def code_of(index: int) -> str:
    """Return the code of the item at `index`.

    >>> code_of(0), code_of(len(FAMILIES))
    ('GLOVE-0001', 'GLOVE-0002')
    """
    number, family = divmod(index, len(FAMILIES))
    return f"{FAMILIES[family].code}-{number + 1:04d}"


def value_shares(keys: Keys, draws: Draws) -> Floats:
    """Return each item's share of the turnover: Zipf-Mandelbrot over a drawn rank."""
    rank = np.argsort(np.argsort(draws.stream("item rank").bits(keys), kind="stable"))
    weight = ((rank + 0.5) / len(keys) + SHIFT) ** -EXPONENT
    return np.asarray(weight / weight.sum())


def abc_of(value: Floats) -> Ints:
    """Return 0, 1, 2 for A, B, C: by what all items of more value come to."""
    order = np.argsort(-value, kind="stable")
    before = np.cumsum(value[order]) - value[order]
    abc = np.empty(len(value), dtype=np.int64)
    abc[order] = np.searchsorted([A_VALUE, B_VALUE], before, side="right")
    return abc


def _columns(draws: Draws, keys: Keys, suppliers: int) -> Columns:
    family = np.arange(len(keys)) % len(FAMILIES)
    value = value_shares(keys, draws)
    abc = abc_of(value)
    cost = _costs(draws, keys, family)
    markup = MARKUP + MARKUP_SPREAD * draws.stream("item markup").uniform(keys)
    pack = _packs(draws, keys, cost)
    moq = MOQ_PACKS[_picked(draws.stream("item moq").uniform(keys), MOQ_WEIGHTS[abc])]
    return Columns(
        keys=keys,
        family=family,
        value=value,
        abc=abc,
        demand=_picked(draws.stream("item class").uniform(keys), CLASS_SHARES[abc]),
        cost=cost,
        price=np.rint(cost * markup).astype(np.int64),
        pack=pack,
        moq=moq * pack,
        supplier=_suppliers(draws, keys, family, suppliers),
    )


def _costs(draws: Draws, keys: Keys, family: Ints) -> Ints:
    median = np.array([each.cost for each in FAMILIES])[family]
    drawn = draws.stream("item cost").lognormal(keys, 0, median, COST_SIGMA)
    return np.maximum(LEAST_COST, np.rint(drawn).astype(np.int64))


def _packs(draws: Draws, keys: Keys, cost: Ints) -> Ints:
    band = np.searchsorted([least for least, _ in PACK_WEIGHTS], cost, side="right") - 1
    weights = np.array([weights for _, weights in PACK_WEIGHTS])[band]
    return PACKS[_picked(draws.stream("item pack").uniform(keys), weights)]


def _picked(uniform: Floats, weights: Floats) -> Ints:
    """Return a column of `weights` (rows sum to 1) for each row."""
    passed = uniform[:, None] >= np.cumsum(weights, axis=1)[:, :-1]
    return np.asarray(passed.sum(axis=1), dtype=np.int64)


def _suppliers(draws: Draws, keys: Keys, family: Ints, suppliers: int) -> Ints:
    """Return one of the few suppliers that make the family."""
    if suppliers <= len(FAMILIES):
        return family % suppliers
    makers = (suppliers - 1 - family) // len(FAMILIES) + 1
    return family + len(FAMILIES) * draws.stream("item supplier").whole(keys, 0, makers)


def _item(index: int, code: str, columns: Columns) -> Item:
    number, family = divmod(index, len(FAMILIES))
    abc: tuple[Abc, ...] = ("A", "B", "C")
    return Item(
        index=index,
        code=code,
        name=FAMILIES[family].name_of(number),
        family=FAMILIES[family].code,
        category=FAMILIES[family].category,
        abc=abc[columns.abc[index]],
        demand=CLASSES[columns.demand[index]],
        supplier=int(columns.supplier[index]),
        pack=int(columns.pack[index]),
        cost=int(columns.cost[index]),
        price=int(columns.price[index]),
        moq=int(columns.moq[index]),
        weight_g=max(
            5, round(FAMILIES[family].grams * columns.cost[index] / FAMILIES[family].cost)
        ),
    )

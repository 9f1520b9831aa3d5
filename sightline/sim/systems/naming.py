# SPDX-License-Identifier: AGPL-3.0-or-later
"""What orders, their lines and waves are called; for one and for arrays."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeVar
from zlib import crc32

import numpy as np
import pyarrow as pa

from sightline.sim.engine.moments import Ints, date_of
from sightline.sim.systems.spelling import day_texts, joined, looked_up, whole

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

FIRST_NUMBER, NUMBERS = 1_000, 1_024
STEP, DAY_STEP = 397, 61  # odd, so that numbers of a customer's day are all different

N = TypeVar("N", int, Ints)


def order(customer: str, day: int, nth: int) -> str:
    """Return the id of a customer's order.

    >>> order("C017", 20458, 2) != order("C017", 20458, 3)
    True
    """
    return f"SO-{customer}-{_short(day)}-{number(_offset(customer), day, nth)}"


def number(offset: N, day: N, nth: N) -> N:
    """Return the number that an order goes by: all alike, whoever added it and why.

    Different for different `nth` from 0 to 1023.

    >>> sorted(number(5, 20458, nth) for nth in range(1024)) == list(range(1000, 2024))
    True
    """
    return FIRST_NUMBER + (nth * STEP + day * DAY_STEP + offset) % NUMBERS


def order_line(customer: str, day: int, nth: int, item: str) -> str:
    """Return the id of an order's line.

    >>> order_line("C017", 20458, 2, "I00042").startswith("SO-C017-260105-")
    True
    """
    return f"{order(customer, day, nth)}/{item}"


def wave(place: str, day: int, number: int, cut: int) -> str:
    """Return the id of a picking wave.

    >>> wave("DC1", 20458, 2, 0)
    'W-DC1-260105-2-0'
    """
    return f"W-{place}-{_short(day)}-{number}-{cut}"


def order_lines(cast: "Cast", named: Mapping[str, Ints]) -> list[str]:
    """Return the ids of lines by the columns `customer`, `day`, `nth` and `item`."""
    columns = (named[name].tolist() for name in ("customer", "day", "nth", "item"))
    return [
        order_line(cast.customers[customer].code, day, nth, cast.items[item].code)
        for customer, day, nth, item in zip(*columns, strict=True)
    ]


class Naming:
    """The same for arrays of the cast's indices."""

    def __init__(self, cast: "Cast") -> None:
        self.items = pa.array([item.code for item in cast.items])
        self.places = pa.array([place.code for place in cast.places])
        self.customers = pa.array([customer.code for customer in cast.customers])
        self._offsets = np.array([_offset(each.code) for each in cast.customers])

    def orders(self, customer: Ints, day: Ints, nth: Ints) -> pa.Array:
        """Return ids of orders."""
        who = looked_up(self.customers, customer)
        by = number(self._offsets[customer], day, nth)
        return joined("SO-", who, "-", day_texts(day, "%y%m%d"), "-", whole(by))

    def lines(self, orders: pa.Array, item: Ints) -> pa.Array:
        """Return ids of the lines of `orders`."""
        return joined(orders, "/", looked_up(self.items, item))

    def waves(self, place: Ints, day: Ints, number: Ints, cut: Ints) -> pa.Array:
        """Return ids of waves."""
        where = looked_up(self.places, place)
        on = day_texts(day, "%y%m%d")
        return joined("W-", where, "-", on, "-", whole(number), "-", whole(cut))


@cache
def _offset(customer: str) -> int:
    return crc32(customer.encode()) % NUMBERS


@cache
def _short(day: int) -> str:
    return f"{date_of(day):%y%m%d}"

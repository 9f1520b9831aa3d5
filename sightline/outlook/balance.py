# SPDX-License-Identifier: AGPL-3.0-or-later
"""The projected available balance: what will be there day by day (EVENTS §4).

``PAB_t = available_0 + Σ_{≤t} receipts - Σ_{≤t} max(forecast consumed, unreserved orders)``.
The maximum is taken over each period of the forecast: orders due in it consume it, and what
nobody has ordered yet is spread over the days that are left of it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

Basis = Literal["forecast", "model"]


class Bucket(NamedTuple):
    """What is expected to be asked for in a period.

    Attributes
    ----------
    start
        First day.
    days
        Length, at least 1.
    basis
        ``forecast`` where planning published it, ``model`` where it is the expectation of the
        demand model.
    """

    start: date
    days: int
    quantity: float
    basis: Basis


def spread(
    buckets: Iterable[Bucket], today: date, ordered: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """Return per day what is expected beyond what is ordered, and what says so.

    Of a period that has begun only the share of its remaining days counts. Where periods
    overlap, the first of `buckets` holds; the basis of a day without any is ``orders``.

    Parameters
    ----------
    ordered
        Units that order lines due on each day wait for, reserved or not, today first. What is
        overdue is not among them: it was expected earlier.
    """
    count = len(ordered)
    beyond, basis = np.zeros(count), ["orders"] * count
    for each in buckets:
        first = (each.start - today).days
        mine = [
            day
            for day in range(max(first, 0), min(first + each.days, count))
            if basis[day] == "orders"
        ]
        left = each.quantity * len(mine) / each.days - ordered[mine].sum()
        for day in mine:
            beyond[day] = max(left, 0.0) / len(mine)
            basis[day] = each.basis
    return beyond, basis


def projected(
    available: float,
    receipts: Sequence[float] | np.ndarray,
    unreserved: Sequence[float] | np.ndarray,
    beyond: Sequence[float] | np.ndarray,
) -> np.ndarray:
    """Return the balance at the end of each day.

    Parameters
    ----------
    receipts, unreserved, beyond
        Units per day, today first: confirmed inbound, orders without stock reserved, and what
        `spread` expects beyond orders.

    Examples
    --------
    >>> projected(10, [0, 20], [4, 0], [1, 1]).tolist()
    [5, 24]
    """
    moved = np.asarray(receipts) - np.asarray(unreserved) - np.asarray(beyond)
    return np.asarray(available + np.cumsum(moved))

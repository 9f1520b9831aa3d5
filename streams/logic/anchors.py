# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts: absolute anchors, turned into the variances that make a plain sum of changes exact.

on hand at t = Σ movements up to t + Σ variances of the counts up to t, where the variance of
a count is what was counted less what the books said just before it (EVENTS §4, I1, I10, I12).
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from streams.logic.rows import Row

Moment = tuple[int, int, str, bytes, bytes]


class Count(NamedTuple):
    """One count; quantities are ten-thousandths."""

    moment: Moment
    q: int
    variance: int


def variances(
    counts: list[Row],
    time: np.ndarray,
    change: np.ndarray,
    moments: Callable[[np.ndarray], list[Moment]],
) -> list[Count]:
    """Return the counts in order, each with its variance.

    Parameters
    ----------
    counts
        The standing counts of one item-location, in any order.
    time, change
        Its movements, in any order: time in ms and signed change of on_hand.
    moments
        Gives the places of movements in the order; asked only for the very times of counts.
    """
    order = np.argsort(time, kind="stable")
    order, places = _in_order(order, time, {row.time for row in counts}, moments)
    times, running = time[order], np.concatenate(([0], np.cumsum(change[order])))
    found: list[Count] = []
    corrected = 0
    for row in sorted(counts, key=lambda each: each.moment):
        first = int(np.searchsorted(times, row.time))
        at = first + bisect_left(places.get(row.time, ()), row.moment)
        book = int(running[at]) + corrected
        corrected += row.q - book
        found.append(Count(row.moment, row.q, row.q - book))
    return found


def _in_order(
    order: np.ndarray,
    time: np.ndarray,
    asked: set[int],
    moments: Callable[[np.ndarray], list[Moment]],
) -> tuple[np.ndarray, dict[int, list[Moment]]]:
    """Return `order` by moments where it matters, and the places at each time that does."""
    tied = np.flatnonzero(np.isin(time[order], list(asked)))
    places: dict[int, list[Moment]] = {}
    if not len(tied):
        return order, places
    found = sorted(zip(moments(order[tied]), order[tied].tolist(), strict=True))
    order = order.copy()
    order[tied] = [at for _, at in found]
    for place, _ in found:
        places.setdefault(place[0], []).append(place)
    return order, places


def corrections(before: list[Count], after: list[Count]) -> list[tuple[int, int]]:
    """Return (time, change) for every variance that came, went or changed."""
    was = {count.moment: count.variance for count in before}
    now = {count.moment: count.variance for count in after}
    changed = [(m[0], now.get(m, 0) - was.get(m, 0)) for m in sorted(was.keys() | now.keys())]
    return [(time, change) for time, change in changed if change]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts: absolute anchors, turned into the variances that make a plain sum of changes exact.

on hand at t = Σ movements up to t + Σ variances of the counts up to t, where the variance of
a count is what was counted less what the books said just before it (EVENTS §4, I1, I10, I12).
"""

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
    counts: list[Row], time: np.ndarray, change: np.ndarray, moment: Callable[[int], Moment]
) -> list[Count]:
    """Return the counts in order, each with its variance.

    Parameters
    ----------
    counts
        The standing counts of one item-location, in any order.
    time, change
        Its movements, in any order: time in ms and signed change of on_hand.
    moment
        Gives the place of a movement in the order; asked only at the very time of a count.
    """
    order = np.argsort(time, kind="stable")
    times, running = time[order], np.concatenate(([0], np.cumsum(change[order])))
    found: list[Count] = []
    corrected = 0
    for row in sorted(counts, key=lambda each: each.moment):
        first, last = (
            np.searchsorted(times, row.time, "left"),
            np.searchsorted(times, row.time, "right"),
        )
        book = int(running[first]) + corrected
        book += sum(int(change[i]) for i in order[first:last] if moment(int(i)) < row.moment)
        corrected += row.q - book
        found.append(Count(row.moment, row.q, row.q - book))
    return found


def corrections(before: list[Count], after: list[Count]) -> list[tuple[int, int]]:
    """Return (time, change) for every variance that came, went or changed."""
    was = {count.moment: count.variance for count in before}
    now = {count.moment: count.variance for count in after}
    changed = [(m[0], now.get(m, 0) - was.get(m, 0)) for m in sorted(was.keys() | now.keys())]
    return [(time, change) for time, change in changed if change]

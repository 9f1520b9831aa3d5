# SPDX-License-Identifier: AGPL-3.0-or-later
"""Available to promise: what a new order can have, and from which day (EVENTS §4).

It is displayed and never committed: to commit is the ERP's. Supply counts with its expected
day; demand is what open order lines wait for without stock reserved.
"""

import numpy as np


def available_to_promise(
    available: float, supply: np.ndarray, committed: np.ndarray
) -> np.ndarray:
    """Return per day what can be promised for that day without breaking a later promise.

    ``ATP_t = min over u >= t of (available + Σ_{≤u} (supply - committed))``: cumulative, with
    look-ahead. It never falls from one day to the next; less than nothing says that more is
    promised than will be there.

    Parameters
    ----------
    available
        On hand less reserved and hold, today; may be negative.
    supply, committed
        Units per day, today first; of equal length, at least 1.

    Examples
    --------
    >>> available_to_promise(10, np.array([0, 0, 20]), np.array([4, 9, 0])).tolist()
    [-3, -3, 17]
    """
    net = available + np.cumsum(supply - committed)
    return np.asarray(np.minimum.accumulate(net[::-1])[::-1])


def discrete(available: float, supply: np.ndarray, committed: np.ndarray) -> np.ndarray:
    """Return on today and on each day with supply what that supply leaves to promise.

    ``ATP_0 = available + receipts before next - committed demand due before next receipt``;
    days without supply hold 0, for they bring nothing.

    Examples
    --------
    >>> discrete(10, np.array([0, 0, 20]), np.array([4, 3, 5])).tolist()
    [3, 0, 15]
    """
    brings = supply > 0
    brings[0] = True
    first = np.flatnonzero(brings)
    moved = np.append(available + supply[0] - committed[0], supply[1:] - committed[1:])
    found = np.zeros_like(moved)
    found[first] = np.add.reduceat(moved, first)
    return np.asarray(found)

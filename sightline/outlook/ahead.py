# SPDX-License-Identifier: AGPL-3.0-or-later
"""The days ahead of one position, day by day: what comes, what is asked for, what is left."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from sightline.outlook.balance import Bucket, projected, spread
from sightline.outlook.days import following, grid, horizon
from sightline.outlook.promise import available_to_promise

LEARNT_DAYS = 28  # how far ahead the model's weekdays are repeated


def look_ahead(
    start: date,
    available: float,
    supply: pd.DataFrame,
    orders: pd.DataFrame,
    buckets: Sequence[Bucket],
) -> pd.DataFrame:
    """Return one row per day, today first, up to the last day that anything names.

    Parameters
    ----------
    start
        Today, in the business's zone.
    available
        On hand less reserved and hold; may be negative.
    supply
        Columns ``qty`` (units) and ``expected`` (date; without one a line is left out, for it
        may come any day).
    orders
        Columns ``outstanding``, ``reserved`` (units) and ``due`` (date or none: due today).
    buckets
        What is expected to be asked for, published first; see `spread`.

    Returns
    -------
    pd.DataFrame
        ``day``, ``comes`` (confirmed inbound), ``late`` (of it, overdue), ``orders`` (without
        stock reserved), ``beyond`` (expected beyond orders), ``basis`` (forecast, model or
        orders), ``balance`` (at the end of the day) and ``promise`` (available to promise);
        ``sure_balance`` and ``sure_promise`` are the same without what is overdue.
    """
    known = supply[supply["expected"].notna()]
    comes, dues = _days(known["expected"]), _days(orders["due"])
    count = horizon(start, [*comes, *dues])
    is_late = np.array([day is not None and day < start for day in comes], dtype=bool)
    owed = (orders["outstanding"] - orders["reserved"]).to_numpy(float)
    receipts = grid(start, count, known["qty"].to_numpy(float), comes)
    unreserved = grid(start, count, owed, dues)
    beyond, basis = spread(buckets, start, _ordered(start, count, orders, dues))
    late = grid(start, count, known["qty"].to_numpy(float) * is_late, comes)
    sure = receipts - late
    return pd.DataFrame(
        {
            "day": following(start, count),
            "comes": receipts,
            "late": late,
            "orders": unreserved,
            "beyond": beyond,
            "basis": basis,
            "balance": projected(available, receipts, unreserved, beyond).round(4),
            "promise": available_to_promise(available, receipts, unreserved).round(4),
            "sure_balance": projected(available, sure, unreserved, beyond).round(4),
            "sure_promise": available_to_promise(available, sure, unreserved).round(4),
        }
    )


def repeated(start: date, weekdays: dict[int, float]) -> list[Bucket]:
    """Return the model's expectation of each weekday (1 is Monday) for the next four weeks."""
    return [
        Bucket(day, 1, weekdays.get(day.isoweekday(), 0.0), "model")
        for day in following(start, LEARNT_DAYS)
        if weekdays
    ]


def _ordered(
    start: date, count: int, orders: pd.DataFrame, dues: Sequence[date | None]
) -> np.ndarray:
    """Return what lines due on each day wait for, without what is overdue or undated."""
    is_ahead = [day is not None and day >= start for day in dues]
    waits = orders["outstanding"].to_numpy(float)[is_ahead]
    ahead = [day for day, keep in zip(dues, is_ahead, strict=True) if keep]
    return grid(start, count, waits, ahead)


def _days(column: pd.Series) -> list[date | None]:
    return [None if pd.isna(each) else pd.Timestamp(each).date() for each in column]

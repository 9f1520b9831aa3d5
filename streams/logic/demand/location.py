# SPDX-License-Identifier: AGPL-3.0-or-later
"""Demand of one location: days close, are judged, and only then learnt.

Days on which the location sold nothing at all are passed over: it was shut, or its feed was
out, and neither says anything about demand. An item's clock starts at its first sale.
"""

from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple, Self

import numpy as np

from streams.logic.demand import tails
from streams.logic.demand.asked import Asked
from streams.logic.demand.frontier import Aligned
from streams.logic.demand.model import WARM_UP, DemandAnomalyDetector, packed, unpacked
from streams.logic.pairs import Names
from streams.logic.runs import Block, KeptBlock, Runs, take

_ITEM_BITS = 32
_REMEMBERED_DAYS = (
    35  # days for which a late order line is judged anew against what was expected
)
UNIT = 10_000  # quantities are ten-thousandths
ALARM = 3.3  # -log10 of the tail probability
LEAST_EXCESS = 3.0  # base units: a smaller surprise is not worth anyone's time


class Expected(NamedTuple):
    """What the model expected of the items 0 … n-1 on one day."""

    mean: np.ndarray
    variance: np.ndarray
    seasoned: np.ndarray


class Day(NamedTuple):
    """One closed day: one row per item with a clock, in item order.

    Attributes
    ----------
    expected
        None when a late order line opened a day that is no longer remembered.
    score
        -log10 of the tail probability; nan while the item is warming up.
    alarming, was_alarming
        Out of range and by enough to matter; the same as told before, where it was told.
    """

    day: int
    item: np.ndarray
    q: np.ndarray
    lines: np.ndarray
    customers: np.ndarray
    off: np.ndarray
    expected: Expected | None
    score: np.ndarray
    alarming: np.ndarray
    was_alarming: np.ndarray


@dataclass(slots=True)
class LocationState:
    """The demand history and models of one location.

    Attributes
    ----------
    sold
        One row per (day, item, customer) and chunk, keyed by day and item.
    started
        First day of each item, days since 1970.
    remembered
        What was expected of a closed day, as arrays called like those of `Expected`.
    open_day
        The first day that is still open.
    """

    tenant: str
    loc: str
    items: Names = field(default_factory=Names)
    models: list[DemandAnomalyDetector] = field(default_factory=list)
    sold: Runs = field(default_factory=lambda: Runs("key"))
    started: dict[int, int] = field(default_factory=dict)
    days: set[int] = field(default_factory=set)
    remembered: dict[int, KeptBlock] = field(default_factory=dict)
    raised: set[tuple[int, int]] = field(default_factory=set)
    open_day: int = 0

    @classmethod
    def of(cls, first: Aligned) -> Self:
        """Return the empty state of the location that `first` is about."""
        return cls(first.tenant, first.loc)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a snapshot holds: arrays, since it looks at every single object."""
        return {each.name: getattr(self, each.name) for each in fields(self)} | {
            "models": packed(self.models),
            "started": np.array(list(self.started.items()), np.int64).reshape(-1, 2),
            "raised": np.array(sorted(self.raised), np.int64).reshape(-1, 2),
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Take up what a snapshot held."""
        for name, value in state.items():
            setattr(self, name, value)
        self.models = unpacked(state["models"])
        self.started = dict(state["started"].tolist())
        self.raised = set(map(tuple, state["raised"].tolist()))

    def apply(self, news: list[Aligned]) -> list[Day]:
        """Take in demand and close what is over; return the days that are new or restated."""
        return [day for each in news for day in self._take_in(each)]

    def _take_in(self, each: Aligned) -> list[Day]:
        late: dict[int, set[int]] = {}
        for asked in each.asked:
            if asked.item:
                self._keep(asked, late)
            else:  # another process has the items; that the location was open is news here too
                self.days.update(day for day in asked.day.tolist() if day >= self.open_day)
        closing = sorted(day for day in self.days if self.open_day <= day < each.open_day)
        restated = [self._restated(day, np.array(sorted(late[day]))) for day in sorted(late)]
        closed = [found for day in closing if len((found := self._closed(day)).item)]
        self.days.difference_update(closing)
        self.open_day = max(each.open_day, self.open_day)
        for day in sorted(self.remembered)[:-_REMEMBERED_DAYS]:
            del self.remembered[day]
        return [*restated, *closed]

    def _keep(self, asked: Asked, late: dict[int, set[int]]) -> None:
        item = np.array([self.items.one(name) for name in asked.item], dtype=np.int64)
        while len(self.models) < len(self.items.names):
            self.models.append(DemandAnomalyDetector())
        key = asked.day.astype(np.uint64) << np.uint64(_ITEM_BITS) | item.astype(np.uint64)
        self.sold.append(
            {
                "key": key,
                "customer": asked.customer,
                "q": asked.q,
                "lines": asked.lines,
                "off": asked.off,
            }
        )
        for each, day in zip(item.tolist(), asked.day.tolist(), strict=True):
            self.started[each] = min(day, self.started.get(each, day))
            if day < self.open_day:
                late.setdefault(day, set()).add(each)
            else:
                self.days.add(day)

    def _closed(self, day: int) -> Day:
        """Judge a day by what its models expected, then let them learn it."""
        items = [i for i in range(len(self.models)) if self.started[i] <= day]
        item = np.array(items, dtype=np.int64)
        predicted = [self.models[i].predict_one() for i in item.tolist()]
        seasoned = np.array(
            [self.models[i].observations >= WARM_UP for i in item.tolist()], dtype=bool
        )
        mean, variance = np.array(predicted, dtype=float).reshape(-1, 2).T
        expected = Expected(mean, variance, seasoned)
        self.remembered[day] = KeptBlock(_spread(expected, item, len(self.models))._asdict())
        found = self._day(day, item, expected)
        for i, y in zip(item.tolist(), (found.q / UNIT).tolist(), strict=True):
            self.models[i].learn_one({}, y)
        return found

    def _restated(self, day: int, item: np.ndarray) -> Day:
        """Judge some items of a closed day anew; the models are left as they are."""
        known = self.remembered.get(day)
        if known is None:
            return self._day(day, item, None)
        later = max(len(self.models) - known.rows, 0)  # items that came since: unknown
        columns = (known[name] for name in Expected._fields)
        expected = Expected(*(np.pad(column, (0, later))[item] for column in columns))
        return self._day(day, item, expected)

    def _day(self, day: int, item: np.ndarray, expected: Expected | None) -> Day:
        q, lines, customers, off = self._sums(day, item)
        score = np.full(len(item), np.nan)
        alarming = np.zeros(len(item), dtype=bool)
        if expected is not None:
            judged = tails.score(q / UNIT, expected.mean, expected.variance)
            score = np.where(expected.seasoned, judged, np.nan)
            excess = np.abs(q / UNIT - expected.mean)
            alarming = expected.seasoned & (judged > ALARM) & (excess >= LEAST_EXCESS)
        was = np.array([(day, i) in self.raised for i in item.tolist()], dtype=bool)
        self.raised.difference_update((day, i) for i in item[was & ~alarming].tolist())
        self.raised.update((day, i) for i in item[alarming].tolist())
        return Day(day, item, q, lines, customers, off, expected, score, alarming, was)

    def _sums(self, day: int, item: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return quantity, lines, distinct customers and last offset of each of `item`."""
        q, lines, customers = (np.zeros(len(item), np.int64) for _ in range(3))
        off = np.zeros(len(item), np.uint64)
        rows = self._sold_on(day)
        if rows is None:
            return q, lines, customers, off
        number = (rows["key"] & np.uint64((1 << _ITEM_BITS) - 1)).astype(np.int64)
        wanted = np.isin(number, item)
        rows, number = take(rows, wanted), number[wanted]
        at = np.searchsorted(item, number)
        np.add.at(q, at, rows["q"])
        np.add.at(lines, at, rows["lines"])
        np.maximum.at(off, at, rows["off"])
        named = rows["customer"] != 0
        pairs = np.stack((at[named], rows["customer"][named].view(np.int64)))
        who, place = np.unique(pairs, axis=1, return_inverse=True)
        standing = np.bincount(place.reshape(-1), rows["lines"][named], who.shape[1]) > 0
        np.add.at(customers, who[0][standing], 1)
        return q, lines, customers, off

    def _sold_on(self, day: int) -> Block | None:
        return self.sold.between(day << _ITEM_BITS, (day + 1) << _ITEM_BITS)


def _spread(expected: Expected, item: np.ndarray, items: int) -> Expected:
    """Place what was expected of `item` at its index; items without a clock read as unknown."""
    columns = []
    for column in expected:
        wide = np.zeros(items, dtype=column.dtype)
        wide[item] = column
        columns.append(wide)
    return Expected(*columns)

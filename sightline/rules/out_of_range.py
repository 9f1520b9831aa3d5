# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 2, demand outside its range: one episode from the anomaly to the first normal day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sightline.desk import Episode
from sightline.rules.identity import cause_key, exact, exception_id, object_of

RULE = "demand_out_of_range"
VERSION = "1"
KIND = "unusual_demand"
DAY = timedelta(days=1)
CENT = Decimal("0.0001")
SEVERE = 6.0  # -log10 p: once in a million days


@dataclass(frozen=True, slots=True)
class Day:
    """One row of the query ``demand_out_of_range``, without its series.

    Attributes
    ----------
    day
        Start of the day, UTC.
    verdict
        ``up`` or ``down`` out of range, or ``inside`` it.
    raised
        An anomaly stands at this day; the verdict is its direction.
    asked, paid, unpriced
        Units at a known price, what they came to, and order lines without a price; 0 on days
        without an anomaly.
    """

    day: datetime
    verdict: str
    raised: bool
    qty: Decimal
    expected: float | None
    low: float | None
    high: float | None
    score: float
    excess: Decimal
    value: Decimal | None
    asked: Decimal
    paid: Decimal
    unpriced: int
    currency: str
    anomalies: tuple[str, ...]

    @property
    def at_stake(self) -> Decimal | None:
        """Return the excess in money, never negative, None when it is unknown.

        As the anomaly says it, else at the average price of the day's order lines, provided
        that all of them state one, in one currency.
        """
        if self.value is not None:
            return abs(self.value)
        if self.unpriced or not self.asked or not self.currency:
            return None
        return abs(self.excess * self.paid / self.asked).quantize(CENT)


@dataclass(frozen=True, slots=True)
class Run:
    """Days out of range in one direction, from an anomaly on.

    Attributes
    ----------
    days
        The days out of range, in order; the first one is an anomaly.
    ended
        End of the day that ended it, None while it goes on.
    """

    direction: str
    days: tuple[Day, ...]
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """An item at a location of a tenant."""

    tenant: str
    loc: str
    item: str

    @property
    def key(self) -> str:
        """Return the dedup key of its episodes."""
        return cause_key(self.item, self.loc)


def walk(days: Iterable[Day]) -> Iterator[Run]:
    """Yield the runs of one series, in order; only the last one may still go on.

    A run starts at an anomaly and goes on over days out of range in the same direction. A day
    inside the range ends it, and so does one out of range in the other direction.

    Parameters
    ----------
    days
        In order of time, without those that nobody judged: masked ones, and those on which
        the location was shut. Days between an end and the next anomaly may be missing.
    """
    run: Run | None = None
    for day in days:
        if run is not None:
            run = _after(run, day)
            if run.ended is not None:
                yield run
                run = None
        if run is None and day.raised:
            run = Run(day.verdict, (day,))
    if run is not None:
        yield run


def _after(run: Run, day: Day) -> Run:
    if day.verdict == run.direction:
        return replace(run, days=(*run.days, day))
    return replace(run, ended=day.day + DAY)


def episode_of(series: Series, run: Run) -> Episode:
    """Return the episode that `run` is; it opens when its first day is over."""
    first = run.days[0]
    alarms = [day for day in run.days if day.raised]
    money, currency = _money(alarms)
    return Episode(
        exception_id=exception_id(RULE, series.tenant, series.item, series.loc, first.day),
        tenant=series.tenant,
        dedup_key=series.key,
        kind=KIND,
        rule=RULE,
        rule_version=VERSION,
        severity="high" if max(day.score for day in alarms) >= SEVERE else "medium",
        item=series.item,
        loc=series.loc,
        object=object_of(series.item),
        opened=first.day + DAY,
        state="open" if run.ended is None else "resolved",
        resolved=run.ended,
        resolution="" if run.ended is None else "ended",
        money=money,
        currency=currency,
        facts=_facts(run, alarms),
        evidence=tuple(sorted({a for day in alarms for a in day.anomalies})),
    )


def withdrawn(episode: Episode, *, as_of: datetime) -> Episode:
    """Return `episode` as restated: the data that opened it no longer say so."""
    at = episode.resolved or max(as_of, episode.opened)
    return replace(episode, state="resolved", resolved=at, resolution="withdrawn")


def _money(alarms: list[Day]) -> tuple[Decimal | None, str]:
    """Return what the alarms sum up to, in their one currency; None when that is unknown."""
    values = [day.at_stake for day in alarms if day.at_stake is not None]
    currencies = {day.currency for day in alarms}
    if len(values) < len(alarms) or len(currencies) > 1:
        return None, ""
    return sum(values, Decimal(0)), currencies.pop()


def _facts(run: Run, alarms: list[Day]) -> dict[str, Any]:
    first, last = run.days[0], run.days[-1]
    return {
        "direction": run.direction,
        "days": len(run.days),
        "first_day": first.day.date().isoformat(),
        "last_day": last.day.date().isoformat(),
        "quantity": exact(last.qty),
        "expected": exact(last.expected),
        "low": exact(last.low),
        "high": exact(last.high),
        "excess_units": exact(sum((day.excess for day in alarms), Decimal(0))),
        "score": round(max(day.score for day in alarms), 2),
    }

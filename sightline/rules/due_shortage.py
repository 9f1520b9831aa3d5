# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 1, due shortage: due demand exceeds what is available.

Per item and location: the units that due order lines still wait for and that have no stock
reserved, against on_hand - reserved - hold, where less than nothing counts as nothing. Stock
that a line has reserved is on neither side. A line without a date is due (RULINGS 9).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from sightline.desk import Episode
from sightline.desk.episode import SEVERITIES
from sightline.rules.identity import cause_key, exact, exception_id, object_of

RULE = "due_shortage"
VERSION = "1"
KIND = "shortage"
FLAP = timedelta(hours=1)  # a shortage that comes back within this is the same one
CENT = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Shortage:
    """One row of the query ``due_shortage``."""

    tenant: str
    item: str
    loc: str
    due_units: Decimal
    available: Decimal
    inbound: Decimal
    on_order: Decimal
    in_transit: Decimal
    due_lines: int
    oldest_due: date | None
    latest_due: date | None
    changed: datetime
    no_anchor: bool

    @property
    def short(self) -> Decimal:
        """Return the due units that cannot be served, > 0."""
        return self.due_units - max(self.available, Decimal(0))

    @property
    def cause(self) -> tuple[str, str]:
        """Return what makes it the same shortage: the tenant and the dedup key."""
        return self.tenant, cause_key(self.item, self.loc)

    @property
    def began(self) -> datetime:
        """Return a time by which the shortage had begun.

        Nothing of it is younger than the latest event in the position or, where a line became
        due by the calendar alone, the start of the latest due date.
        """
        if self.latest_due is None:
            return self.changed
        midnight = datetime.combine(self.latest_due, time(), tzinfo=UTC)
        return max(self.changed, midnight)


@dataclass(frozen=True, slots=True)
class Value:
    """One row of the query ``due_shortage_value``."""

    tenant: str
    item: str
    loc: str
    due_units: Decimal
    due_value: Decimal | None
    currency: str
    events: tuple[str, ...]

    @property
    def price(self) -> Decimal | None:
        """Return the average price of a due unit, None when one is unknown or they mix."""
        if self.due_value is None or not self.currency or not self.due_units:
            return None
        return self.due_value / self.due_units


def severity(shortage: Shortage) -> str:
    """Return how bad it is.

    Critical when nothing is available and nothing is inbound, medium when what is inbound
    covers the shortage, high otherwise. A position that was never counted starts at 0, so its
    shortage may be none: one step milder, medium at least.
    """
    if shortage.inbound >= shortage.short:
        step = 0
    else:
        step = 2 if shortage.available <= 0 and shortage.inbound <= 0 else 1
    return SEVERITIES[max(step - shortage.no_anchor, 0)]


def facts(shortage: Shortage) -> dict[str, Any]:
    """Return what a person needs to know of `shortage`; quantities are decimal strings."""
    return {
        "short_units": exact(shortage.short),
        "due_units": exact(shortage.due_units),
        "available": exact(shortage.available),
        "inbound": exact(shortage.inbound),
        "on_order": exact(shortage.on_order),
        "in_transit": exact(shortage.in_transit),
        "due_lines": shortage.due_lines,
        "oldest_due": shortage.oldest_due and shortage.oldest_due.isoformat(),
        "no_anchor": shortage.no_anchor,
    }


def opened(shortage: Shortage, *, as_of: datetime) -> Episode:
    """Return a new episode of `shortage`, first seen at `as_of`."""
    tenant, key = shortage.cause
    blank = Episode(
        exception_id=exception_id(RULE, tenant, shortage.item, shortage.loc, as_of),
        tenant=tenant,
        dedup_key=key,
        kind=KIND,
        rule=RULE,
        rule_version=VERSION,
        severity="",
        item=shortage.item,
        loc=shortage.loc,
        object=object_of(shortage.item),
        opened=as_of,
    )
    return told(blank, shortage)


def told(episode: Episode, shortage: Shortage) -> Episode:
    """Return `episode`, open, with the facts of `shortage`; its money is left as it was."""
    return replace(
        episode,
        rule_version=VERSION,
        state="open",
        resolved=None,
        resolution="",
        severity=severity(shortage),
        facts=facts(shortage),
    )


def ended(episode: Episode, *, as_of: datetime, withdrawn: bool) -> Episode:
    """Return `episode` as ended at `as_of`, or at its opening should that be later.

    Parameters
    ----------
    withdrawn
        Late data say that it never was; else it is over.
    """
    at = max(as_of, episode.opened)
    resolution = "withdrawn" if withdrawn else "ended"
    return replace(episode, state="resolved", resolved=at, resolution=resolution)


def valued(episode: Episode, shortage: Shortage, value: Value | None) -> Episode:
    """Return `episode` with its money, at the average price of the due lines, and evidence."""
    if value is None:
        return replace(episode, money=None, currency="", evidence=())
    if value.price is None:
        return replace(episode, money=None, currency="", evidence=value.events)
    money = (shortage.short * value.price).quantize(CENT)
    return replace(episode, money=money, currency=value.currency, evidence=value.events)


def continued(known: Iterable[Episode], *, as_of: datetime) -> Episode | None:
    """Return the episode that a shortage goes on with: the open one, or one just ended.

    Parameters
    ----------
    known
        Episodes of this rule and one cause.
    """
    known = tuple(known)
    for episode in known:
        if episode.state == "open":
            return episode
    ends = [e for e in known if e.resolved is not None and as_of - e.resolved <= FLAP]
    return max(ends, key=lambda e: (e.resolved, e.exception_id), default=None)


def by_cause(episodes: Iterable[Episode]) -> Mapping[tuple[str, str], list[Episode]]:
    """Return `episodes` by tenant and dedup key."""
    found: dict[tuple[str, str], list[Episode]] = {}
    for episode in episodes:
        found.setdefault((episode.tenant, episode.dedup_key), []).append(episode)
    return found

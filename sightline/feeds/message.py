# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a message says: what happened, why, how much it is about, since when, where to look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sightline.feeds import words
from sightline.feeds.drift_words import of_drift
from sightline.feeds.links import stock_link
from sightline.feeds.numbers import at, price
from sightline.feeds.words import Words

LONGEST_NAME = 60
WORDS: Mapping[str, Callable[[Mapping[str, Any]], Words]] = {
    "due_shortage": words.of_shortage,
    "demand_out_of_range": words.of_demand,
    "position_drift": of_drift,
}


@dataclass(frozen=True, slots=True)
class Message:
    """An exception in words.

    Attributes
    ----------
    severity
        ``critical``, ``high`` or ``medium``.
    title
        One short line that begins with the item and its location.
    what, why, since
        Whole sentences.
    how_much
        Units and money; money is a dash when no price is known.
    link
        The page that shows it.
    """

    severity: str
    title: str
    what: str
    why: str
    how_much: str
    since: str
    link: str

    @property
    def text(self) -> str:
        """Return all of it but the link as plain text."""
        return f"{self.title}. {self.what} {self.why} At stake: {self.how_much}. {self.since}"


def of_event(event: Mapping[str, Any], *, url: str) -> Message:
    """Return the message about the exception that a CloudEvent of type 32 to 34 carries.

    Parameters
    ----------
    url
        Address of the dashboard; the link begins with it.
    """
    data = event["data"]
    return explain(
        rule=data["rule"],
        severity=data["severity"],
        item=data["item"],
        loc=data["loc"],
        opened=datetime.fromisoformat(data["opened"]),
        facts=facts_of(data["drivers"]),
        money=Decimal(data["money"]) if "money" in data else None,
        link=stock_link(url, item=data["item"], loc=data["loc"], exception_id=data["exc_id"]),
    )


def explain(  # noqa: PLR0913  one argument for each column that a screen has
    *,
    rule: str,
    severity: str,
    item: str,
    loc: str,
    opened: datetime,
    facts: Mapping[str, Any],
    money: Decimal | None,
    link: str,
) -> Message:
    """Return an exception in words.

    Parameters
    ----------
    rule
        A key of `WORDS`.
    facts
        As the rule wrote them; see `facts_of`.
    money
        What is at stake in ``facts["currency"]``, or in the reporting currency without one.
    """
    found = WORDS[rule](facts)
    return Message(
        severity=severity,
        title=f"{shortened(item)} at {shortened(loc)}: {found.title}",
        what=found.what,
        why=found.why,
        how_much=f"{found.units}, worth {price(money, facts.get('currency', ''))}",
        since=f"Since {at(opened)}.",
        link=link,
    )


def facts_of(drivers: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the facts by name from an event's drivers (column ``drivers`` as JSON)."""
    return {driver["name"]: driver["value"] for driver in drivers}


def shortened(name: str) -> str:
    """Return `name`, cut where it would fill the message."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"

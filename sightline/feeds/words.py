# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sentences about one kind of exception, from the facts that its rule wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sightline.feeds.numbers import compact, counted, estimate, on

RAREST = 6.0  # beyond one in a million a model's probability says nothing more


@dataclass(frozen=True, slots=True)
class Words:
    """The parts of a message that depend on the rule; names and money are added later."""

    title: str
    what: str
    why: str
    units: str


def of_shortage(facts: Mapping[str, Any]) -> Words:
    """Return the words for rule ``due_shortage``."""
    short = counted(facts["short_units"], "unit")
    due = counted(facts["due_units"], "unit")
    why = [f"{_waiting(facts)}; {_inbound(facts)}.", f"It ends once {short} more {_be(facts)}."]
    if facts["no_anchor"]:
        why.append("It was never counted here: stock is what moved since the first event.")
    return Words(
        title=f"{short} short",
        what=f"{due} due, {_available(Decimal(facts['available']))}.",
        why=" ".join(why),
        units=short,
    )


def of_demand(facts: Mapping[str, Any]) -> Words:
    """Return the words for rule ``demand_out_of_range``."""
    side = "above" if facts["direction"] == "up" else "below"
    score = facts["score"]
    odds = compact(round(Decimal(10) ** Decimal(str(min(score, RAREST)))))
    often = "less than" if score > RAREST else "about"
    return Words(
        title=f"demand {side} its range",
        what=f"{_period(facts)} {counted(facts['quantity'], 'unit')} asked for{_range(facts)}.",
        why=f"By chance a day this far {side} comes {often} once in {odds} days.",
        units=f"{_signed(facts['excess_units'])} units against the expected",
    )


def _waiting(facts: Mapping[str, Any]) -> str:
    lines = facts["due_lines"]
    waits = "waits" if lines == 1 else "wait"
    since = facts["oldest_due"]
    dated = f"{'' if lines == 1 else 'the oldest '}due {on(since)}" if since else "undated"
    return f"{counted(lines, 'order line')} {waits}, {dated}"


def _inbound(facts: Mapping[str, Any]) -> str:
    inbound, ordered, moving = (
        Decimal(facts[name]) for name in ("inbound", "on_order", "in_transit")
    )
    if not inbound:
        return "nothing is inbound"
    parts = [(ordered, "on order"), (moving, "in transit")]
    named = ", ".join(f"{compact(units)} {where}" for units, where in parts if units)
    return f"{counted(inbound, 'unit')} inbound ({named})"


def _available(units: Decimal) -> str:
    if units > 0:
        return f"{counted(units, 'unit')} available"
    if units < 0:
        return f"nothing available (stock less reserved and hold is {compact(units)})"
    return "nothing available"


def _be(facts: Mapping[str, Any]) -> str:
    return "is available" if Decimal(facts["short_units"]) == 1 else "are available"


def _period(facts: Mapping[str, Any]) -> str:
    if facts["days"] == 1:
        return f"On {on(facts['last_day'])}:"
    return (
        f"Out of range on {counted(facts['days'], 'day')} since {on(facts['first_day'])}; "
        f"on {on(facts['last_day'])}:"
    )


def _range(facts: Mapping[str, Any]) -> str:
    if facts["expected"] is None:
        return ""
    expected = f", {estimate(facts['expected'])} expected"
    if facts["low"] is None or facts["high"] is None:
        return expected
    return f"{expected} ({estimate(facts['low'])} to {estimate(facts['high'])})"


def _signed(units: str) -> str:
    return f"+{estimate(units)}" if Decimal(units) > 0 else estimate(units)

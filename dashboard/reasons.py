# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an exception says: its facts as one title and one sentence; pure text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dashboard import wording
from sightline.feeds.drift_words import likely

KINDS = {
    "ack_rejected": "Purchase refused by the supplier",
    "asn_short": "Delivery short of its advice",
    "late_order": "Customer order late",
    "late_po": "Purchase order late",
    "position_drift": "Another system's stock differs",
    "transfer_short": "Transfer arrived short",
}
"""Kinds that other systems open, where the name alone says too little."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an exception is open.

    Attributes
    ----------
    title
        What is wrong and how much.
    why
        The numbers behind it; may be empty.
    """

    title: str
    why: str


def read(name: str, drivers: str) -> Reason:
    """Return what an exception of the kind called `name` says.

    Parameters
    ----------
    drivers
        JSON list of ``{name, value}``; anything else counts as no facts.

    >>> read("shortage", '[{"name": "short_units", "value": "36"}]').title
    '36 units short of due demand'
    """
    facts = _facts(drivers)
    told = {
        "shortage": _shortage,
        "unusual_demand": _unusual_demand,
        "position_drift": _position_drift,
    }.get(name)
    return told(facts) if told and facts else _other(name, facts)


def kind(name: str) -> str:
    """Return the name of a kind of exception as people say it.

    >>> kind("unusual_demand"), kind("late_po")
    ('Unusual demand', 'Purchase order late')
    """
    return KINDS.get(name) or name.replace("_", " ").strip().capitalize() or "Exception"


def subject(item: str, loc: str, about: str) -> str:
    """Return what an exception is about: an item at a location, or else its main object.

    >>> subject("A", "DC1", "item/A"), subject("", "DC1", "po/PO-7"), subject("", "", "")
    ('A at DC1', 'PO-7 at DC1', 'Exception')
    """
    named = item or about.partition("/")[2] or about
    return " at ".join(filter(None, (named, loc))) or "Exception"


def _shortage(facts: Mapping[str, Any]) -> Reason:
    short = _amount(facts, "short_units") or 0.0
    lines = _amount(facts, "due_lines") or 0
    due, available, inbound = (
        wording.number(_amount(facts, name)) for name in ("due_units", "available", "inbound")
    )
    on_lines = wording.count(lines, "order line")
    parts = [f"{due} due on {on_lines}, {available} available, {inbound} inbound"]
    if facts.get("oldest_due"):
        parts.append(f"oldest due {_day(facts['oldest_due'])}")
    if facts.get("no_anchor"):
        parts.append("never counted")
    return Reason(f"{wording.count(short, 'unit')} short of due demand", "; ".join(parts))


def _unusual_demand(facts: Mapping[str, Any]) -> Reason:
    way = {"up": "above", "down": "below"}.get(str(facts.get("direction")), "outside")
    low, high = _amount(facts, "low"), _amount(facts, "high")
    span = f" ({wording.about(low)} to {wording.about(high)})" if high is not None else ""
    days = int(_amount(facts, "days") or 1)
    since = f", {wording.count(days, 'day')} so far" if days > 1 else ""
    return Reason(
        f"Demand {way} its expected range",
        f"{wording.number(_amount(facts, 'quantity'))} asked for on "
        f"{_day(facts.get('last_day', ''))}, expected "
        f"{wording.about(_amount(facts, 'expected'))}{span}{since}",
    )


def _position_drift(facts: Mapping[str, Any]) -> Reason:
    drift = _amount(facts, "drift_units") or 0.0
    stated, computed = (wording.number(_amount(facts, name)) for name in ("stated", "computed"))
    why = f"{facts.get('source') or 'Another system'} states {stated}, we work out {computed}"
    if (low := _amount(facts, "low")) != (high := _amount(facts, "high")):
        why += f" ({wording.number(low)} to {wording.number(high)})"
    if causes := facts.get("causes"):
        why += f"; {likely(causes[0])}"
    side = "more" if drift > 0 else "less"
    return Reason(f"{wording.count(abs(drift), 'unit')} {side} stated than worked out", why)


def _other(name: str, facts: Mapping[str, Any]) -> Reason:
    return Reason(
        kind(name), ", ".join(f"{key.replace('_', ' ')} {v}" for key, v in facts.items())
    )


def _facts(drivers: str) -> dict[str, Any]:
    try:
        found = json.loads(drivers)
    except ValueError:
        return {}
    if not isinstance(found, list):
        return {}
    pairs = (each for each in found if isinstance(each, dict) and "name" in each)
    return {str(each["name"]): each["value"] for each in pairs if each.get("value") is not None}


def _amount(facts: Mapping[str, Any], name: str) -> float | None:
    try:
        return float(facts[name])
    except (KeyError, TypeError, ValueError):
        return None


def _day(given: Any) -> str:
    try:
        return wording.day(date.fromisoformat(str(given)[:10]))
    except ValueError:
        return str(given) or wording.NONE

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sentences about another system's stock that is not what we work out."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sightline.feeds.numbers import at, compact, counted
from sightline.feeds.words import Words

EXACT = 0.995  # a fit that reads 1.00
CAUSES = {
    "supply_not_received": "{units} of {document} may have arrived without a receipt",
    "transfer_not_received": "{units} of transfer {document} may have arrived unreceived",
    "allocated_not_shipped": "{units} reserved for {document} may have left without a shipment",
    "return_not_stated": "{units} returned on {document} may not be in their stock yet",
    "movement_not_stated": "{units} of {document} may have moved here and not there yet",
    "movement_stated_early": "{units} of {document}, moved here later, may be in it already",
    "refused_event": "{units} of event {document} were refused here",
    "count_variance": "our count {document} put {units} right, theirs may not have",
}


def of_drift(facts: Mapping[str, Any]) -> Words:
    """Return the words for rule ``position_drift``."""
    units = counted(abs(Decimal(facts["drift_units"])), "unit")
    side = "more" if Decimal(facts["drift_units"]) > 0 else "less"
    when = at(datetime.fromisoformat(facts["stated_at"]))
    ends = "It ends once a later statement agrees."
    return Words(
        title=f"{units} {side} stated than worked out",
        what=(
            f"{facts['source']} states {compact(facts['stated'])} for {when}, "
            f"we work out {_worked_out(facts)}."
        ),
        why=f"{_likely(facts['causes'])} {ends}",
        units=units,
    )


def likely(candidate: Mapping[str, Any]) -> str:
    """Return how a document would explain a drift, in words.

    >>> likely({"cause": "count_variance", "document": "C-1", "quantity": "-7", "fit": 0.7})
    'our count C-1 put 7 units right, theirs may not have'
    """
    units = counted(abs(Decimal(candidate["quantity"])), "unit")
    return CAUSES[candidate["cause"]].format(units=units, document=candidate["document"])


def _likely(causes: list[Mapping[str, Any]]) -> str:
    if not causes:
        return "No document that is known explains it."
    best = causes[0]
    exactly = "exactly" if best["fit"] >= EXACT else "best"
    others = counted(len(causes) - 1, "other document")
    rest = f"; {others} would in part" if len(causes) > 1 else ""
    return f"What explains it {exactly}: {likely(best)}{rest}."


def _worked_out(facts: Mapping[str, Any]) -> str:
    low, computed, high = (compact(facts[name]) for name in ("low", "computed", "high"))
    return computed if low == high else f"{computed} ({low} to {high})"

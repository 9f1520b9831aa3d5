# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 3, position drift: what another system states is not what we work out.

Per item and location the latest statement counts. It drifts when it lies beyond on hand at
its moment, and beyond what an ambiguous count leaves open there, by more than the tolerance.
The documents that would explain it come with it, the best first.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sightline.desk import Episode
from sightline.rules.identity import cause_key, exact, exception_id, object_of

RULE = "position_drift"
VERSION = "1"
KIND = "position_drift"
CENT = Decimal("0.0001")
SEVERE = Decimal("0.2")  # of the larger quantity


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a statement may be off; it drifts when it is beyond both.

    Attributes
    ----------
    units
        Base units.
    share
        Of the larger of what is stated and what is computed. Accuracy is counted in classes
        of about 0.5 % for what matters most to 5 % for what matters least; 2 % lies between.
    """

    units: float = 0.0
    share: float = 0.02


NARROW = Tolerance()


@dataclass(frozen=True, slots=True)
class Drift:
    """One row of the query ``position_drift``."""

    tenant: str
    item: str
    loc: str
    source: str
    event_id: str
    time: datetime
    stated: Decimal
    computed: Decimal
    low: Decimal
    high: Decimal
    beyond: Decimal
    unit_cost: Decimal | None
    currency: str

    @property
    def cause(self) -> tuple[str, str]:
        """Return what makes it the same drift: the tenant and the dedup key."""
        return self.tenant, cause_key(self.item, self.loc)

    @property
    def id(self) -> str:
        """Return the id of the exception that this statement opens."""
        return exception_id(RULE, self.tenant, self.item, self.loc, self.time)

    @property
    def money(self) -> Decimal | None:
        """Return what the drift is worth at cost, None when no cost is known."""
        if self.unit_cost is None:
            return None
        return (abs(self.beyond) * self.unit_cost).quantize(CENT)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row of the query ``position_drift_causes``, without its place."""

    cause: str
    document: str
    quantity: Decimal
    fit: float
    event: str

    @property
    def fact(self) -> dict[str, Any]:
        """Return it as a fact of the exception."""
        fit = round(self.fit, 2)
        told = {"cause": self.cause, "document": self.document, "fit": fit}
        return told | {"quantity": exact(self.quantity), "event": self.event}


def severity(drift: Drift) -> str:
    """Return how bad it is: high from a fifth of the larger quantity on, else medium."""
    larger = max(abs(drift.stated), abs(drift.computed))
    return "high" if abs(drift.beyond) >= SEVERE * larger else "medium"


def told(before: Episode | None, drift: Drift, candidates: Sequence[Candidate]) -> Episode:
    """Return the episode of `drift`: a new one, or the one that it goes on with."""
    episode = before or _blank(drift)
    return replace(
        episode,
        rule_version=VERSION,
        state="open",
        resolved=None,
        resolution="",
        severity=severity(drift),
        money=drift.money,
        currency=drift.currency if drift.money is not None else "",
        facts=_facts(drift, candidates),
        evidence=tuple(
            dict.fromkeys([drift.event_id, *(c.event for c in candidates if c.event)])
        ),
    )


def ended(episode: Episode, *, by: str, at: datetime) -> Episode:
    """Return `episode` as ended at the time `at`, or at its opening should that be later.

    Parameters
    ----------
    by
        The latest statement. When it is the one that drifted, what came to be known since
        explains it: the exception is withdrawn.
    """
    resolution = "withdrawn" if by in ("", episode.facts.get("statement")) else "ended"
    at = max(at, episode.opened)
    return replace(episode, state="resolved", resolved=at, resolution=resolution)


def continued(known: Sequence[Episode], drift: Drift) -> Episode | None:
    """Return the episode of `known`, all of one cause, that `drift` goes on with."""
    alive = [episode for episode in known if episode.state == "open"]
    same = [episode for episode in known if episode.exception_id == drift.id]
    return next(iter(alive + same), None)


def _blank(drift: Drift) -> Episode:
    return Episode(
        exception_id=drift.id,
        tenant=drift.tenant,
        dedup_key=drift.cause[1],
        kind=KIND,
        rule=RULE,
        rule_version=VERSION,
        severity="",
        item=drift.item,
        loc=drift.loc,
        object=object_of(drift.item),
        opened=drift.time,
    )


def _facts(drift: Drift, candidates: Sequence[Candidate]) -> dict[str, Any]:
    quantities = ("stated", "computed", "low", "high")
    return {name: exact(getattr(drift, name)) for name in quantities} | {
        "drift_units": exact(drift.beyond),
        "source": drift.source,
        "statement": drift.event_id,
        "stated_at": drift.time.isoformat(),
        "causes": [candidate.fact for candidate in candidates],
    }

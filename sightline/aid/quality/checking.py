# SPDX-License-Identifier: AGPL-3.0-or-later
"""Ask every rule's question and keep the answers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from sightline import catalog
from sightline.aid.quality.rule import Rule
from sightline.aid.quality.rules import RULES
from sightline.desk import Desk, Place
from sightline.events.masters import ENTITIES
from sightline.events.masters.catalogue import object_type
from sightline.events.relations import OBJECT_OF
from sightline.store import Store

KNOWN = sorted({*OBJECT_OF.values(), *map(object_type, ENTITIES)})
"""Types of objects that events of the catalogue and master records are related to."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found.

    Attributes
    ----------
    total
        Rows in all, also those that `rows` leaves out.
    rows
        Columns as the rule's query returns them; the worst first.
    """

    rule: Rule
    total: int
    rows: pa.Table

    @property
    def title(self) -> str:
        """Return what was found, with its number."""
        return f"{self.total:,} {self.rule.one if self.total == 1 else self.rule.many}"


@dataclass(frozen=True, slots=True)
class Checkup:
    """The answers to all rules, at one time.

    Attributes
    ----------
    events, records
        Accepted events and versions of master records that were looked at.
    as_of
        Business time at which records had to hold, UTC.
    """

    findings: tuple[Finding, ...]
    rules: int
    events: int
    records: int
    as_of: datetime


def check(
    store: Store, *, as_of: datetime, settled: Iterable[Place] = (), most: int = 200
) -> Checkup:
    """Return what is wrong with the data; rules that found nothing are left out.

    Parameters
    ----------
    as_of
        Business time at which records have to hold, UTC.
    settled
        Dead letters that people have retried or discarded: they are no finding any more.
    most
        Rows kept for each rule.
    """
    places = list(settled)
    found = [check_one(store, rule, as_of=as_of, settled=places, most=most) for rule in RULES]
    (scope,) = store.read_arrow("quality_scope").to_pylist()
    return Checkup(
        tuple(each for each in found if each.total),
        len(found),
        scope["events"],
        scope["records"],
        as_of,
    )


def check_one(
    store: Store, rule: Rule, *, as_of: datetime, settled: Iterable[Place] = (), most: int = 200
) -> Finding:
    """Return what one rule finds; parameters as of `check`."""
    given = {
        "as_of": as_of,
        "most": most,
        "settled": [f"{each.part}/{each.off}" for each in settled],
        "known": KNOWN,
    }
    name = f"quality_{rule.name}"
    rows = store.read_arrow(name, **{key: given[key] for key in catalog.load(name).params})
    total = rows["total"][0].as_py() if rows.num_rows else 0
    return Finding(rule, total, rows.drop_columns("total"))


def settled_letters(desk: Desk, generation: int) -> Sequence[Place]:
    """Return where the dead letters lie that people have dealt with."""
    return [mark.place for mark in desk.letter_marks(generation)]

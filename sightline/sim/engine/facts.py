# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happened in the world, before any system has recorded it.

Two shapes: a `Fact` for what happens one by one, with the data of its event nearly as it will
be sent; `Many` for what happens by the thousand, as columns of whole numbers that
`sightline.sim.systems` spells out.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from sightline.sim.engine.moments import Ints

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened.

    Attributes
    ----------
    at
        When, µs.
    kind
        Short name of the event type, such as ``supply.po_released``.
    source
        System that records it, such as ``erp://sim``; see `sightline.sim.systems.sources`.
    name
        Names it within its source, for ever: the id of its event follows from both. Made of the
        thing's own id and never of a count of other things.
    data
        The event's data without ``objects`` and ``synthetic``.
    about
        Object type -> object id.
    key
        Partition key: the item where there is one, else the main object.
    flow
        Correlation id: the order, purchase order or transfer.
    labels
        Labels that this event belongs to.
    """

    at: int
    kind: str
    source: str
    name: str
    data: dict[str, Any]
    about: dict[str, str]
    key: str
    flow: str = ""
    cause: str = ""
    labels: tuple[str, ...] = ()

    @property
    def event_id(self) -> str:
        """Return the id of its event."""
        return event_id(self.source, self.name)


@dataclass(frozen=True, slots=True)
class Many:
    """Things of one kind that happened; all columns are as long as `at`.

    `labels` maps rows to a label where there is any.
    """

    kind: str
    at: Ints
    columns: dict[str, Column]
    labels: dict[int, str] = field(default_factory=dict)


class Facts:
    """Where facts are put until the systems record them, hour by hour."""

    def __init__(self) -> None:
        self._one: list[Fact] = []
        self._many: list[Many] = []

    def one(self, fact: Fact) -> None:
        """Put down one thing."""
        self._one.append(fact)

    def many(
        self, kind: str, at: Ints, labels: dict[int, str] | None = None, /, **columns: Any
    ) -> None:
        """Put down several things of one kind; a scalar column holds for all of them."""
        if not len(at):
            return
        full = {
            name: np.broadcast_to(np.array(column, dtype=np.int64), at.shape)
            for name, column in columns.items()
        }
        self._many.append(Many(kind, at.copy(), full, labels or {}))

    def taken(self) -> tuple[list[Fact], list[Many]]:
        """Return what was put down since the last call."""
        one, self._one = self._one, []
        many, self._many = self._many, []
        return one, many


def event_id(source: str, name: str) -> str:
    """Return the id of the event that records `name` in `source`.

    >>> event_id("erp://sim", "po_released/PO-1/1")
    '08eeee57-0e90-5637-bacc-20c2bd011305'
    """
    return str(uuid5(NAMESPACE, f"{source}/{name}"))


NAMESPACE: UUID = uuid5(NAMESPACE_URL, "sightline/sim")


def quantity(units: int, pack: int = 1) -> dict[str, Any]:
    """Return a quantity block: `units` pieces, or whole cases of `pack` pieces each.

    >>> quantity(24, 12)["qty"], quantity(24, 12)["base_qty"]
    ('2', '24')
    """
    block: dict[str, Any] = {"base_qty": str(units), "base_uom": "EA", "conv_src": "doc"}
    if pack == 1 or units % pack:
        return {"qty": str(units), "uom": "EA"} | block
    return {"qty": str(units // pack), "uom": "CS", "conv_num": pack, "conv_den": 1} | block


def money(cents: int) -> dict[str, str]:
    """Return a money block in euro.

    >>> money(1290)
    {'amount': '12.90', 'currency': 'EUR'}
    """
    sign = "-" if cents < 0 else ""
    return {"amount": f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}", "currency": "EUR"}

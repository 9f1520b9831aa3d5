# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is put down about a line of a purchase order."""

from typing import Any

from sightline.sim.engine.facts import Fact, quantity
from sightline.sim.engine.world import World
from sightline.sim.procure.order import PurchaseLine

ERP, EDI, TMS = "erp://sim", "edi://gateway", "tms://road"


def say(  # noqa: PLR0913  a fact has that many parts
    world: World,
    line: PurchaseLine,
    kind: str,
    at: int,
    *,
    name: str,
    source: str = ERP,
    units: int | None = None,
    about: dict[str, str] | None = None,
    labels: tuple[str, ...] = (),
    known: tuple[str, ...] = (),
    **more: Any,
) -> None:
    """Put down a fact of `line`; its data are the line's own, or those `known`, and `more`."""
    base = {name: line.base[name] for name in known} if known else line.base
    data = {**base, **more}
    if units is not None:
        data["q"] = quantity(units, line.pack)
    world.facts.one(
        Fact(
            at=at,
            kind=kind,
            source=source,
            name=name,
            data=data,
            about=line.about if about is None else {**line.about, **about},
            key=line.base["item"],
            flow=line.po,
            labels=labels,
        )
    )


def post(world: World, line: PurchaseLine, at: int, before: tuple[int, int]) -> None:
    """Post what changed of the line's share of the position since `before`."""
    on_order, in_transit = line.state()
    moved, moving = on_order - before[0], in_transit - before[1]
    if moved or moving:
        world.book.post(at, line.il, on_order=moved, in_transit=moving)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What injectors of order lines share: numbers of their orders, marks of their labels."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from sightline.sim.demand.lines import DayLines
from sightline.sim.engine.labels import Label
from sightline.sim.engine.moments import Flags, Ints
from sightline.sim.systems import naming

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast
    from sightline.sim.engine.world import World

SURGE, ONE_TIME, DUPLICATE = 300, 800, 900  # numbers of orders that no usual order has


def mark_of(world: "World", label: Label) -> int:
    """Add `label` and return how order lines refer to it."""
    world.labels.add(label)
    return len(world.labels.all)


def marked(lines: DayLines, mark: int) -> DayLines:
    """Return `lines` with a label."""
    return replace(lines, label=np.full(len(lines), mark))


def line_ids(cast: "Cast", lines: DayLines) -> list[str]:
    """Return the ids of order lines."""
    return [
        naming.order_line(cast.customers[customer].code, day, nth, cast.items[item].code)
        for customer, day, nth, item in zip(
            lines.customer.tolist(),
            lines.day.tolist(),
            lines.nth.tolist(),
            lines.item.tolist(),
            strict=True,
        )
    ]


def changed(lines: DayLines, rows: Flags, **columns: Ints | int) -> DayLines:
    """Return `lines` with other values of some columns at `rows`."""
    values = {
        name: np.where(rows, value, getattr(lines, name)) for name, value in columns.items()
    }
    return replace(lines, **values)


def joined(parts: Sequence[DayLines]) -> DayLines | None:
    """Return all lines of `parts`, None when there are none."""
    found = [part for part in parts if len(part)]
    return DayLines.joined(found) if found else None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""All injectors of a world as one: what the parts of the world ask."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sightline.sim.demand.lines import DayLines
from sightline.sim.engine.moments import Floats, Ints
from sightline.sim.inject.injector import Injector, Outage

if TYPE_CHECKING:
    from sightline.sim.engine.world import World

__all__ = ["Hooks", "Injector", "Outage"]


class Hooks(Injector):
    """All injectors of a world as one."""

    code = "all"

    def __init__(self, injectors: Sequence[Injector]) -> None:
        self.injectors = tuple(injectors)

    def begin(self, world: "World") -> None:
        """Begin all."""
        for each in self.injectors:
            each.begin(world)

    def more_lines(self, day: int, lines: DayLines) -> DayLines | None:
        """Return all added lines; each injector sees the day's own lines only."""
        added = [more for each in self.injectors if (more := each.more_lines(day, lines))]
        return DayLines.joined(added) if added else None

    def misread(self, day: int, lines: DayLines) -> DayLines:
        """Apply one after another."""
        for each in self.injectors:
            lines = each.misread(day, lines)
        return lines

    def demand_factor(self, day: int) -> Floats | None:
        """Return the product."""
        return _product([each.demand_factor(day) for each in self.injectors])

    def forecast_factor(self, day: int) -> Floats | None:
        """Return the product."""
        return _product([each.forecast_factor(day) for each in self.injectors])

    def signal_factor(self, metric: str, at: int) -> Floats | None:
        """Return the product."""
        return _product([each.signal_factor(metric, at) for each in self.injectors])

    def lead_factor(self, supplier: int, at: int) -> float:
        """Return the product."""
        factor = 1.0
        for each in self.injectors:
            factor *= each.lead_factor(supplier, at)
        return factor

    def partial_chance(self, supplier: int, at: int, base: float) -> float:
        """Apply one after another."""
        for each in self.injectors:
            base = each.partial_chance(supplier, at, base)
        return base

    def is_silent(self, supplier: int, at: int) -> bool:
        """Tell whether any says so."""
        return any(each.is_silent(supplier, at) for each in self.injectors)

    def supplier_labels(self, supplier: int, at: int) -> tuple[str, ...]:
        """Return all labels."""
        found = (each.supplier_labels(supplier, at) for each in self.injectors)
        return tuple(label for labels in found for label in labels)

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Return all labels."""
        found = (each.labels_of(what, which, at, name) for each in self.injectors)
        return tuple(label for labels in found for label in labels)

    def override_log_odds(self, region: int, at: int) -> float:
        """Return the sum."""
        return sum(each.override_log_odds(region, at) for each in self.injectors)

    def master_factor(self, place: int, day: int) -> float:
        """Return the product."""
        factor = 1.0
        for each in self.injectors:
            factor *= each.master_factor(place, day)
        return factor

    def violation(self, po: str, region: int, amount: int, at: int) -> str:
        """Return the first."""
        found = (each.violation(po, region, amount, at) for each in self.injectors)
        return next(filter(None, found), "")

    def violation_labels(self, po: str) -> tuple[str, ...]:
        """Return all labels."""
        found = (each.violation_labels(po) for each in self.injectors)
        return tuple(label for labels in found for label in labels)

    def is_absent(self, person: str, at: int) -> bool:
        """Tell whether any says so."""
        return any(each.is_absent(person, at) for each in self.injectors)

    def absence_labels(self, person: str, since: int, until: int) -> tuple[str, ...]:
        """Return all labels."""
        found = (each.absence_labels(person, since, until) for each in self.injectors)
        return tuple(label for labels in found for label in labels)

    def ranks(self, place: int, at: int, ranks: Ints, channel: Ints) -> Ints:
        """Apply one after another."""
        for each in self.injectors:
            ranks = each.ranks(place, at, ranks, channel)
        return ranks

    def inverted(self, place: int, at: int, count: int) -> tuple[str, ...]:
        """Tell all, return all labels."""
        found = [each.inverted(place, at, count) for each in self.injectors]
        return tuple(label for labels in found for label in labels)

    def reallocated(self, at: int, lines: int) -> tuple[str, ...]:
        """Tell all, return all labels."""
        found = [each.reallocated(at, lines) for each in self.injectors]
        return tuple(label for labels in found for label in labels)

    def realloc_share(self, place: int, at: int) -> float:
        """Return the sum."""
        return sum(each.realloc_share(place, at) for each in self.injectors)

    def receipt_hold_days(self, supplier: int, place: int, at: int) -> float:
        """Return the longest."""
        days = (each.receipt_hold_days(supplier, place, at) for each in self.injectors)
        return max(days, default=0.0)

    def leak_share(self, place: int, day: int) -> float:
        """Return the sum."""
        return sum(each.leak_share(place, day) for each in self.injectors)

    def leaked(self, place: int, day: int, units: dict[str, int]) -> tuple[str, ...]:
        """Tell all, return all labels."""
        found = [each.leaked(place, day, units) for each in self.injectors]
        return tuple(label for labels in found for label in labels)

    def revealed(self, label: str, item: str, units: int) -> None:
        """Tell all."""
        for each in self.injectors:
            each.revealed(label, item, units)

    def model_state(self, at: int) -> str:
        """Return the worst."""
        states = [each.model_state(at) for each in self.injectors]
        return max(states, key=("ok", "degraded", "down").index, default="ok")

    def transfer_wait_hours(self, place: int, at: int) -> float:
        """Return the longest."""
        hours = (each.transfer_wait_hours(place, at) for each in self.injectors)
        return max(hours, default=0.0)

    def late_transfer(self, line: str, item: str, place: int, at: int) -> tuple[str, ...]:
        """Tell all, return all labels."""
        found = [each.late_transfer(line, item, place, at) for each in self.injectors]
        return tuple(label for labels in found for label in labels)

    def failure_share(self, service: str, at: int) -> float:
        """Return the sum."""
        return sum(each.failure_share(service, at) for each in self.injectors)

    def outages(self) -> Sequence[Outage]:
        """Return all."""
        return [outage for each in self.injectors for outage in each.outages()]


def _product(factors: Sequence[Floats | None]) -> Floats | None:
    found: list[Any] = [factor for factor in factors if factor is not None]
    if not found:
        return None
    product: Floats = found[0]
    for factor in found[1:]:
        product = product * factor
    return product

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where an injector may reach into the world: each hook leaves things as they are by default.

A part of the world asks `Hooks` at these points only, so what an injector cannot do by a hook
it cannot do at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.sim.demand.lines import DayLines
from sightline.sim.engine.moments import Floats, Ints

if TYPE_CHECKING:
    from sightline.sim.engine.world import World


@dataclass(frozen=True, slots=True)
class Outage:
    """A source whose events wait from `since` and arrive in a burst after `until`, µs.

    `label` is that of what the middleware says about it.
    """

    source: str
    since: int
    until: int
    label: str = ""


class Injector:
    """Something that goes wrong on purpose. Times in µs, places and regions by index."""

    code = ""

    def begin(self, world: "World") -> None:
        """Look at the world before its first hour: choose a scope, make labels."""

    def more_lines(self, day: int, lines: DayLines) -> DayLines | None:
        """Return order lines to add to `lines`, the day's own."""
        return None

    def misread(self, day: int, lines: DayLines) -> DayLines:
        """Return the lines as the company's systems take them."""
        return lines

    def demand_factor(self, day: int) -> Floats | None:
        """Return factors on true demand, items by regions, or None."""
        return None

    def forecast_factor(self, day: int) -> Floats | None:
        """Return factors on what planning expects, items by regions, or None."""
        return None

    def signal_factor(self, metric: str, at: int) -> Floats | None:
        """Return factors on what a signal of the hour `at` shows, families by regions."""
        return None

    def lead_factor(self, supplier: int, at: int) -> float:
        """Return the factor on the lead time of an order released at `at`."""
        return 1.0

    def partial_chance(self, supplier: int, at: int, base: float) -> float:
        """Return the chance that a delivery comes in parts."""
        return base

    def is_silent(self, supplier: int, at: int) -> bool:
        """Tell whether acknowledgements fail to come."""
        return False

    def supplier_labels(self, supplier: int, at: int) -> tuple[str, ...]:
        """Return labels of a purchase order line released at `at`."""
        return ()

    def labels_of(self, what: str, which: int, at: int, name: str = "") -> tuple[str, ...]:
        """Return labels of something at `at`.

        Parameters
        ----------
        what, which
            ``decision`` in a region, ``parameters`` of a place, ``receipt`` at a place,
            ``signal`` of a region, ``forecast`` of a place, ``model`` 0 or a ``call`` 0 that
            failed.
        name
            The thing's own name; metric/family of a signal, service of a call.
        """
        return ()

    def override_log_odds(self, region: int, at: int) -> float:
        """Return what is added to the log odds that a planner overrides."""
        return 0.0

    def master_factor(self, place: int, day: int) -> float:
        """Return how wrong planning parameters of a place are; 1 is right."""
        return 1.0

    def violation(self, po: str, region: int, amount: int, at: int) -> str:
        """Return the rule that an order shall break: self_approval, bypass, split or ""."""
        return ""

    def violation_labels(self, po: str) -> tuple[str, ...]:
        """Return labels of a purchase order that breaks a rule, as `violation` decided."""
        return ()

    def is_absent(self, person: str, at: int) -> bool:
        """Tell whether somebody is away without a word."""
        return False

    def absence_labels(self, person: str, since: int, until: int) -> tuple[str, ...]:
        """Return labels of what waited for somebody who was away at a moment between."""
        return ()

    def ranks(self, place: int, at: int, ranks: Ints, channel: Ints) -> Ints:
        """Return policy ranks of open lines as allocation takes them, 1 first."""
        return ranks

    def inverted(self, place: int, at: int, count: int) -> tuple[str, ...]:
        """Take note of `count` allocations before a better rank; return their labels."""
        return ()

    def reallocated(self, at: int, lines: int) -> tuple[str, ...]:
        """Return labels of what lost stock after release; `lines` did for the first time."""
        return ()

    def realloc_share(self, place: int, at: int) -> float:
        """Return the added share of released lines that lose their stock to another line."""
        return 0.0

    def receipt_hold_days(self, supplier: int, place: int, at: int) -> float:
        """Return for how long finance blocks a receipt, days."""
        return 0.0

    def leak_share(self, place: int, day: int) -> float:
        """Return the share of free stock that vanishes on a day, unseen until counted."""
        return 0.0

    def leaked(self, place: int, day: int, units: dict[str, int]) -> tuple[str, ...]:
        """Take note of what vanished, pieces by item code; return labels of its counts."""
        return ()

    def revealed(self, label: str, item: str, units: int) -> None:
        """Take note that a count found `units` of `item` gone, lost under `label`."""

    def model_state(self, at: int) -> str:
        """Return ok, degraded (bad recommendations) or down (rules stand in)."""
        return "ok"

    def transfer_wait_hours(self, place: int, at: int) -> float:
        """Return for how long after running out a transfer to `place` is not asked for, hours.

        0 means that it is asked for before that.
        """
        return 0.0

    def late_transfer(self, line: str, item: str, place: int, at: int) -> tuple[str, ...]:
        """Take note of a transfer line that was asked for too late; return its labels."""
        return ()

    def failure_share(self, service: str, at: int) -> float:
        """Return the added share of failing calls of a service."""
        return 0.0

    def outages(self) -> Sequence[Outage]:
        """Return when which source is cut off."""
        return ()

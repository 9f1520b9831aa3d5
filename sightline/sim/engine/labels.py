# SPDX-License-Identifier: AGPL-3.0-or-later
"""Labels: what was done to the world on purpose, and which events show it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True, kw_only=True)
class Label:
    """One thing that went wrong on purpose; times in µs.

    Attributes
    ----------
    label_id
        Such as ``X4/1``: injector and number.
    kind
        What it is, in the words of the one list of kinds where it is an anomaly of demand.
    scope
        What it touches: items, regions, suppliers, lines, … by code.
    first_detectable
        Occurrence time of the first event that differs; 0 until one is known.
    expected
        What must be seen: KPI, direction, true value.
    """

    label_id: str
    kind: str
    scope: dict[str, Any]
    start: int
    end: int
    of_class: str = ""
    first_detectable: int = 0
    expected: dict[str, Any] = field(default_factory=dict)
    event_ids: list[str] = field(default_factory=list)


class Labels:
    """All labels of a world, in order of making."""

    def __init__(self) -> None:
        self.all: dict[str, Label] = {}

    def add(self, label: Label) -> Label:
        """Keep `label`; its id must be new."""
        if label.label_id in self.all:
            raise ValueError(f"label {label.label_id!r} exists; expected a new id")
        self.all[label.label_id] = label
        return label

    def saw(self, label_id: str, event_id: str, at: int) -> None:
        """Note that the event `event_id`, which happened at `at`, belongs to a label."""
        label = self.all[label_id]
        label.event_ids.append(event_id)
        if not label.first_detectable or at < label.first_detectable:
            label.first_detectable = at

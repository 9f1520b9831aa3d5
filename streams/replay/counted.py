# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many events were read, for who wants to know how far it is."""

from collections.abc import Callable
from dataclasses import dataclass

Told = Callable[[int, int], None]


@dataclass(slots=True)
class Counted:
    """Counts the events that are read; `told` hears of them and of `total`."""

    total: int
    told: Told
    events: int = 0

    def add(self, events: int) -> None:
        """Note that `events` were read."""
        self.events += events
        self.told(self.events, max(self.total, self.events))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""When is a source silent for too long? When it breaks its own habit.

A source's habit is the second-longest gap between hours with an event in its last 28 days, so
that nights and weekends are habit and one failure is not. It is known after 14 days. Stale is
what is silent for half as long again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

LEARNT = timedelta(days=14)
PATIENCE = 1.5


@dataclass(frozen=True, slots=True)
class Habit:
    """How regularly one source is heard.

    Attributes
    ----------
    last
        When it was last heard, UTC.
    usual
        Second-longest gap of its last 28 days, hour to hour; None for fewer than two gaps.
    known
        Over how long it has been heard within these 28 days.
    """

    source: str
    last: datetime
    usual: timedelta | None
    known: timedelta

    @property
    def is_learnt(self) -> bool:
        """Tell whether it was heard for long enough to have a habit."""
        return self.usual is not None and self.known >= LEARNT

    @property
    def patience(self) -> timedelta | None:
        """Return how long it may be silent; None while its habit is unknown."""
        return self.usual * PATIENCE if self.usual is not None and self.is_learnt else None

    def is_stale(self, now: datetime) -> bool:
        """Tell whether it is silent for longer than its habit allows.

        >>> from datetime import UTC
        >>> heard = datetime(2026, 3, 2, 8, tzinfo=UTC)
        >>> hourly = Habit("erp", heard, timedelta(hours=1), timedelta(days=28))
        >>> hourly.is_stale(heard + timedelta(hours=1)), hourly.is_stale(datetime(2026, 3, 3,
        ...     tzinfo=UTC))
        (False, True)
        """
        patience = self.patience
        return patience is not None and now - self.last > patience

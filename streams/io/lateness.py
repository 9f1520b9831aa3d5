# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many events come long after others of their source that happened later."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from sightline import timings
from streams.logic.arrays import milliseconds
from streams.logic.tally import by_source

LATE = "late_events"
LATE_MS = 3_600_000  # minutes of disorder are normal between threads of one sender


@dataclass(slots=True)
class Lateness:
    """The latest time of each source in what this process has written."""

    latest: dict[tuple[str, str], int] = field(default_factory=dict)

    def note(self, events: pa.Table) -> None:
        """Count the late ones among rows of the table events, in their order."""
        for key, rows in by_source(events.select(["tenant", "source", "time"])):
            times = milliseconds(rows["time"])
            before = np.maximum.accumulate(np.append(self.latest.get(key, 0), times))
            self.latest[key] = int(before[-1])
            if late := int((times < before[:-1] - LATE_MS).sum()):
                timings.counted(LATE, late)

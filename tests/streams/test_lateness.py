# SPDX-License-Identifier: AGPL-3.0-or-later
"""Late is what comes more than an hour behind the latest time of its own source."""

import pyarrow as pa

from sightline import timings
from streams.io.lateness import LATE, LATE_MS, Lateness


def rows(*told: tuple[str, int]) -> pa.Table:
    sources, times = zip(*told, strict=True)
    return pa.table(
        {
            "tenant": ["main"] * len(told),
            "source": list(sources),
            "time": pa.array(times, pa.int64()).cast(pa.timestamp("ms", "UTC")),
        }
    )


def test_an_event_is_late_by_what_its_own_source_said_before() -> None:
    before = sum(timings.counts(LATE).values())
    lateness = Lateness()
    now = 100 * LATE_MS
    # given one source that is at `now`, and another that is far behind it but in order
    lateness.note(rows(("a", now), ("b", 1), ("a", now - LATE_MS), ("b", 2)))
    assert sum(timings.counts(LATE).values()) == before
    # when the first comes with something older than an hour, within a batch and in a new one
    lateness.note(rows(("a", now - LATE_MS - 1), ("b", 3 * LATE_MS), ("b", LATE_MS)))
    # then these two are late, and nothing else
    assert sum(timings.counts(LATE).values()) == before + 2

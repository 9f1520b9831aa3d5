# SPDX-License-Identifier: AGPL-3.0-or-later
"""By how much does an event's cost grow from the first million to the twentieth?

Processor time of the whole process: reading the log, decoding, duplicates, positions, demand,
snapshots and their files; what the store does with the rows is not the stream's. Compared are
the second million, when everything runs, and the last three. The events are a month of
`rivals.mix`: twenty million events of the simulator's full profile take 12 minutes to make.
Beside it: peak memory with and without pages of files, and how long it takes to start again.
``SIGHTLINE_BENCH_EVENTS`` sets the number of events, 20 000 000 unless it is given.
"""

import json
import os
import time
from collections.abc import Sequence
from itertools import pairwise

import click
import numpy as np
from rivals import month

EVENTS = 20_000_000
MILLION = 1_000_000
LAST = 3  # millions: blocks are merged in bursts


def main() -> None:
    """Play the month, compare, print one JSON line."""
    count = int(os.environ.get("SIGHTLINE_BENCH_EVENTS", EVENTS))
    with month.home_of(count) as settings:
        played = month.through_states(settings)
        costs, peak = costs_of(played.notes), month.status("VmHWM")
        began = time.perf_counter()
        month.through_states(settings)
        restart = time.perf_counter() - began
    first, last = costs[1], float(np.mean(costs[-LAST:]))
    answer = {
        "name": "cost_growth",
        "value": round((last / first - 1) * 100, 1),
        "unit": "% more processor time per event",
        "baseline": round(first, 2),
        "ratio": round(last / first, 3),
        "megabytes": round(peak / 1e6),
        "anonymous_megabytes": round(played.anonymous / 1e6),
        "restart_seconds": round(restart, 2),
        "microseconds_by_million": [round(cost, 2) for cost in costs],
    }
    click.echo(json.dumps(answer))


def costs_of(notes: Sequence[tuple[int, float]]) -> list[float]:
    """Return microseconds of processor time per event for every whole million of events."""
    events, seconds = np.array(notes).T
    edges = np.arange(0, events[-1] + 1, MILLION)
    at = np.interp(edges, events, seconds)
    return [float(later - sooner) for sooner, later in pairwise(at)]


if __name__ == "__main__":
    main()

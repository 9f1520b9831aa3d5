# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much memory does the stream need for 20 million events at 30 000 item-locations?

The whole process counts at its peak, the embedded store and mapped pages of files included:
from the log, as imports write it, into all tables. The baseline is what the rows of the states
take on disk, which the process would hold if it could not map them. ``anonymous`` is the peak
without pages of files, ``restart_seconds`` how long a second run takes that finds nothing new.
``SIGHTLINE_BENCH_EVENTS`` sets the number of events.
"""

import json
import os
import time

import click
from rivals import month

EVENTS = 20_000_000
MEGABYTE = 1_000_000


def main() -> None:
    """Play the month, restart, print one JSON line."""
    count = int(os.environ.get("SIGHTLINE_BENCH_EVENTS", EVENTS))
    with month.home_of(count) as settings:
        played = month.play(settings)
        peak = month.status("VmHWM")
        blocks = (settings.home / "state").rglob("*")
        kept = sum(path.stat().st_size for path in blocks if path.is_file())
        began = time.perf_counter()
        month.play(settings)
        restart = time.perf_counter() - began
    answer = {
        "name": "memory_20m",
        "value": round(peak / MEGABYTE),
        "unit": "MB at the peak",
        "baseline": round(kept / MEGABYTE),
        "ratio": round(kept / peak, 2),
        "anonymous": round(played.anonymous / MEGABYTE),
        "events": played.events,
        "events_per_cpu_second": round(played.events / played.cpu_seconds),
        "restart_seconds": round(restart, 2),
    }
    click.echo(json.dumps(answer))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many imported events per CPU-second go from the log, as Arrow, into all tables?

Duplicates, positions, demand, recovery, inserts into the store and mining count; reading the
file and its mapping do not. The baseline only makes Python objects of the same pieces.
``SIGHTLINE_BENCH_EVENTS`` sets the number of events, 300 000 unless it is given.
"""

import os
import time

import pyarrow as pa
from rivals import company

EVENTS = 300_000


def main() -> None:
    """Measure both over one log, print one JSON line."""
    count = int(os.environ.get("SIGHTLINE_BENCH_EVENTS", EVENTS))
    with company.opened(count, company.as_arrow) as opened:
        plain = _unpack(company.bodies(opened, "arrow"))
        company.tell("end_to_end_arrow", company.seconds_of_flow(opened), plain)


def _unpack(bodies: list[bytes]) -> tuple[int, float]:
    """Return how many rows become dictionaries, and the processor time it takes."""
    rows, began = 0, time.process_time()
    for body in bodies:
        with pa.ipc.open_stream(body) as stream:
            rows += len(stream.read_all().to_pylist())
    return rows, time.process_time() - began


if __name__ == "__main__":
    main()

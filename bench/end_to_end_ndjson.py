# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many CloudEvents per CPU-second go from the log, as NDJSON, into all tables?

Decoding, duplicates, positions, demand, recovery, inserts into the store and mining count.
The baseline only parses the same lines with Python's ``json`` and makes nothing of them.
``SIGHTLINE_BENCH_EVENTS`` sets the number of events, 300 000 unless it is given.
"""

import json
import os
import time

from rivals import company

EVENTS = 300_000


def main() -> None:
    """Measure both over one log, print one JSON line."""
    count = int(os.environ.get("SIGHTLINE_BENCH_EVENTS", EVENTS))
    with company.opened(count, company.as_lines) as opened:
        plain = _parse(company.bodies(opened, "ndjson"))
        company.tell("end_to_end_ndjson", company.seconds_of_flow(opened), plain)


def _parse(bodies: list[bytes]) -> tuple[int, float]:
    """Return how many lines can be parsed, and the processor time it takes."""
    parsed, began = 0, time.process_time()
    for body in bodies:
        for line in body.split(b"\n"):
            try:
                json.loads(line)
                parsed += 1
            except ValueError:
                continue  # a damaged line: the flow makes a dead letter of it
    return parsed, time.process_time() - began


if __name__ == "__main__":
    main()

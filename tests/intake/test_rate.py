# SPDX-License-Identifier: AGPL-3.0-or-later
"""Five thousand events a second for a minute, through everything: none lost, none doubled."""

import re
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.intake.senders import Sender, batches, total
from tests.up.served import Home, home_at, up

CLIENTS, SIZE = 4, 100
RATE, SECONDS = 5_000, 60
LEAST_RATE = 4_000  # the pace is told by the test; what else the machine does may slow it
SOON_S = 60


def metric(home: Home, name: str) -> float:
    """Return the sum of all series called `name`."""
    with urllib.request.urlopen(f"{home.environ['SIGHTLINE_URL']}/metrics") as answer:  # noqa: S310
        text = answer.read().decode()
    found = re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE)
    return sum(map(float, found))


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


@pytest.mark.slow
def test_a_minute_at_full_pace_is_accounted_for_to_the_last_event(tmp_path: Path) -> None:
    # given four clients with a minute's events each, one in a hundred malformed
    each = RATE * SECONDS // CLIENTS
    home = home_at(tmp_path)
    port = int(home.environ["SIGHTLINE_PORT"])
    bodies = [list(batches(f"erp://{name}", each, SIZE)) for name in "abcd"]
    with up(home) as served:
        clients = [Sender(port, body, every_s=SIZE * CLIENTS / RATE) for body in bodies]
        used, began = cpu_seconds(served.process.pid), time.monotonic()
        # when they send at their pace
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        took = time.monotonic() - began
        # then nobody was turned away, and everything that was sent was read
        assert {code for client in clients for code in client.statuses} == {202}
        assert total(clients, "received") == each * CLIENTS
        # and the stream is done with it soon after
        served.wait_for(
            lambda: metric(home, "sightline_stream_waiting_batches") == 0, "end of the stream"
        )
        behind = time.monotonic() - began - took
        used = cpu_seconds(served.process.pid) - used
        rate = each * CLIENTS / took
        sys.stdout.write(
            f"\n{rate:.0f} events/s from {CLIENTS} clients for {took:.1f} s, all read "
            f"{behind:.1f} s later; {used:.1f} CPU-seconds; slowest answer "
            f"{max(client.slowest_s for client in clients):.2f} s\n"
        )
        accepted = metric(home, "sightline_source_events_total")
        doubled = metric(home, "sightline_source_duplicates_total")
        letters = metric(home, "sightline_source_dead_letters_total")
    # and in = accepted + duplicates + dead letters, as the senders were told
    assert (accepted, doubled, letters) == (
        total(clients, "accepted"), 0, total(clients, "refused_count"),
    )  # fmt: skip
    assert letters == each * CLIENTS // 100
    assert behind < SOON_S
    assert rate >= LEAST_RATE
    (found,) = home.rows("SELECT count() AS n, uniqExact(source, id) AS ids FROM events")
    assert found["n"] == found["ids"] == accepted

# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long until an event that was accepted over HTTP is seen by a query, 95 times of 100?

Two clients send 5 000 events a second to ``sightline up`` while a reader asks one question a
second and a browser looks at the page Health. The server's process counts the rows of the
table events by source and partition every 20 ms; an event is visible when the rows of its
source and partition are as many as those accepted up to it. ``SIGHTLINE_BENCH_SECONDS`` sets
how long it goes on, 60 unless it is given.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import click
import numpy as np
from playwright.sync_api import Error, sync_playwright

from sightline.commands.up import run_up
from sightline.engine import Engine
from sightline.events.partition import partition_of
from sightline.settings import Settings
from sightline.supervisor import Periodic, Steady, Worker

SECONDS, RATE, CLIENTS, SIZE = 60, 5_000, 2, 100
WARM_UP_S, LOOK_S, MOST_MS = 5.0, 0.02, 400
PATIENCE_S = 120.0
ITEMS, LOCS, PARTITIONS = 10_000, 3, 8
COUNTED = "SELECT source, part, count() AS n FROM events GROUP BY source, part"
KINDS = ("receipt", "issue", "adjusted")

Seen = dict[tuple[str, int], tuple[list[float], list[int]]]
Told = dict[tuple[str, int], list[float]]


def main() -> None:
    """Serve, send, look; print one JSON line."""
    seconds = int(os.environ.get("SIGHTLINE_BENCH_SECONDS", SECONDS))
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as (server, port):
        with watching(port) as sessions:
            began, cpu = time.monotonic(), _cpu(server.pid)
            clients = [Client(port, f"erp://{n}", seconds + WARM_UP_S) for n in range(CLIENTS)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
            took, used = time.monotonic() - began, _cpu(server.pid) - cpu
        late = latencies(clients, all_seen(clients, Path(folder) / "seen"))
    p50, p95 = (float(np.percentile(late, each)) * 1000 for each in (50, 95))
    answer = {
        "name": "freshness_p95",
        "value": round(p95),
        "unit": "ms",
        "baseline": MOST_MS,
        "ratio": round(MOST_MS / p95, 2),
        "p50": round(p50),
        "events_per_second": round(sum(client.sent for client in clients) / took),
        "cores": round(used / took, 2),
        "sessions": sessions,
    }
    click.echo(json.dumps(answer))


@contextmanager
def served(folder: Path) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """Run ``sightline up`` in `folder`, with somebody who counts and somebody who reads."""
    port = _free_port()
    environ = os.environ | {
        "SIGHTLINE_HOME": str(folder / "home"),
        "SIGHTLINE_PORT": str(port),
        "SIGHTLINE_URL": f"http://127.0.0.1:{port}",
        "SIGHTLINE_PARTITIONS": str(PARTITIONS),
    }
    command = [sys.executable, __file__, "serve", str(folder / "seen")]
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(command, env=environ, stderr=said) as server,  # noqa: S603
    ):
        try:
            _wait(port, server)
            yield server, port
        finally:
            server.terminate()


@contextmanager
def watching(port: int) -> Iterator[int]:
    """Keep a browser at the page Health; give how many there are."""
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                args=["--no-sandbox"],
            )
        except Error:
            yield 0
            return
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/health")
        yield 1
        browser.close()


class Client(threading.Thread):
    """Sends bodies at its pace; keeps when each was accepted, event by event."""

    def __init__(self, port: int, source: str, seconds: float) -> None:
        super().__init__()
        self.port, self.source, self.seconds = port, source, seconds
        self.sent = 0
        self.told: Told = defaultdict(list)
        self.measured_from = time.time() + WARM_UP_S

    def run(self) -> None:
        """Send until the time is over."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port)) as connection:
            began, pace = time.monotonic(), SIZE * CLIENTS / RATE
            while (now := time.monotonic() - began) < self.seconds:
                time.sleep(max(0.0, self.sent / SIZE * pace - now))
                self._send(connection)

    def _send(self, connection: http.client.HTTPConnection) -> None:
        events = [_event(self.source, self.sent + each) for each in range(SIZE)]
        headers = {"Content-Type": "application/cloudevents-batch+json"}
        connection.request("POST", "/api/events", json.dumps(events), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.ACCEPTED:
            sys.exit(f"the intake answered {answer.status}")
        now = time.time()
        self.sent += SIZE
        for event in events:
            item = str(event["data"]["item"])  # type: ignore[index]
            part = partition_of("main", item, "", "", PARTITIONS)
            self.told[self.source, part].append(now)


def all_seen(clients: list[Client], lines: Path) -> Seen:
    """Return what was seen, once that is all that was accepted."""
    told = {key: len(times) for client in clients for key, times in client.told.items()}
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        seen = read(lines)
        if all(seen[key][1][-1:] == [count] for key, count in told.items()):
            return seen
        time.sleep(1)
    sys.exit(f"not all of {sum(told.values())} events were visible {PATIENCE_S:.0f} s later")


def latencies(clients: list[Client], seen: Seen) -> np.ndarray:
    """Return how long each event took from its acknowledgement until it was counted."""
    found = []
    for client in clients:
        for key, told in client.told.items():
            moments, counts = seen[key]
            at = np.searchsorted(np.array(counts), np.arange(1, len(told) + 1))
            accepted = np.array(told)
            late = np.array(moments)[at] - accepted
            found.append(late[accepted >= client.measured_from])
    return np.concatenate(found)


def serve(target: Path) -> None:
    """Be ``sightline up`` with two more workers: one counts, one asks a question a second."""

    def counted(engine: Engine, stop: threading.Event) -> None:
        with target.open("w", buffering=1) as lines:
            while not stop.wait(LOOK_S):
                rows = engine.store.ask(COUNTED).to_pylist()
                lines.write(json.dumps([time.time(), rows]) + "\n")

    def extra(engine: Engine) -> list[Worker]:
        return [
            Steady("count", lambda stop: counted(engine, stop)),
            Periodic(
                "reader", lambda: engine.store.read("health_summary", as_of=_today()), 1.0
            ),
        ]

    run_up(Settings.from_env(os.environ), extra=extra)


def read(lines: Path) -> Seen:
    """Return when each source and partition had how many rows."""
    seen: Seen = defaultdict(lambda: ([], []))
    for line in lines.read_text().splitlines():
        at, rows = json.loads(line)
        for row in rows:
            moments, counts = seen[row["source"], row["part"]]
            if not counts or counts[-1] < row["n"]:
                moments.append(at)
                counts.append(row["n"])
    return seen


def _today() -> date:
    return datetime.now(UTC).date()


def _event(source: str, number: int) -> dict[str, object]:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {
        "specversion": "1.0",
        "id": f"{source}-{number}",
        "source": source,
        "type": f"io.sightline.inventory.{KINDS[number % len(KINDS)]}.v1",
        "time": at,
        "recordedtime": at,
        "data": {
            "item": f"I{number * 7919 % ITEMS}",
            "loc": f"DC{number % LOCS}",
            "q": {"qty": str(1 + number % 9), "uom": "EA"},
        },
    }


def _cpu(pid: int) -> float:
    """Return the processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(port: int, server: "subprocess.Popen[bytes]") -> None:
    while server.poll() is None:
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as asked:
                asked.request("GET", "/healthz")
                if asked.getresponse().status == http.HTTPStatus.OK:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    sys.exit("the server has ended")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(Path(sys.argv[2]))
    else:
        main()

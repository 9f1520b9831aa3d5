# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many times more events per CPU-second does the intake take in arrays than one by one?

Four clients in another process send over HTTP; what counts is the processor time of the server,
from the socket to the durable log. ``SIGHTLINE_BENCH_EVENTS`` sets the number of events that
come in arrays, 200 000 unless it is given; a fiftieth of them come one by one.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import uvicorn
from starlette.applications import Starlette

from sightline.intake.intake import Intake
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import shared

EVENTS, ROUNDS, CLIENTS = 200_000, 3, 4
MANY, ALONE = 500, 50
START_S = 1_772_434_800


def main() -> None:
    """Measure both in turn, check that nothing is missing, print one JSON line."""
    count = int(os.environ.get("SIGHTLINE_BENCH_EVENTS", EVENTS))
    arrays, singles = [], []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as (port, log):
        for turn in range(ROUNDS):
            arrays.append(rate(port, log, turn=2 * turn, count=count, size=MANY))
            singles.append(rate(port, log, turn=2 * turn + 1, count=count // ALONE, size=1))
    answer = {
        "name": "intake_rate",
        "value": round(max(arrays)),
        "unit": "events per CPU-second",
        "baseline": round(max(singles)),
        "ratio": round(max(arrays) / max(singles), 2),
    }
    click.echo(json.dumps(answer))


@contextmanager
def running(home: Path) -> Iterator[tuple[int, SqliteLog]]:
    """Serve an intake over a new log; give its port and the log."""
    settings = Settings(home=home, store="chdb://memory", intake_max_lag_s=86_400)
    log, store = open_log(settings), shared(settings)
    store.migrate()
    intake = Intake.of(settings, log, store, token="")
    config = uvicorn.Config(
        Starlette(routes=intake.routes()), port=0, log_level="error", lifespan="off"
    )
    server, stop = uvicorn.Server(config), threading.Event()
    threads = [
        threading.Thread(target=server.run),
        threading.Thread(target=intake.acceptor.run, args=(stop,)),
    ]
    for thread in threads:
        thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1], log
    finally:
        server.should_exit = True
        stop.set()
        for thread in threads:
            thread.join()
        log.close()
        store.close()


def rate(port: int, log: SqliteLog, *, turn: int, count: int, size: int) -> float:
    """Return the events per CPU-second of this process while clients send `count` events."""
    command = [sys.executable, __file__, *map(str, (port, turn, count // CLIENTS, size))]
    before = _events(log)
    with subprocess.Popen(  # noqa: S603 - this very script
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as clients:
        if clients.stdout is None or clients.stdin is None:
            sys.exit("no pipes to the clients")
        clients.stdout.readline()  # their events are ready
        began = time.process_time()
        clients.stdin.write(b"go\n")
        clients.stdin.flush()
        clients.stdout.readline()  # all are acknowledged
        seconds = time.process_time() - began
    if (kept := _events(log) - before) != count // CLIENTS * CLIENTS:
        sys.exit(f"{kept} events in the log; expected {count}")
    return kept / seconds


def send(port: int, turn: int, count: int, size: int) -> None:
    """Send `count` events from each of four clients, in arrays of `size`; alone, as one."""
    bodies = [_bodies(f"erp://{turn}/{client}", count, size) for client in range(CLIENTS)]
    click.echo("ready")
    sys.stdin.readline()
    threads = [threading.Thread(target=_send_all, args=(port, each, size)) for each in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    click.echo("sent")


def _send_all(port: int, bodies: list[bytes], size: int) -> None:
    kind = "cloudevents" if size == 1 else "cloudevents-batch"
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for body in bodies:
        headers = {"Content-Type": f"application/{kind}+json"}
        connection.request("POST", "/api/events", body, headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.ACCEPTED:
            sys.exit(f"the intake answered {answer.status}")
    connection.close()


def _bodies(source: str, count: int, size: int) -> list[bytes]:
    events = [_event(source, number) for number in range(count)]
    if size == 1:
        return [json.dumps(event).encode() for event in events]
    return [json.dumps(events[at : at + size]).encode() for at in range(0, count, size)]


def _event(source: str, number: int) -> dict[str, object]:
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(START_S + number))
    return {
        "specversion": "1.0",
        "id": f"{source}-{number}",
        "source": source,
        "type": "io.sightline.inventory.receipt.v1",
        "time": at,
        "recordedtime": at,
        "data": {
            "item": f"I{number * 7919 % 500}",
            "loc": f"DC{number % 3}",
            "q": {"qty": str(1 + number % 9), "uom": "EA"},
        },
    }


def _events(log: SqliteLog) -> int:
    return sum(part.events for part in log.stat())


if __name__ == "__main__":
    if sys.argv[1:]:
        send(*map(int, sys.argv[1:]))
    else:
        main()

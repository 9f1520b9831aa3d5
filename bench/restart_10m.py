# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long until ``sightline up`` is at work again with ten million events in the tables?

The clock runs from the start of the process until the stream has read an event that came in
between; then the process is told to stop. ``SIGHTLINE_BENCH_EVENTS`` sets the number of events.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import click
from rivals import month

from sightline.log import Piece, open_log
from sightline.settings import Settings

EVENTS, MOST_S, PATIENCE_S = 10_000_000, 10, 600
SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
LATER = (
    b'{"specversion":"1.0","id":"later","source":"erp://later","time":"2026-03-30T06:00:00Z",'
    b'"type":"io.sightline.inventory.adjusted.v1",'
    b'"data":{"item":"ITEM-00001","loc":"DC1","q":{"qty":"1","uom":"EA"}}}\n'
)


def main() -> None:
    """Fill a home, start it again, print one JSON line."""
    count = int(os.environ.get("SIGHTLINE_BENCH_EVENTS", EVENTS))
    with month.home_of(count) as settings:
        port = _free_port()
        environ = os.environ | {
            "SIGHTLINE_HOME": str(settings.home),
            "SIGHTLINE_PORT": str(port),
            "SIGHTLINE_URL": f"http://127.0.0.1:{port}",
        }
        silent = subprocess.DEVNULL
        command = [SIGHTLINE, "run", "--until-idle"]
        subprocess.run(command, check=True, env=environ, stdout=silent)  # noqa: S603
        _append(settings)
        began = time.monotonic()
        with subprocess.Popen([SIGHTLINE, "up"], env=environ, stderr=silent) as server:  # noqa: S603
            try:
                _wait(port, began + PATIENCE_S)
                took, used = time.monotonic() - began, cpu_seconds(server.pid)
                server.send_signal(signal.SIGTERM)
                server.wait(PATIENCE_S)
            finally:
                server.kill()
        ended = time.monotonic() - began - took
    answer = {
        "name": "restart_10m",
        "value": round(took, 2),
        "unit": "s",
        "baseline": MOST_S,
        "ratio": round(MOST_S / took, 2),
        "events": count,
        "cpu_seconds": round(used, 1),
        "ends_in": round(ended, 2),
    }
    click.echo(json.dumps(answer))


def _append(settings: Settings) -> None:
    with closing(open_log(settings)) as log:
        log.append([Piece(0, "ndjson", 1, LATER)])


def _wait(port: int, until: float) -> None:
    """Wait until nothing waits for the stream."""
    while time.monotonic() < until:
        waiting = [
            line.rpartition(" ")[2]
            for line in _metrics(port).splitlines()
            if line.startswith("sightline_stream_waiting_batches{")
        ]
        if waiting and not any(map(float, waiting)):
            return
        time.sleep(0.1)
    sys.exit("it is not at work after ten minutes")


def _metrics(port: int) -> str:
    try:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as asked:
            asked.request("GET", "/metrics")
            return asked.getresponse().read().decode()
    except OSError:
        return ""


def cpu_seconds(pid: int) -> float:
    """Return the processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()

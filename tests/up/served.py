# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline up`` in a process of its own, as a person would start it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
PATIENCE_S = 90  # for a machine that is busy with other tests


@dataclass
class Home:
    """One home and the environment of everything that works in it."""

    path: Path
    environ: dict[str, str]

    def ask(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(  # noqa: S603
            [SIGHTLINE, *map(str, words)],
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Answer `sql` as the command line does."""
        found = self.ask("sql", sql, "--format", "json")
        assert found.returncode == 0, found.stderr
        rows: list[dict[str, Any]] = json.loads(found.stdout)
        return rows

    def bring(self, name: str, events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Import `events` from a file called `name`; return the summary."""
        file = self.path.parent / name
        file.write_text("".join(json.dumps(event) + "\n" for event in events))
        found = self.ask("import", file, "--format", "json")
        assert found.returncode == 0, found.stderr
        summary: dict[str, Any] = json.loads(found.stdout.splitlines()[-1])
        return summary


@dataclass
class Served:
    """A command that keeps running, and the two files that it writes to."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def out(self) -> str:
        return (self.folder / "stdout").read_text()

    @property
    def err(self) -> str:
        return (self.folder / "stderr").read_text()

    def wait_for(self, claim: Callable[[], Any], what: str) -> Any:
        """Return what `claim` returns once that is true; fail when the command ends before."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if found := claim():
                return found
            assert self.process.poll() is None, f"ended before {what}: {self.err}"
            time.sleep(0.1)
        raise AssertionError(f"no {what} within {PATIENCE_S} s: {self.err}")

    def end(self, number: signal.Signals) -> float:
        """Send a signal; return how many seconds the end took."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(PATIENCE_S)
        return time.monotonic() - began


def home_at(folder: Path, **settings: str) -> Home:
    """Give an empty home inside `folder`, with a free port and `settings`, in capitals."""
    port = free_port()
    given = {
        "SIGHTLINE_HOME": str(folder / "home"),
        "SIGHTLINE_PORT": str(port),
        "SIGHTLINE_URL": f"http://127.0.0.1:{port}",
        **settings,
    }
    return Home(folder / "home", os.environ | given)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(home: Home, *words: str) -> Iterator[Served]:
    """Run ``sightline WORDS`` in `home`; whatever is left of it is killed in the end."""
    with started(home, [SIGHTLINE, *words]) as served:
        yield served


@contextmanager
def started(home: Home, command: Sequence[str]) -> Iterator[Served]:
    """Run `command` in `home`; whatever is left of it is killed in the end."""
    folder = home.path.parent
    with (
        (folder / "stdout").open("wb") as out,
        (folder / "stderr").open("wb") as err,
        subprocess.Popen(  # noqa: S603
            command, env=home.environ, stdin=subprocess.DEVNULL, stdout=out, stderr=err
        ) as process,
    ):
        try:
            yield Served(process, folder)
        finally:
            process.kill()


@contextmanager
def up(home: Home) -> Iterator[Served]:
    """Run ``sightline up`` in `home` and wait until it answers."""
    with running(home, "up") as served:
        served.wait_for(lambda: answers(home), "answer")
        yield served


def answers(home: Home) -> bool:
    """Return whether the dashboard of `home` answers."""
    try:
        url = f"{home.environ['SIGHTLINE_URL']}/_stcore/health"
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
    except OSError:
        return False


def event(kind: str, name: str, /, *, minutes_ago: float, **data: Any) -> dict[str, Any]:
    """Return one event of short type `kind` and id `name` that happened lately."""
    at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
    return {
        "specversion": "1.0",
        "id": name,
        "source": "erp://a",
        "type": f"io.sightline.{kind}.v1",
        "time": at.isoformat(timespec="milliseconds"),
        "recordedtime": at.isoformat(timespec="milliseconds"),
        "data": data,
    }


def pieces(qty: int) -> dict[str, str]:
    """Return the quantity block of `qty` pieces."""
    return {"qty": str(qty), "uom": "EA"}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Homes with four months in their log, and runs in them that can be killed."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from sightline.events.partition import of_bytes
from sightline.events.routing import part_of_event
from sightline.log import Piece, open_log
from sightline.settings import Settings
from tests.faults import months, nursery

CUT = 1_000
SEED = 20_260_302
LONG_EPOCH_MS, SHORT_EPOCH_MS = 10_000, 100  # replays everything; resumes near the kill
AT_A_TIME = (60, 130, 250, 600)  # batches are cut differently at each start
CLOCKED = {"ingest_time", "recordedtime", "ingested"}

Row = dict[str, Any]
Tables = dict[str, list[Row]]


@dataclass
class Run:
    """One run that has been started; `ended` waits for its end."""

    pid: int
    told: int

    def ended(self, seconds: float) -> int | None:
        """Return its exit code, None while it goes on after so many seconds."""
        ready, _, _ = select.select([self.told], [], [], max(0.0, seconds))
        return int(os.read(self.told, 100)) if ready else None


@dataclass
class Nursery:
    """Starts runs in homes; see `tests.faults.nursery`."""

    process: "subprocess.Popen[bytes]"

    def start(
        self, home: Path, *, at_a_time: int = 250, epoch_ms: int = 1_000, sink: str = "fenced"
    ) -> Run:
        """Start a run that reads `home` in such steps and writes through such a sink."""
        how = {"at_a_time": at_a_time, "epoch_ms": epoch_ms, "sink": sink}
        return self._forked(home=str(home), **how)

    def tables(self, home: Path) -> Tables:
        """Return every table and view of `home`, as people read them."""
        target = home.with_suffix(".json")
        assert self._forked(home=str(home), tables=str(target)).ended(600) == 0
        found: Tables = json.loads(target.read_text())
        return found

    def _forked(self, **asked: Any) -> Run:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        self.process.stdin.flush()
        told = self.process.stdout.fileno()
        return Run(int(os.read(told, 100)), told)

    def finish(self, home: Path, **how: Any) -> float:
        """Run to the end in peace; return how many seconds it took."""
        began = time.perf_counter()
        assert self.start(home, **how).ended(600) == 0
        return time.perf_counter() - began


@contextmanager
def opened_nursery() -> Iterator[Nursery]:
    """Give a nursery that is ready soon."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-W", "ignore::DeprecationWarning", nursery.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        try:
            assert process.stdout
            process.stdout.readline()
            yield Nursery(process)
        finally:
            process.kill()


@dataclass
class Killer:
    """Runs the stream in `home` and kills it at random moments.

    Attributes
    ----------
    quiet_s
        How long a run takes that nobody interrupts.
    """

    nursery: Nursery
    home: Path
    quiet_s: float
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - repeatable
    kills: int = 0

    def interrupt(self, *, epoch_ms: int) -> None:
        """Start a run and end it with SIGKILL, earlier if it tends to be done too soon."""
        moment = self.chance.uniform(0.05, 0.95) * self.quiet_s
        while not self._killed_after(moment, epoch_ms):
            moment *= 0.7
        self.kills += 1

    def _killed_after(self, seconds: float, epoch_ms: int) -> bool:
        at_a_time = self.chance.choice(AT_A_TIME)
        run = self.nursery.start(self.home, at_a_time=at_a_time, epoch_ms=epoch_ms)
        code = run.ended(seconds)
        if code is None:
            os.kill(run.pid, signal.SIGKILL)
            code = run.ended(60)
        return code == -signal.SIGKILL


@dataclass(frozen=True)
class Twins:
    """Two homes with the same log, of which `quiet` has been run in peace.

    Attributes
    ----------
    sent
        Lines of the log: four months, repeats, contradictions and bad lines.
    quiet_s
        How long the run in peace took.
    """

    sent: list[bytes]
    quiet: Path
    quiet_s: float
    nursery: Nursery

    @cached_property
    def expected(self) -> Tables:
        """Return the tables of the run in peace."""
        return self.nursery.tables(self.quiet)

    def another(self, name: str) -> Path:
        """Return a further home with the same log, not run yet."""
        log = self.quiet.parent / "log"
        return Path(shutil.copytree(log, self.quiet.with_name(name)))


def twins_in(folder: Path, nursery_: Nursery, *, events: int) -> Twins:
    """Return twins with about so many events in `folder`."""
    log = folder / "log"
    log.mkdir()
    sent = months.lines(months.business(events, seed=SEED), seed=SEED)
    append(sent, Settings(home=log))
    quiet = Path(shutil.copytree(log, folder / "quiet"))
    return Twins(sent, quiet, nursery_.finish(quiet), nursery_)


def append(lines: list[bytes], settings: Settings) -> None:
    """Put `lines` into the log of `settings`."""
    log = open_log(settings)
    for at in range(0, len(lines), CUT):
        log.append(pieces(lines[at : at + CUT], settings.partitions))
    log.close()


def pieces(lines: list[bytes], partitions: int) -> list[Piece]:
    """Return `lines` as pieces of the log, each in its partition."""
    parts: dict[int, list[bytes]] = {}
    for line in lines:
        parts.setdefault(_partition(line, partitions), []).append(line)
    return [
        Piece(part, "ndjson", len(some), b"\n".join(some) + b"\n")
        for part, some in sorted(parts.items())
    ]


def _partition(line: bytes, partitions: int) -> int:
    try:
        return part_of_event(json.loads(line), partitions)
    except ValueError:
        return of_bytes(line, partitions)


def differing(expected: Tables, found: Tables) -> list[str]:
    """Return the names of the tables that are not the same, but for our own rules' clock."""
    names = sorted(expected.keys() | found.keys())
    return [
        name
        for name in names
        if timeless(expected.get(name, [])) != timeless(found.get(name, []))
    ]


def timeless(rows: list[Row]) -> list[list[Any]]:
    """Return what `rows` hold, without when our own rules spoke: a clock decides that."""
    return sorted(
        [row[name] for name in sorted(row) if not (is_ours(row) and name in CLOCKED)]
        for row in rows
    )


def is_ours(row: Row) -> bool:
    """Tell whether `row` is about what our own rules said."""
    return str(row.get("source", "")).startswith("sightline://")

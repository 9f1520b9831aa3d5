# SPDX-License-Identifier: AGPL-3.0-or-later
"""A run that is killed again and again leaves what a run in peace leaves."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from sightline.events.partition import of_bytes
from sightline.events.routing import part_of_event
from sightline.log import Piece, open_log
from sightline.settings import Settings
from tests.faults import dump, months, small_steps
from tests.oracles import positions as oracle
from tests.oracles.events import Place
from tests.streams.stage import BUCKETS

EVENTS = 24_000
CUT = 1_000
AT_A_TIME = 250
KILLS = 10
LONG_EPOCH_MS, SHORT_EPOCH_MS = 10_000, 200  # replays everything; resumes near the kill
CLOCKED = {"ingest_time", "recordedtime", "ingested"}
SEED = 20_260_302

pytestmark = pytest.mark.faults

Tables = dict[str, list[dict[str, Any]]]


@dataclass
class Killer:
    """Runs ``sightline run --until-idle`` in `home`, and kills it at random moments.

    Attributes
    ----------
    quiet_s
        How long a run takes that nobody interrupts.
    """

    home: Path
    quiet_s: float
    chance: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - repeatable
    kills: int = 0

    def interrupt(self, *, epoch_ms: int) -> None:
        """Start a run and end it with SIGKILL, earlier if it tends to be done too soon."""
        moment = self.chance.uniform(0.2, 0.95) * self.quiet_s
        while not self._killed_after(moment, epoch_ms):
            moment *= 0.7
        self.kills += 1

    def _killed_after(self, seconds: float, epoch_ms: int) -> bool:
        with _started(self.home, epoch_ms) as run:
            try:
                run.wait(seconds)
            except subprocess.TimeoutExpired:
                run.kill()
        return run.returncode == -signal.SIGKILL


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
    troubled: Path
    quiet_s: float


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Twins:
    """Give the two homes."""
    quiet = tmp_path_factory.mktemp("kill") / "quiet"
    quiet.mkdir()
    sent = months.lines(months.business(EVENTS, seed=SEED), seed=SEED)
    _append(sent, Settings(home=quiet))
    troubled = shutil.copytree(quiet, quiet.with_name("troubled"))
    began = time.perf_counter()
    _finish(quiet)
    return Twins(sent, quiet, Path(troubled), time.perf_counter() - began)


def test_four_months_through_the_whole_flow_are_what_the_documents_say(twins: Twins) -> None:
    # given the log, and what the oracle makes of its good lines
    good = [json.loads(line) for line in twins.sent if line not in months.BAD]
    expected = oracle.reduce(good)
    # when the run in peace is read
    tables = _tables(twins.quiet)
    # then every position has exactly these quantities
    found = {
        Place(row["tenant"], row["item"], row["loc"]): {n: Decimal(row[n]) for n in BUCKETS}
        for row in tables["v_positions"]
    }
    assert found == {
        place: {n: getattr(position, n) for n in BUCKETS}
        for place, position in expected.items()
    }
    # and every line is accounted for: accepted, repeated or a dead letter
    accepted = [row for row in tables["events"] if not _is_ours(row)]
    repeated = sum(int(row["duplicates"]) for row in tables["v_progress"])
    assert len(accepted) == len({(each["source"], each["id"]) for each in good})
    assert len(accepted) + repeated + len(tables["dlq"]) == len(twins.sent)


def test_ten_kills_leave_the_same_tables_as_none(twins: Twins) -> None:
    # given a second home with the same log
    killer = Killer(twins.troubled, twins.quiet_s)
    # when its run is killed at ten random moments, then left alone
    for number in range(KILLS):
        killer.interrupt(epoch_ms=LONG_EPOCH_MS if number < KILLS / 2 else SHORT_EPOCH_MS)
    _finish(twins.troubled)
    # then every table has the same rows, dead letters included
    assert killer.kills == KILLS
    expected, found = _tables(twins.quiet), _tables(twins.troubled)
    assert {n: len(rows) for n, rows in found.items()} == {
        n: len(rows) for n, rows in expected.items()
    }
    for name, rows in expected.items():
        assert _timeless(found[name]) == _timeless(rows), name


def _timeless(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop when our own rules spoke: the only thing that a clock decides."""
    return [
        {name: value for name, value in row.items() if name not in CLOCKED}
        if _is_ours(row)
        else row
        for row in rows
    ]


def _is_ours(row: dict[str, Any]) -> bool:
    return str(row.get("source", "")).startswith("sightline://")


def _append(lines: list[bytes], settings: Settings) -> None:
    log = open_log(settings)
    for at in range(0, len(lines), CUT):
        log.append(_pieces(lines[at : at + CUT], settings.partitions))
    log.close()


def _pieces(lines: list[bytes], partitions: int) -> list[Piece]:
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


def _started(home: Path, epoch_ms: int) -> "subprocess.Popen[bytes]":
    words = [small_steps.__file__, str(AT_A_TIME), str(epoch_ms), "run", "--until-idle"]
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *words], env=_environ(home), stdout=subprocess.DEVNULL
    )


def _finish(home: Path) -> None:
    with _started(home, 1_000) as run:
        assert run.wait() == 0


def _tables(home: Path) -> Tables:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, dump.__file__, str(home)],
        env=_environ(home),
        capture_output=True,
        check=True,
    )
    tables: Tables = json.loads(done.stdout)
    return tables


def _environ(home: Path) -> dict[str, str]:
    return {**os.environ, "SIGHTLINE_HOME": str(home)}

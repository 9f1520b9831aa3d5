# SPDX-License-Identifier: AGPL-3.0-or-later
"""Troubles that pass while events come in: seen in the metrics, over by themselves, no loss."""

import resource
import signal
import sqlite3
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sightline.log import SqliteLog, open_log
from sightline.settings import Settings
from tests.faults import months, refusing
from tests.faults.homes import SEED, Nursery, pieces
from tests.faults.truth import wrong
from tests.intake.senders import Sender, batches, is_bad, total
from tests.up.served import Home, Served, answers, home_at, started

EVENTS, CUT = 6_000, 200
SECONDS = 30
SEEN_S = 5
SMALL = 1 << 20

pytestmark = pytest.mark.faults


@dataclass
class Site:
    """A served home whose log grows from outside."""

    home: Home
    served: Served
    log: SqliteLog
    flag: Path

    def metrics(self) -> dict[str, float]:
        """Return the sum of every metric over its labels; states of jobs by both."""
        with urllib.request.urlopen(f"{self.home.environ['SIGHTLINE_URL']}/metrics") as answer:  # noqa: S310
            text = answer.read().decode()
        found: dict[str, float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                job = "".join(f"_{v}" for v in sample.labels.values())
                name = sample.name + (job if "job_state" in sample.name else "")
                found[name] = found.get(name, 0) + sample.value
        return found

    def behind_s(self) -> float:
        """Return the lag of the stream, summed over partitions."""
        return self.metrics()["sightline_stream_lag_seconds"]

    def is_done(self) -> bool:
        """Tell whether nothing waits for the stream."""
        return self.metrics().get("sightline_stream_waiting_batches") == 0


@contextmanager
def refusing_store(site: Site) -> Iterator[None]:
    """Refuse every insert for a while."""
    site.flag.touch()
    yield
    site.flag.unlink()


@contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """Let the process write no file beyond a megabyte, as a full disk would."""
    pid = site.served.process.pid
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (SMALL, before[1]))
    yield
    resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def stopped(site: Site) -> Iterator[None]:
    """Stop the process without telling it."""
    site.served.process.send_signal(signal.SIGSTOP)
    yield
    site.served.process.send_signal(signal.SIGCONT)


@contextmanager
def locked_log(site: Site) -> Iterator[None]:
    """Hold the log for another writer."""
    other = sqlite3.connect(site.home.path / "log.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Serve an empty home."""
    home, flag = home_at(tmp_path), tmp_path / "refuse"
    command = [sys.executable, refusing.__file__, str(flag), "up"]
    home.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
    with started(home, command) as served:
        served.wait_for(lambda: answers(home), "answer")
        yield Site(home, served, open_log(Settings(home=home.path)), flag)


@pytest.mark.parametrize(
    ("trouble", "seconds"), [(refusing_store, 30), (full_disk, 20), (stopped, 20)]
)
def test_a_trouble_that_passes_leaves_no_trace_in_the_tables(
    site: Site,
    nursery: Nursery,
    trouble: Callable[[Site], AbstractContextManager[None]],
    seconds: int,
) -> None:
    # given a third of four months in the tables
    sent = months.lines(months.business(EVENTS, seed=SEED), seed=SEED)
    third = len(sent) // 3
    _append(site, sent[:third])
    site.served.wait_for(site.is_done, "read log")
    # when the next third comes while something is wrong
    with trouble(site):
        _append(site, sent[third : 2 * third])
        time.sleep(seconds)
        lag = site.behind_s() if trouble is not stopped else None
    # then the lag shows it, and goes by itself once it is over, whatever comes then
    lag = site.behind_s() if lag is None else lag
    assert lag > SEEN_S
    _append(site, sent[2 * third :])
    site.served.wait_for(site.is_done, "recovery")
    assert site.metrics()["sightline_job_state_stream_running"] == 1
    # and nothing is lost and nothing is doubled
    site.served.end(signal.SIGTERM)
    site.log.close()
    nursery.finish(site.home.path)
    assert wrong(nursery.tables(site.home.path), sent) == []


def test_events_sent_while_the_log_is_locked_are_asked_for_again(site: Site) -> None:
    # given a client that sends until it is told that its events are kept
    port = int(site.home.environ["SIGHTLINE_PORT"])
    client = Sender(port, batches("erp://a", 10**9, 100), every_s=0.1)
    client.start()
    site.served.wait_for(lambda: total([client], "received") > 1000, "acknowledged events")
    # when another writer holds the log for longer than anybody waits
    with locked_log(site):
        time.sleep(SECONDS + 10)
    site.served.wait_for(lambda: total([client], "received") > 3000, "acknowledged events")
    client.enough.set()
    client.join(60)
    site.served.wait_for(site.is_done, "read log")
    site.served.end(signal.SIGTERM)
    site.log.close()
    # then every event that was acknowledged is there once
    found = [row["id"] for row in site.home.rows("SELECT id FROM events")]
    wanted = {f"erp://a-{n}" for n in range(len(client.told) * 100) if not is_bad(n)}
    assert len(found) == len(set(found))
    assert set(found) == wanted


def _append(site: Site, lines: list[bytes]) -> None:
    for at in range(0, len(lines), CUT):
        site.log.append(pieces(lines[at : at + CUT], site.log.partitions))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The month of `mix` in an event log, as imports write it, and the stream's way through it.

The log is made by a process of its own, so that what that needs counts nowhere.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from bytewax.recovery import RecoveryConfig, init_db_dir
from bytewax.run import cli_main

from rivals import mix
from sightline.events.columns import SCHEMA
from sightline.events.keys import hash64
from sightline.imports.cutting import cut
from sightline.log import Batch, Log, open_log
from sightline.settings import Settings
from sightline.store import Store
from streams.flows import spine
from streams.io.log_source import LogSource
from streams.logic.facts import Rows
from streams.runner import BLOCKS, CATCH_UP_EPOCH, run_until_idle

PARTITIONS = 8
AT_ONCE = 96_000  # events in one append: chunks of about 12 000 per partition
SEED = 7


@dataclass(slots=True)
class Watched:
    """A log that notes how many events were read at what processor time."""

    log: Log
    read_events: int = 0
    notes: list[tuple[int, float]] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """Return what the log itself has."""
        return getattr(self.log, name)

    def read(self, part: int, after: int, *, events: int) -> list[Batch]:
        """Read, and take a note."""
        found = self.log.read(part, after, events=events)
        self.notes.append((self.read_events, time.process_time()))
        self.read_events += sum(batch.events for batch in found)
        return found


class Forgetting(DynamicSink[Rows]):
    """Takes rows and keeps none."""

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "_Forgotten":
        """Open the sink."""
        del step_id, worker_index, worker_count
        return _Forgotten()


class _Forgotten(StatelessSinkPartition[Rows]):
    def write_batch(self, items: list[Rows]) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Peak:
    """The most memory that is no page of a file, looked at twice a second; in bytes."""

    anonymous: int = 0
    is_over: Event = field(default_factory=Event)

    def watch(self) -> None:
        """Look until `is_over`."""
        while not self.is_over.wait(0.5):
            self.anonymous = max(self.anonymous, status("RssAnon"))


@dataclass(frozen=True, slots=True)
class Played:
    """What one way through the log took."""

    events: int
    cpu_seconds: float
    notes: list[tuple[int, float]]
    anonymous: int


@contextmanager
def home_of(events: int) -> Iterator[Settings]:
    """Give the settings of a new home whose log holds `events` events."""
    with TemporaryDirectory(prefix="sightline-bench-") as folder:
        script = [sys.executable, "-m", "rivals.month", folder, str(events)]
        subprocess.run(script, check=True, cwd=Path(__file__).parents[1])  # noqa: S603
        yield Settings(home=Path(folder), partitions=PARTITIONS)


def play(settings: Settings) -> Played:
    """Take what the log has into the tables."""
    log, peak = Watched(open_log(settings)), Peak()
    watch = Thread(target=peak.watch)
    watch.start()
    with Store.open(settings) as store:
        store.migrate()
        summary = run_until_idle(settings, store, log)  # type: ignore[arg-type]
    peak.is_over.set()
    watch.join()
    log.close()
    return Played(summary.events, summary.cpu_seconds, log.notes, peak.anonymous)


def through_states(settings: Settings) -> Played:
    """Take what the log has through the whole flow with recovery, into tables that forget."""
    state, peak = settings.home / "state", Peak()
    (state / BLOCKS).mkdir(parents=True, exist_ok=True)
    if not any(state.glob("*.sqlite3")):
        init_db_dir(str(state), 1)
    watch = Thread(target=peak.watch)
    watch.start()
    with closing(open_log(settings)) as kept:
        log = Watched(kept)
        source = LogSource(log, Event(), until_idle=True, stored=kept.heads())  # type: ignore[arg-type]
        flow = spine.build(
            source, Forgetting(), blocks=state / BLOCKS, partitions=PARTITIONS, gen=1
        )
        began = time.process_time()
        cli_main(
            flow, epoch_interval=CATCH_UP_EPOCH, recovery_config=RecoveryConfig(str(state))
        )
    seconds = time.process_time() - began
    peak.is_over.set()
    watch.join()
    return Played(log.read_events, seconds, log.notes, peak.anonymous)


def status(name: str) -> int:
    """Return a line of /proc/self/status in bytes, such as VmHWM."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


def _fill(home: Path, events: int) -> None:
    whole = mix.make(events, seed=SEED)
    with closing(open_log(Settings(home=home, partitions=PARTITIONS))) as log:
        for first in range(0, len(whole.kind), AT_ONCE):
            columns = (getattr(whole, name) for name in mix.Mix.__slots__)
            piece = mix.Mix(*(column[first : first + AT_ONCE] for column in columns))
            table = pa.concat_tables(table for _, table in mix.batches(piece))
            places = np.asarray(table["off"])
            log.append(cut(_named(table, first + places), places.astype(np.uint32), PARTITIONS))


def _named(table: pa.Table, number: np.ndarray) -> pa.Table:
    """Return `table` as imports have it, with ids that are unique over all slices."""
    ids = pc.binary_join_element_wise("event", pa.array(number).cast(pa.string()), "-")
    given = {"id": ids, "content": pa.array(hash64(ids), pa.uint64())}
    table = table.select(SCHEMA.names)
    for name, column in given.items():
        table = table.set_column(SCHEMA.names.index(name), SCHEMA.field(name), column)
    return table


if __name__ == "__main__":
    _fill(Path(sys.argv[1]), int(sys.argv[2]))

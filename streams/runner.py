# SPDX-License-Identifier: AGPL-3.0-or-later
"""Running the dataflow: once through the log, or for as long as the process lives."""

import re
import shutil
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Self

from bytewax.recovery import (
    MissingPartitionsError,
    NoPartitionsError,
    RecoveryConfig,
    init_db_dir,
)
from bytewax.run import cli_main

from sightline.errors import SightlineError, StoreError
from sightline.log import Log
from sightline.settings import Settings
from sightline.store import Store
from streams.flows import spine
from streams.io.fenced_sink import FencedSink
from streams.io.quiet import reports_withheld
from streams.io.sources import reading
from streams.logic.late import Limits
from streams.logic.near_counts import MINUTE_MS

LIVE_EPOCH = timedelta(seconds=1)
BLOCKS = "blocks"
CATCH_UP_EPOCH = timedelta(seconds=10)  # fewer snapshots while there is no one to wait for


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What one run of the stream did.

    Attributes
    ----------
    events, duplicates, dead_letters
        Accepted, dropped as repeats and refused, in events.
    seconds, cpu_seconds
        Wall and processor time of this process.
    """

    events: int
    duplicates: int
    dead_letters: int
    seconds: float
    cpu_seconds: float

    def plus(self, other: Self) -> Self:
        """Return both runs as one."""
        return replace(
            self,
            **{name: getattr(self, name) + getattr(other, name) for name in self.__slots__},
        )


def run_until_idle(
    settings: Settings, store: Store, log: Log, *, share: Collection[int] | None = None
) -> RunSummary:
    """Process everything that is in the log, then return."""
    began, cpu = time.perf_counter(), time.process_time()
    before = _totals(store, log)
    with reports_withheld():
        run(settings, store, log, stop=Event(), until_idle=True, share=share)
    done = [after - earlier for after, earlier in zip(_totals(store, log), before, strict=True)]
    events, duplicates, letters = done
    wall, spent = time.perf_counter() - began, time.process_time() - cpu
    return RunSummary(events, duplicates, letters, wall, spent)


def run(  # noqa: PLR0913 - all that one run has to know
    settings: Settings,
    store: Store,
    log: Log,
    *,
    stop: Event,
    until_idle: bool,
    share: Collection[int] | None = None,
) -> None:
    """Run the dataflow in this thread until `stop` is set, or until the log is read.

    Parameters
    ----------
    share
        Partitions to read, when the log is a topic of Kafka and others read the rest.

    Raises
    ------
    SightlineError
        The store cannot take what the stream has, or was set back behind the stream.
    """
    progress = store.read_arrow("stream_progress", gen=log.generation).to_pylist()
    stored = {row["part"]: row["off"] for row in progress}
    state = _recovery(settings)
    read = reading(
        settings, store, log, stop=stop, until_idle=until_idle, stored=stored, share=share
    )
    sink = FencedSink(store, log.generation)
    flow = spine.build(
        read.source,
        sink,
        outside=read.outside,
        blocks=state / BLOCKS,
        partitions=log.partitions,
        gen=log.generation,
        window_ms=round(settings.count_window_minutes * MINUTE_MS),
        told=sink.told(),
        limits=Limits.of_days(settings.horizon_days, settings.dedupe_days),
    )
    try:
        cli_main(
            flow,
            epoch_interval=CATCH_UP_EPOCH if until_idle else LIVE_EPOCH,
            recovery_config=RecoveryConfig(str(state)),
        )
    except Exception as error:
        if any(isinstance(each, KeyboardInterrupt) for each in _chain(error)):
            raise KeyboardInterrupt from error
        cause = _ours(error) or _about_recovery(error, state)
        if cause is not None:
            raise cause from error
        raise
    finally:
        read.close()


def _recovery(settings: Settings) -> Path:
    """Return the folder of the recovery store, made when it is missing."""
    folder = settings.home / "state"
    try:
        if not any(folder.glob("*.sqlite3")):
            _make_recovery(folder)
        (folder / BLOCKS).mkdir(exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"Cannot keep the stream's state in {folder}: {error.strerror}; expected a folder "
            "of yours with room in it. Free some space, or move away what is there."
        ) from error
    return folder


def _make_recovery(folder: Path) -> None:
    fresh = folder.with_name("state.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True, mode=0o700)
    init_db_dir(str(fresh), 1)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)  # all or nothing: a half-made folder would stop every later start


def _totals(store: Store, log: Log) -> tuple[int, int, int]:
    rows = store.read_arrow("stream_progress", gen=log.generation).to_pylist()
    return (
        sum(row["events"] for row in rows),
        sum(row["duplicates"] for row in rows),
        sum(row["dead_letters"] for row in rows),
    )


def _about_recovery(error: Exception, folder: Path) -> StoreError | None:
    """Explain what Bytewax says about its recovery store, such as a damaged file."""
    found = re.search(r'SqliteFailure\(.*Some\("(.*?)"\)', str(error))
    if found is None and not isinstance(error, NoPartitionsError | MissingPartitionsError):
        return None
    reason = found[1] if found else str(error)
    return StoreError(
        f"The stream's state in {folder} cannot be used: {reason}. Free some disk space if the "
        "disk is full; else delete that folder: the log is replayed, nothing is lost."
    )


def _ours(error: BaseException) -> SightlineError | None:
    return next((each for each in _chain(error) if isinstance(each, SightlineError)), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield `error` and what Bytewax has wrapped it around."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Supervised threads: each worker runs until told to stop; one that fails starts again."""

import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread
from typing import Protocol

from sightline import jobs
from sightline.clock import Clock, wall_clock

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 10.0
_log = logging.getLogger(__name__)


class Worker(Protocol):
    """Something that works in a thread of its own."""

    @property
    def name(self) -> str:
        """Return what the System page calls it."""
        ...

    def run(self, stop: Event) -> None:
        """Work until `stop` is set; raising means: start me again after a pause."""
        ...


@dataclass(frozen=True, slots=True)
class Steady:
    """A worker that is at work all the time, such as the stream."""

    name: str
    work: Callable[[Event], None]

    def run(self, stop: Event) -> None:
        """Run `work` until it returns."""
        jobs.started(self.name)
        self.work(stop)


@dataclass(frozen=True, slots=True)
class Periodic:
    """A worker that does the same thing again and again.

    Attributes
    ----------
    every_s
        Pause between the end of one turn and the start of the next, seconds.
    """

    name: str
    turn: Callable[[], object]
    every_s: float
    clock: Clock = wall_clock

    def run(self, stop: Event) -> None:
        """Take turns until `stop` is set."""
        while not stop.is_set():
            jobs.started(self.name)
            self.turn()
            jobs.succeeded(self.name, self.clock())
            stop.wait(self.every_s)


class Supervisor:
    """Starts workers in daemon threads, keeps them alive and stops them together."""

    def __init__(self, workers: Sequence[Worker], *, clock: Clock = wall_clock) -> None:
        self._stop = Event()
        self._clock = clock
        self._threads = [
            Thread(target=self._keep_alive, args=(worker,), name=worker.name, daemon=True)
            for worker in workers
        ]

    def start(self) -> None:
        """Start every worker."""
        for thread in self._threads:
            thread.start()

    def stop(self, *, patience_s: float) -> list[str]:
        """Tell every worker to stop; return the names of those busy after `patience_s`."""
        self._stop.set()
        until = time.monotonic() + patience_s
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - time.monotonic()))
        return [thread.name for thread in self._threads if thread.is_alive()]

    def _keep_alive(self, worker: Worker) -> None:
        pause = FIRST_PAUSE_S
        while not self._stop.is_set():
            began = self._clock()
            try:
                worker.run(self._stop)
            except Exception as error:  # noqa: BLE001 - a thread must outlive whatever its worker meets
                ended = self._clock()
                if (ended - began).total_seconds() > LONGEST_PAUSE_S:
                    pause = FIRST_PAUSE_S  # it ran well until now
                _log.exception("%s failed; it starts again in %.0f s", worker.name, pause)
                jobs.failed(worker.name, ended, f"{type(error).__name__}: {error}")
                self._stop.wait(pause)
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                return


def end_process(code: int, *, busy: Sequence[str]) -> None:
    """End this process with `code`; at once when the threads in `busy` could not be awaited.

    They are inside a native engine, which crashes or hangs when the interpreter is taken down
    around it. What they were doing is done again at the next start, as after a power cut.
    """
    if not busy:
        sys.exit(code)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)

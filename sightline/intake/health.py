# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is Sightline ready? The store answers, the log can be read and written, the stream runs."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from sightline import jobs
from sightline.errors import LogError, SightlineError
from sightline.log import EventLog
from sightline.log.sqlite import SqliteLog
from sightline.store import Store

FRESH_S = 1.0
LEAST_FREE = 16 << 20
STREAM = "stream"
FINE = "ok"
Check = Callable[[], None]


class Unwell(SightlineError):  # noqa: N818  a finding, not a mistake
    """A part is not ready; the message says why."""


@dataclass(slots=True)
class Health:
    """Looks after the parts of this process, at most once a second."""

    log: EventLog
    store: Store
    _found: dict[str, str] = field(init=False, default_factory=dict)
    _looked: float = field(init=False, default=float("-inf"))
    _lock: Lock = field(init=False, default_factory=Lock)

    def findings(self) -> dict[str, str]:
        """Return what was found of each part: `FINE`, or what is wrong."""
        with self._lock:
            if time.monotonic() - self._looked >= FRESH_S:
                checks = {"store": self._store, "log": self._log, STREAM: check_stream}
                self._found = {name: _outcome(check) for name, check in checks.items()}
                self._looked = time.monotonic()
            return dict(self._found)

    def _store(self) -> None:
        self.store.read_arrow("stream_progress", gen=self.log.generation)

    def _log(self) -> None:
        self.log.heads()
        if not isinstance(self.log, SqliteLog):
            return  # the broker answers
        path = self.log.path
        if not path.is_file() or not os.access(path, os.R_OK | os.W_OK):
            raise LogError(f"The event log {path} cannot be written; expected a file of ours.")
        if (free := shutil.disk_usage(path.parent).free) < LEAST_FREE:
            raise LogError(
                f"The disk of the event log {path} has {free >> 20} MiB left; expected at "
                f"least {LEAST_FREE >> 20} MiB. Free some space."
            )


def check_stream() -> None:
    """Raise `Unwell` unless the stream of this process is at work."""
    found = next((job for job in jobs.known() if job.name == STREAM), None)
    if found is None:
        raise Unwell("The stream has not started yet; it does within seconds.")
    if found.state != "running":
        raise Unwell(f"The stream is {found.state}: {found.last_error or 'no reason given'}")


def _outcome(check: Check) -> str:
    try:
        check()
    except SightlineError as error:
        return " ".join(str(error).split())
    return FINE

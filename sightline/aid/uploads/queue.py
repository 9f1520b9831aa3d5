# SPDX-License-Identifier: AGPL-3.0-or-later
"""The runs of this process, one after the other, in a thread that outlives every session."""

import logging
import queue
import secrets
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Lock, Thread

from sightline.aid.uploads import permission
from sightline.aid.uploads.folder import Upload
from sightline.aid.uploads.runs import Cancelled, Kind, Run
from sightline.clock import Clock, wall_clock
from sightline.errors import SightlineError
from sightline.imports import Options
from sightline.log import EventLog
from sightline.settings import Settings

KEPT = timedelta(hours=24)
_log = logging.getLogger(__name__)


class Queue:
    """Takes runs, carries them out in turn, and remembers what they came to for a day."""

    def __init__(
        self,
        settings: Settings,
        log: Callable[[], EventLog],
        *,
        clock: Clock = wall_clock,
        after: Callable[[Run], None] = lambda _: None,
    ) -> None:
        self._settings = settings
        self._event_log = log
        self._clock = clock
        self._after = after
        self._waiting: queue.SimpleQueue[Run] = queue.SimpleQueue()
        self._runs: dict[str, Run] = {}
        self._lock = Lock()
        self._thread: Thread | None = None

    def submit(
        self,
        upload: Upload,
        kind: Kind,
        mapping: str | None,
        key: str,
        options: Options | None = None,
    ) -> Run:
        """Take a run of `upload`; one that does the same and is not over is returned instead.

        Raises
        ------
        ImportFileError
            The page may not import.
        """
        permission.check(self._settings)
        with self._lock:
            self._forget_old()
            for each in self._runs.values():
                same = (each.upload, each.kind, each.key) == (upload.name, kind, key)
                if same and not each.is_over:
                    return each
            run = Run(
                name=secrets.token_hex(8),
                upload=upload.name,
                kind=kind,
                paths=upload.paths,
                mapping=mapping,
                key=key,
                options=options or Options(),
                asked_at=self._clock(),
            )
            self._runs[run.name] = run
            if self._thread is None:
                self._thread = Thread(target=self._work, name="imports", daemon=True)
                self._thread.start()
        self._waiting.put(run)
        return run

    def latest(self, upload: str, kind: Kind) -> Run | None:
        """Return the newest run of that kind of an upload."""
        with self._lock:
            found = [r for r in self._runs.values() if (r.upload, r.kind) == (upload, kind)]
        return found[-1] if found else None

    def forget(self, name: str) -> None:
        """Forget a run that is over."""
        with self._lock:
            if name in self._runs and self._runs[name].is_over:
                del self._runs[name]

    def ahead_of(self, run: Run) -> int:
        """Return how many runs have to end before `run` begins."""
        with self._lock:
            names = list(self._runs)
            before = names[: names.index(run.name)]
            return sum(not self._runs[name].is_over for name in before)

    def _work(self) -> None:
        while True:
            run = self._waiting.get()
            if run.state != "waiting":
                continue
            run.state = "running"
            try:
                run.carry_out(self._settings, self._event_log())
                run.state = "done"
            except Cancelled:
                run.state = "cancelled"
            except SightlineError as error:
                run.error = _without_folder(" ".join(str(error).split()), run.paths)
                run.state = "failed"
            except Exception:  # noqa: BLE001 - a thread must outlive whatever a file makes it meet
                identifier = secrets.token_hex(4)
                _log.exception("%s: a %s broke", identifier, run.kind)
                run.error = f"Something broke. Error id {identifier}: the log has the details."
                run.state = "failed"
            self._after(run)

    def _forget_old(self) -> None:
        until = self._clock() - KEPT
        old = [n for n, run in self._runs.items() if run.is_over and run.asked_at < until]
        for name in old:
            del self._runs[name]


def _without_folder(text: str, paths: tuple[Path, ...]) -> str:
    """Return a message with names of files as people gave them."""
    for path in paths:
        text = text.replace(str(path), path.name)
    return text

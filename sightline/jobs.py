# SPDX-License-Identifier: AGPL-3.0-or-later
"""Jobs: what the threads of this process say about themselves, for the System page."""

from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock
from typing import Literal

State = Literal["running", "idle", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Job:
    """What is known of one background job of this process.

    Attributes
    ----------
    runs
        Runs that ended, well or not.
    last_ok
        When it last ended well, UTC; None before that.
    last_error
        What it last failed with, one line; empty when it has never failed.
    failed_at
        When that was, UTC.
    """

    name: str
    state: State = "idle"
    runs: int = 0
    last_ok: datetime | None = None
    last_error: str = ""
    failed_at: datetime | None = None


_known: dict[str, Job] = {}
_lock = Lock()


def started(name: str) -> None:
    """Note that the job called `name` is at work."""
    with _lock:
        _known[name] = replace(_known.get(name, Job(name)), state="running")


def succeeded(name: str, at: datetime) -> None:
    """Note that a run of `name` ended well at `at`, UTC, and that it waits for the next."""
    with _lock:
        job = _known.get(name, Job(name))
        _known[name] = replace(job, state="idle", runs=job.runs + 1, last_ok=at)


def failed(name: str, at: datetime, error: str) -> None:
    """Note that a run of `name` failed at `at`, UTC; only the first line of `error` is kept."""
    with _lock:
        job = _known.get(name, Job(name))
        line = error.strip().partition("\n")[0]
        _known[name] = replace(
            job, state="failed", runs=job.runs + 1, last_error=line, failed_at=at
        )


def stopped(name: str) -> None:
    """Note that `name` was asked to end and did."""
    with _lock:
        _known[name] = replace(_known.get(name, Job(name)), state="stopped")


def known() -> list[Job]:
    """Return every job that has reported in this process, by name."""
    with _lock:
        return [_known[name] for name in sorted(_known)]


def forget() -> None:
    """Drop every report; for tests, which share a process."""
    with _lock:
        _known.clear()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""One run of an upload, rehearsal or import: how far it is, what it came to, how to end it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any, Literal

from sightline.imports import Options, Summary, run_import
from sightline.imports.rehearsal import Refusal, rehearsed
from sightline.log import EventLog
from sightline.settings import Settings

Kind = Literal["rehearsal", "import"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
FIRST_EVENTS, MOST_REFUSALS, MOST_SUBJECTS = 200, 500, 3
OVER = ("done", "failed", "cancelled")


class Cancelled(Exception):  # noqa: N818  somebody asked for it: no error
    """Somebody cancelled the run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    Attributes
    ----------
    first
        The first events, as CloudEvents; rehearsals only.
    refusals
        The first refusals; `Summary.rejected` counts all; rehearsals only.
    known
        Sentences on files that the log holds already.
    """

    summary: Summary
    types: dict[str, int] = field(default_factory=dict)
    first: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    known: list[str] = field(default_factory=list)

    @property
    def refused(self) -> int:
        """Return how many rows were refused."""
        return sum(self.summary.rejected.values())

    def subjects(self) -> list[tuple[str, str]]:
        """Return items and locations that the first events are about."""
        found = dict.fromkeys(
            (event["data"]["item"], event["data"]["loc"])
            for event in self.first
            if event["data"].get("item") and event["data"].get("loc")
        )
        return list(found)[:MOST_SUBJECTS]


@dataclass(slots=True, eq=False)
class Run:
    """One rehearsal or import; the thread that carries it out writes, pages read.

    Attributes
    ----------
    mapping
        Name of a shipped mapping or path of a file; None where the files need none.
    key
        What the mapping says: a rehearsal holds for the mapping that it tried.
    done, total
        Rows read while reading; events added while adding, and of how many.
    """

    name: str
    upload: str
    kind: Kind
    paths: tuple[Path, ...]
    mapping: str | None
    key: str
    options: Options
    asked_at: datetime
    state: State = "waiting"
    phase: str = ""
    done: int = 0
    total: int = 0
    outcome: Outcome | None = None
    error: str = ""
    _stop: Event = field(default_factory=Event)

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will change any more."""
        return self.state in OVER

    def cancel(self) -> None:
        """Ask the run to end; what entered the log by then stays, and is whole."""
        self._stop.set()
        if self.state == "waiting":
            self.state = "cancelled"

    def carry_out(self, settings: Settings, log: EventLog) -> None:
        """Do it."""
        if self.kind == "rehearsal":
            self.outcome = _rehearsed(self, settings)
            return
        summary = run_import(
            self.paths, self.mapping, settings, log, self, options=self.options
        )
        self.outcome = Outcome(summary)

    def reading(self, name: str) -> None:
        """Note which file comes next."""
        self._look()
        self.phase, self.done, self.total = f"Reading {Path(name).name}", 0, 0

    def rows(self, count: int) -> None:
        """Count rows."""
        self._look()
        self.done += count

    def adding(self, events: int) -> None:
        """Start counting towards `events`."""
        self._look()
        self.phase, self.done, self.total = "Adding events", 0, events

    def added(self, events: int) -> None:
        """Count events that are durable."""
        self._look()
        self.done += events

    def _look(self) -> None:
        if self._stop.is_set():
            raise Cancelled


def _rehearsed(run: Run, settings: Settings) -> Outcome:
    with rehearsed(run.paths, run.mapping, settings, run, options=run.options) as found:
        return Outcome(
            summary=found.summary,
            types=found.types,
            first=found.first(FIRST_EVENTS),
            refusals=_some(list(islice(found.refusals(), MOST_REFUSALS * 20))),
            known=found.known,
        )


def _some(refusals: Sequence[Refusal]) -> list[Refusal]:
    """Return the first refusals, of every reason some."""
    by_code: dict[str, list[Refusal]] = {}
    for each in refusals:
        by_code.setdefault(each.code, []).append(each)
    share = max(MOST_REFUSALS // max(len(by_code), 1), 1)
    return [each for found in by_code.values() for each in found[:share]]

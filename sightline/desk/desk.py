# SPDX-License-Identifier: AGPL-3.0-or-later
"""The door to the desk: decisions in one transaction, journal and outbox for the edges."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from sightline.desk import exceptions, journal, letters, marks, outbox, watched
from sightline.desk.engine import READ_ONLY, open_engine
from sightline.desk.episode import Episode
from sightline.desk.journal import Entry
from sightline.desk.letters import Mark, Place
from sightline.desk.outbox import Delivery
from sightline.desk.steps import Step
from sightline.desk.watched import Watched
from sightline.errors import DeskError
from sightline.settings import Settings


@dataclass(frozen=True, slots=True)
class Decision:
    """One transaction: everything it reads is current, everything it writes lands together."""

    connection: Connection

    def open_of(self, rule: str) -> list[Episode]:
        """Return the open episodes of `rule`, oldest first."""
        return exceptions.open_of(self.connection, rule)

    def of_causes(self, rule: str, keys: Sequence[str]) -> list[Episode]:
        """Return every episode of `rule` with one of the dedup `keys`, oldest first."""
        return exceptions.of_causes(self.connection, rule, keys)

    def write(self, found: Sequence[Step], *, now: datetime) -> None:
        """Save the episodes after `found`, and journal each step."""
        last = {step.episode.exception_id: step.episode for step in found}
        exceptions.save(self.connection, last.values())
        journal.write(self.connection, found, now=now)

    def post(self, found: Iterable[Step], webhooks: Iterable[str], *, now: datetime) -> None:
        """Put a message about each step into the outbox, one for each of `webhooks`."""
        outbox.enqueue(self.connection, found, tuple(webhooks), now=now)

    def remember(self, owner: str, found: Mapping[str, str]) -> None:
        """Keep the marks `found`, by scope, for `owner`."""
        marks.remember(self.connection, owner, found)


@dataclass(frozen=True, slots=True)
class Desk:
    """State that people and rules change; safe to share by threads."""

    engine: Engine

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Open the desk that `settings` names, creating what is missing.

        Raises
        ------
        DeskError
            The file cannot be used; the message says which and why.
        """
        return cls(open_engine(settings.desk))

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def decide(self) -> Iterator[Decision]:
        """Yield one transaction; an error inside undoes all of it."""
        with _plainly(), self.engine.begin() as connection:
            yield Decision(connection)

    def episodes(self) -> list[Episode]:
        """Return every episode, oldest first."""
        with self._reading() as connection:
            return exceptions.every(connection)

    def recall(self, owner: str) -> dict[str, str]:
        """Return the marks of `owner`, by scope."""
        with self._reading() as connection:
            return marks.recall(connection, owner)

    def pending_entries(self, *, limit: int) -> list[Entry]:
        """Return the oldest journal entries that are not known to be in the log."""
        with self._reading() as connection:
            return journal.pending(connection, limit=limit)

    def mark_appended(self, entries: Sequence[Entry], *, now: datetime) -> None:
        """Note that `entries` are in the log for good."""
        with _plainly(), self.engine.begin() as connection:
            journal.mark_appended(connection, entries, now=now)

    def due(self, webhooks: Iterable[str], *, now: datetime, limit: int) -> list[Delivery]:
        """Return pending deliveries to `webhooks` whose time has come."""
        with self._reading() as connection:
            return outbox.due(connection, webhooks, now=now, limit=limit)

    def claim(self, delivery: Delivery, *, until: datetime) -> bool:
        """Take `delivery` for one attempt; it comes up again at `until` if we die in it."""
        with _plainly(), self.engine.begin() as connection:
            return outbox.claim(connection, delivery, until=until)

    def mark_sent(self, delivery: Delivery, *, now: datetime) -> None:
        """Note that the receiver has `delivery`."""
        self._settle(delivery, state="sent", sent=now, last_error="")

    def postpone(self, delivery: Delivery, *, now: datetime, by: timedelta, why: str) -> None:
        """Try `delivery` again `by` later."""
        self._settle(delivery, state="pending", next_attempt=now + by, last_error=why)

    def bury(self, delivery: Delivery, *, why: str) -> None:
        """Give `delivery` up for good; it stays visible with the reason."""
        self._settle(delivery, state="dead", last_error=why)

    def deliveries(self) -> list[Delivery]:
        """Return every delivery, oldest first."""
        with self._reading() as connection:
            return outbox.everything(connection)

    def outbox_counts(self) -> dict[str, int]:
        """Return the number of deliveries by state: ``pending``, ``sent``, ``dead``."""
        with self._reading() as connection:
            return outbox.counts(connection)

    def mark_letters(self, gen: int, found: Sequence[Mark]) -> None:
        """Note what became of dead letters of the log's generation `gen`."""
        with _plainly(), self.engine.begin() as connection:
            letters.put(connection, gen, found)

    def reopen_letters(self, gen: int, places: Sequence[Place]) -> int:
        """Take the marks of the letters at `places` back; return how many had one."""
        with _plainly(), self.engine.begin() as connection:
            return letters.clear(connection, gen, places)

    def letter_marks(self, gen: int) -> list[Mark]:
        """Return what became of which dead letter, in order of place."""
        with self._reading() as connection:
            return letters.every(connection, gen)

    def note_watched(self, entry: Watched) -> None:
        """Keep what was seen of one file of a watched folder."""
        with _plainly(), self.engine.begin() as connection:
            watched.put(connection, entry)

    def watched(self, folder: str) -> list[Watched]:
        """Return what is known of the files of a watched folder, by path."""
        with self._reading() as connection:
            return watched.of_folder(connection, folder)

    def _settle(self, delivery: Delivery, **outcome: object) -> None:
        with _plainly(), self.engine.begin() as connection:
            outbox.settle(connection, delivery.delivery_id, **outcome)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        reader = self.engine.execution_options(**READ_ONLY)
        with _plainly(), reader.begin() as connection:
            yield connection


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise DeskError(
            f"The desk refused a change: {error.orig}. Expected a free and writable SQLite "
            "file; check the disk and whether another program holds SIGHTLINE_DESK."
        ) from error

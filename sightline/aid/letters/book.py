# SPDX-License-Identifier: AGPL-3.0-or-later
"""The book of letters: the refused events of the tables with what people did about them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl

from sightline.aid.letters.letter import Letter, spelled
from sightline.clock import Clock, wall_clock
from sightline.desk import Desk, Mark, Place
from sightline.errors import LetterError
from sightline.log import EventLog
from sightline.store import Store

EVER = datetime(1970, 1, 1, tzinfo=UTC)
AT_A_TIME = 5_000
Asked = Literal["open", "retried", "discarded", "released", "all"]
TEXTS = ("kind", "code", "reason", "field", "source", "id", "tenant", "raw")
MARKS = {"part": pl.UInt8, "off": pl.UInt64, "state": pl.String}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which letters: those that fit everything that is stated; "" fits all.

    Attributes
    ----------
    reason
        The code that reasons begin with.
    source, id
        Of the event.
    since
        When the letter entered the log, at the earliest.
    """

    kind: str = ""
    reason: str = ""
    source: str = ""
    id: str = ""
    since: datetime = EVER
    state: Asked = "open"


@dataclass(frozen=True, slots=True)
class Letters:
    """Dead letters of one home."""

    store: Store
    desk: Desk
    log: EventLog
    clock: Clock = wall_clock

    def places(self, wanted: Wanted) -> list[Place]:
        """Return where the letters stand that fit `wanted`, the latest first."""
        found = self._frame(wanted)
        if wanted.state != "all":
            found = found.filter(pl.col("state") == wanted.state)
        return [Place(*row) for row in found.select("part", "off").iter_rows()]

    def counts(self, wanted: Wanted) -> dict[str, dict[str, int]]:
        """Return code → state → letters, of those that fit `wanted` but for its state."""
        groups = self._frame(wanted).group_by("code", "state").len().sort("code", "state")
        counts: dict[str, dict[str, int]] = {}
        for code, state, number in groups.iter_rows():
            counts.setdefault(code, {})[state] = number
        return counts

    def at(self, places: Sequence[Place]) -> list[Letter]:
        """Return the letters at `places`, in that order; those that are none are left out."""
        marks = self._marks()
        found: dict[Place, Letter] = {}
        for first in range(0, len(places), AT_A_TIME):
            some = places[first : first + AT_A_TIME]
            rows = self.store.read_arrow(
                "letters_at",
                gen=self.log.generation,
                parts=[place.part for place in some],
                offs=[place.off for place in some],
            )
            for row in rows.to_pylist():
                letter = _letter(row)
                found[letter.place] = replace(letter, mark=marks.get(letter.place))
        return [found[place] for place in places if place in found]

    def one(self, place: Place) -> Letter:
        """Return the letter at `place`.

        Raises
        ------
        LetterError
            There is none.
        """
        for letter in self.at([place]):
            return letter
        raise LetterError(
            f"There is no dead letter {spelled(place)}; expected one of those that "
            "`sightline dlq list --state all` shows. A new one appears when the stream has run."
        )

    def later(self, letter: Letter) -> list[Letter]:
        """Return later letters of the same event: what became of it when it was sent again."""
        if not letter.id:
            return []
        same = Wanted(source=letter.source, id=letter.id, since=letter.at, state="all")
        found = [each for each in self.places(same) if each != letter.place]
        return [each for each in self.at(found[:AT_A_TIME]) if each.at >= letter.at]

    def discard(self, places: Sequence[Place], *, who: str, note: str) -> int:
        """Set letters aside: nothing is deleted, and `reopen` takes it back.

        Raises
        ------
        LetterError
            The note is empty.
        """
        if not note.strip():
            raise LetterError(
                "A letter is discarded for a reason; expected a note such as "
                "'test data of 2 March'."
            )
        now = self.clock()
        marks = [Mark(each, "discarded", who, now, note.strip()) for each in places]
        self.desk.mark_letters(self.log.generation, marks)
        return len(marks)

    def reopen(self, places: Sequence[Place]) -> int:
        """Open letters again; return how many were not open."""
        return self.desk.reopen_letters(self.log.generation, places)

    def _marks(self) -> dict[Place, Mark]:
        return {mark.place: mark for mark in self.desk.letter_marks(self.log.generation)}

    def _frame(self, wanted: Wanted) -> pl.DataFrame:
        """Return part, off, code and state of what fits `wanted`, whatever its state.

        A letter whose event is accepted by now stands no more, whatever people did with it.
        """
        table = self.store.read_arrow(
            "letter_places",
            gen=self.log.generation,
            kind=wanted.kind,
            reason=wanted.reason,
            source=wanted.source,
            id=wanted.id,
            since=wanted.since,
        )
        letters = pl.from_arrow(table)
        assert isinstance(letters, pl.DataFrame)  # noqa: S101  a table is a frame
        rows = [(*mark.place, mark.state) for mark in self._marks().values()]
        marks = pl.DataFrame(rows, schema=MARKS, orient="row")
        known = letters.cast({"part": pl.UInt8, "off": pl.UInt64, "code": pl.String})
        joined = known.join(marks, on=["part", "off"], how="left", maintain_order="left")
        marked = pl.col("state").fill_null("open")
        state = pl.when(pl.col("released")).then(pl.lit("released")).otherwise(marked)
        return joined.with_columns(state.alias("state"))


def _letter(row: dict[str, object]) -> Letter:
    at = row["at"]
    assert isinstance(at, datetime)  # noqa: S101  by the query's header
    place = Place(int(str(row["part"])), int(str(row["off"])))
    texts: dict[str, Any] = {name: str(row[name]) for name in TEXTS}
    return Letter(place, at.replace(tzinfo=UTC), **texts, **_release(row))


def _release(row: dict[str, object]) -> dict[str, Any]:
    when = row["released_at"]
    if not isinstance(when, datetime):
        return {}
    return {"released": str(row["released"]), "released_at": when.replace(tzinfo=UTC)}

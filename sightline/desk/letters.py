# SPDX-License-Identifier: AGPL-3.0-or-later
"""What people did with dead letters: retried or discarded; the letters themselves stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert

from sightline.desk.tables import letters

State = Literal["open", "retried", "discarded"]
AT_A_TIME = 500


class Place(NamedTuple):
    """Where a letter stands in the event log: its partition and offset."""

    part: int
    off: int


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one letter.

    Attributes
    ----------
    state
        ``retried`` or ``discarded``; an open letter has no mark.
    who
        A user of this machine, or ``page``.
    at
        When, UTC.
    note
        Why, in their words; may be empty for ``retried``.
    """

    place: Place
    state: State
    who: str
    at: datetime
    note: str


def put(connection: Connection, gen: int, marks: Sequence[Mark]) -> None:
    """Set `marks`; a letter has one, the latest."""
    statement = insert(letters)
    kept = {name: statement.excluded[name] for name in ("state", "who", "at", "note")}
    statement = statement.on_conflict_do_update(
        index_elements=["gen", "part", "off"], set_=kept
    )
    for first in range(0, len(marks), AT_A_TIME):
        connection.execute(
            statement, [_row(gen, each) for each in marks[first : first + AT_A_TIME]]
        )


def clear(connection: Connection, gen: int, places: Iterable[Place]) -> int:
    """Open the letters at `places` again; return how many had a mark."""
    one = delete(letters)
    return sum(
        connection.execute(
            one.where(letters.c.gen == gen, letters.c.part == part, letters.c.off == off)
        ).rowcount
        for part, off in places
    )


def every(connection: Connection, gen: int) -> list[Mark]:
    """Return all marks of the log's generation `gen`, in order of place."""
    wanted = select(letters).where(letters.c.gen == gen).order_by(letters.c.part, letters.c.off)
    return [
        Mark(Place(row["part"], row["off"]), row["state"], row["who"], row["at"], row["note"])
        for row in connection.execute(wanted).mappings()
    ]


def _row(gen: int, mark: Mark) -> dict[str, object]:
    return {
        "gen": gen,
        "part": mark.place.part,
        "off": mark.place.off,
        "state": mark.state,
        "who": mark.who,
        "at": mark.at,
        "note": mark.note,
    }

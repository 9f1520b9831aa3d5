# SPDX-License-Identifier: AGPL-3.0-or-later
"""What new tables say otherwise than the old ones: rows, places, the largest differences."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from sightline.store import Store

ROWS_AT_ONCE = 500_000
"""Rows are compared in parts of about this size, to bound the memory."""

LARGEST = 5
QUESTIONS = {
    "positions": ("replay_positions", "replay_hours", "replay_lines"),
    "demand": ("replay_demand",),
    "process": ("replay_cases",),
}
"""Group → queries that give a fingerprint of each row, and how much of it there is."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_KEY = ["name", "place", "row"]
_LARGEST_TABLE = (
    "SELECT toString(max(total_rows)) FROM system.tables WHERE database = currentDatabase()"
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that says something else, and how much it said before and now."""

    name: str
    place: str
    row: str
    before: float
    after: float

    @property
    def size(self) -> float:
        """Return how far apart both are."""
        return abs(self.after - self.before)


@dataclass(slots=True)
class Changed:
    """How one table differs.

    Attributes
    ----------
    rows, places
        Rows of the new table; item-locations, or processes, with a row that differs.
    added, removed, altered
        Rows that only the new table has, only the old one had, and that say something else.
    """

    table: str
    rows: int = 0
    added: int = 0
    removed: int = 0
    altered: int = 0
    places: int = 0
    largest: list[Difference] = field(default_factory=list)

    @property
    def differing(self) -> int:
        """Return the rows that differ in any way."""
        return self.added + self.removed + self.altered


def compared(
    old: Store, new: Store, groups: Sequence[str], since: datetime | None
) -> list[Changed]:
    """Compare the tables of `groups`, from the moment `since` of the business on."""
    return [
        _compared(old, new, question, since or _EVER)
        for group in groups
        for question in QUESTIONS[group]
    ]


def _compared(old: Store, new: Store, question: str, since: datetime) -> Changed:
    found = Changed(question.removeprefix("replay_"))
    ((rows,),) = old.arrange(_LARGEST_TABLE)
    buckets = 1 + int(rows or 0) // ROWS_AT_ONCE
    for bucket in range(buckets):
        asked: dict[str, Any] = {"since": since, "buckets": buckets, "bucket": bucket}
        sides = (pl.from_arrow(store.read_arrow(question, **asked)) for store in (old, new))
        before, after = (_frame(side) for side in sides)
        found.rows += len(after)
        both = before.join(after, on=_KEY, how="full", coalesce=True)
        odd = both.filter(~pl.col("print").eq_missing(pl.col("print_right")))
        found.added += odd["print"].null_count()
        found.removed += odd["print_right"].null_count()
        found.altered += odd.drop_nulls(["print", "print_right"]).height
        found.places += odd.select("name", "place").n_unique()
        found.largest = _largest([*found.largest, *_differences(odd)])
    return found


def _frame(side: Any) -> pl.DataFrame:
    assert isinstance(side, pl.DataFrame)  # noqa: S101 - a table, not a column
    return side.with_columns(pl.col(*_KEY).cast(pl.String))


def _differences(odd: pl.DataFrame) -> Iterator[Difference]:
    sizes = odd.with_columns(pl.col("size", "size_right").fill_null(0.0))
    apart = (pl.col("size_right") - pl.col("size")).abs()
    for row in sizes.sort(apart, descending=True).head(LARGEST).iter_rows(named=True):
        name, place, line = (row[key] for key in _KEY)
        yield Difference(name, place, line, row["size"], row["size_right"])


def _largest(differences: Iterable[Difference]) -> list[Difference]:
    return sorted(differences, key=lambda each: (-each.size, each.name, each.row))[:LARGEST]

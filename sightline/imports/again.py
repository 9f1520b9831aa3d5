# SPDX-License-Identifier: AGPL-3.0-or-later
"""Refused rows go through a mapping again, one at a time instead of file by file."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from sightline.clock import Clock, wall_clock
from sightline.errors import MappingError
from sightline.imports import event_log, plan, shipped
from sightline.imports.canonical import Canon
from sightline.imports.cutting import cut
from sightline.imports.drafter import Drafter
from sightline.imports.mapping import Mapping, Table
from sightline.imports.origin import Origin, frame_of
from sightline.imports.plan import REFUSED
from sightline.imports.reshaping import reshaped
from sightline.imports.rows import Batch
from sightline.imports.spill import ORDER
from sightline.log import Piece

SECOND = "another row of its file says otherwise and came first; discard it, or mend the file"
NOTHING = "no_event: the mapping makes no event of the row; expected at least one"
Key = tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it came from, and its values by column."""

    origin: Origin
    values: dict[str, Any]


class Again:
    """Drafts rows of any files of one mapping; a row becomes all of its events or none."""

    def __init__(self, mapping: Mapping, *, clock: Clock = wall_clock) -> None:
        self._mapping = mapping
        self._is_log = mapping.kind == "event_log"
        self._plan = event_log.plan_of(mapping) if self._is_log else plan.plan_of(mapping)
        self._clock = clock
        self._shas: list[str] = []
        self._good: list[pl.DataFrame] = []

    def add(self, rows: Sequence[Row], *, codes: Sequence[str]) -> dict[int, str]:
        """Take `rows` in; return those that are still refused: number → why.

        Parameters
        ----------
        codes
            What each was refused for: a row that contradicts another row of its file is
            right by itself, but still contradicts it.
        """
        groups: dict[Key, list[int]] = defaultdict(list)
        for number, row in enumerate(rows):
            types = tuple(sorted((row.origin.types or {}).items()))
            groups[row.origin.sha256, tuple(sorted(row.values)), types].append(number)
        refused: dict[int, str] = {}
        for key, numbers in groups.items():
            refused |= self._add(key, numbers, rows, codes)
        return refused

    def pieces(self, partitions: int) -> list[Piece]:
        """Return the events of all rows that are no longer refused, in order of time."""
        if not self._good:
            return []
        drafts = pl.concat(self._good).sort(ORDER)
        if self._is_log:
            drafts = event_log.ranked(drafts, {})
        at_import = self._mapping.recorded == "import"
        recorded = round(self._clock().timestamp() * 1000) if at_import else 0
        canon = Canon(self._plan, self._shas, recorded=recorded)
        return cut(*canon.table(drafts), partitions)

    def _add(
        self, key: Key, numbers: list[int], rows: Sequence[Row], codes: Sequence[str]
    ) -> dict[int, str]:
        try:
            table = None if self._is_log else self._table(list(key[1]))
        except MappingError as error:
            return dict.fromkeys(numbers, str(error))
        twice = [
            n for n in numbers if table and table.unique and codes[n] == table.unique_reason
        ]
        found = {n: f"{codes[n]}: {SECOND}" for n in twice}
        fresh = [n for n in numbers if n not in found]
        same: dict[int, list[int]] = defaultdict(list)  # a row may have two letters
        for number in fresh:
            same[rows[number].origin.row].append(number)
        if same:
            firsts = [rows[numbers[0]] for numbers in same.values()]
            self._shas.append(key[0])
            why = self._sorted_out(self._drafts(table, firsts, dict(key[2])), list(same))
            found |= {number: said for row, said in why.items() for number in same[row]}
        return found

    def _drafts(
        self, table: Table | None, rows: Sequence[Row], types: dict[str, str]
    ) -> pl.DataFrame:
        frame = frame_of([row.values | {"row": row.origin.row} for row in rows], types)
        batch = Batch(frame.with_columns(pl.col("row").cast(pl.Int64)))
        if table is None:
            return event_log.LogDrafter(self._plan).draft(batch)
        drafter = Drafter(self._plan, table)
        return pl.concat([drafter.draft(each) for each in reshaped(iter([batch]), table)])

    def _sorted_out(self, drafts: pl.DataFrame, asked: list[int]) -> dict[int, str]:
        """Keep the events among `drafts`; return the rows that became none: row → why."""
        is_refused = drafts["step"] == REFUSED
        bad = drafts.filter(is_refused)
        why = dict(zip(bad["row"].to_list(), bad["reason"].to_list(), strict=True))
        file = pl.lit(len(self._shas) - 1, pl.Int16).alias("file")
        self._good.append(drafts.filter(~is_refused).with_columns(file))
        seen = set(drafts["row"].to_list())
        return why | {row: NOTHING for row in asked if row not in seen}

    def _table(self, columns: list[str]) -> Table:
        fitting = shipped.fitting_tables(self._mapping, columns)
        if fitting:
            return fitting[0]
        raise MappingError(
            f"no table of {self._mapping.name} fits the row's columns "
            f"({shipped.listed(columns)}); say --mapping with one that does."
        )

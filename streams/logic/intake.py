# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one partition takes in: each event once, in base units, everything counted."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sightline.events.encode import envelope_of
from sightline.events.refusal import CONFLICT, Fault
from streams.logic.chunk import Decoded, Letter
from streams.logic.dedupe import DedupeState, Split
from streams.logic.tally import Tally
from streams.logic.units import Judged, UnitState, lessons_of

ROUNDS = 3  # settle any two records, and all but a chunk made to be hard


class Fresh(NamedTuple):
    """A chunk after its duplicates and conflicts were taken out.

    Attributes
    ----------
    appends
        As in `streams.logic.chunk.Decoded`.
    counted
        Rows of the tables progress and feeds; none when the chunk had no event.
    """

    part: int
    table: pa.Table
    letters: list[Letter]
    frontier: int
    appends: tuple[tuple[int, int], ...]
    counted: dict[str, pa.Table]


class Settled(NamedTuple):
    """Accepted rows, repetitions, and letters about the others."""

    fresh: pa.Table
    repeated: pa.Table
    letters: list[Letter]


@dataclass(slots=True)
class IntakeState:
    """Ids seen, events counted and units learned by one log partition."""

    part: int
    gen: int
    ids: DedupeState = field(default_factory=DedupeState)
    tally: Tally = field(default_factory=Tally)
    units: UnitState = field(default_factory=UnitState)

    def apply(self, decoded: Decoded) -> Fresh:
        """Take in a chunk; a chunk without events only moves the frontier."""
        settled = self._settled(decoded.table)
        letters = sorted([*decoded.letters, *settled.letters])
        self.tally.note(settled.fresh, settled.repeated, letters)
        tables = dict[str, pa.Table]()
        if decoded.last >= 0:  # else it only moves the frontier
            tables["progress"] = self.tally.progress(self.part, self.gen, decoded.last)
            tables["feeds"] = self.tally.changed(self.part, self.gen, decoded.last)
        return Fresh(
            self.part,
            settled.fresh,
            letters,
            decoded.frontier,
            decoded.appends,
            tables,
        )

    def _settled(self, table: pa.Table) -> Settled:
        """Say what becomes of each row, and remember the ids and the units of accepted ones.

        What a record teaches decides which quantities are good, and a good event can make a
        later record with its id a conflict: each round settles at least one more record.
        """
        lessons = lessons_of(table)
        taught = lessons
        if len(lessons.at):
            taught = lessons.among(self.ids.split(table).is_fresh)
        for _ in range(ROUNDS):
            judged = self.units.judge(table, taught)
            found = self.ids.split(table, judged.faulty())
            accepted = lessons.among(found.is_fresh)
            if np.array_equal(accepted.at, taught.at):
                self.ids.remember(found)
                self.units.learn(taught)
                return _told(table, found, judged)
            taught = accepted
        return self._settled_by_halves(table)

    def _settled_by_halves(self, table: pa.Table) -> Settled:
        """Settle first what came first: ids that records and lines share in turn take long."""
        half = len(table) // 2
        first, second = self._settled(table[:half]), self._settled(table[half:])
        return Settled(
            pa.concat_tables([first.fresh, second.fresh]),
            pa.concat_tables([first.repeated, second.repeated]),
            [*first.letters, *second.letters],
        )


def _told(table: pa.Table, found: Split, judged: Judged) -> Settled:
    repeated = table.take(pa.array(found.duplicates))
    letters = list(_letters(table, found, judged))
    return Settled(found.fresh(judged.table), repeated, letters)


def _letters(table: pa.Table, found: Split, judged: Judged) -> Iterator[Letter]:
    """Yield a dead letter for each conflict, and for each quantity without its unit."""
    for rows, faults in ((found.conflicts, {}), (found.refused, judged.faults)):
        picked = table.take(pa.array(rows)).to_pylist() if len(rows) else []
        for at, row in zip(rows.tolist(), picked, strict=True):
            yield _letter(row, faults.get(at, CONFLICT))


def _letter(row: dict[str, Any], fault: Fault) -> Letter:
    told = ("conflict" if fault is CONFLICT else fault.kind, f"{fault.code}: {fault.text}")
    at_ms = int(row["ingest_time"].timestamp() * 1000)
    raw = envelope_of(row).decode("utf-8", "replace")
    return Letter(row["off"], *told, fault.field, row["source"], row["id"], raw, at_ms)

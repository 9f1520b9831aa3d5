# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one partition takes in: each event once, in base units, everything counted."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from streams.logic import retold
from streams.logic.accepting import settle
from streams.logic.chunk import Decoded, Letter
from streams.logic.dedupe import DedupeState
from streams.logic.late import SEVEN_DAYS, Limits, late
from streams.logic.runs import Block
from streams.logic.suspect import SuspectState
from streams.logic.tally import Tally
from streams.logic.units import UnitState


class Fresh(NamedTuple):
    """A chunk after its duplicates and conflicts were taken out.

    Attributes
    ----------
    appends
        As in `streams.logic.chunk.Decoded`.
    counted
        Rows of the tables progress and feeds; none when the chunk had no event. Besides, what
        became of letters and quantities: released, restated_quantities and suspects.
    restated
        What accepted events count for from now on (`streams.logic.units.news`): those of this
        chunk or of earlier ones. None when nothing changed.
    """

    part: int
    table: pa.Table
    letters: list[Letter]
    frontier: int
    appends: tuple[tuple[int, int], ...]
    counted: dict[str, pa.Table]
    restated: Block | None = None


@dataclass(slots=True)
class IntakeState:
    """Ids seen, events counted and units learned by one log partition."""

    part: int
    gen: int
    ids: DedupeState = field(default_factory=DedupeState)
    tally: Tally = field(default_factory=Tally)
    units: UnitState = field(default_factory=UnitState)
    suspects: SuspectState = field(default_factory=SuspectState)

    def apply(self, decoded: Decoded, limits: Limits = SEVEN_DAYS) -> Fresh:
        """Take in a chunk; a chunk without events only moves the frontier."""
        had_packs = self.units.has_packs
        settled = settle(decoded.table, self.ids, self.units)
        restated, moved = self.suspects.look(
            settled.fresh, settled.restated, self.units, had_packs=had_packs
        )
        letters = sorted([*decoded.letters, *settled.letters])
        is_late = late(settled.fresh, self.tally.feeds, limits)
        fresh = settled.fresh.append_column("late", pa.array(is_late))
        reused = self.ids.reused(settled.repeated, limits.reuse)
        self.tally.note_disorder(fresh.filter(fresh["late"]), reused, settled.restated)
        self.tally.note(settled.fresh, settled.repeated, letters)
        self.tally.release(settled.released)
        tables = retold.tables(settled.released, restated, moved, self.part, self.gen)
        if decoded.last >= 0:  # else it only moves the frontier
            tables["progress"] = self.tally.progress(self.part, self.gen, decoded.last)
            tables["feeds"] = self.tally.changed(self.part, self.gen, decoded.last)
        return Fresh(
            self.part,
            fresh,
            letters,
            decoded.frontier,
            decoded.appends,
            tables,
            restated,
        )

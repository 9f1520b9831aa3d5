# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one partition takes in: each event once, everything counted, nothing lost."""

from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from sightline.events.encode import envelope_of
from streams.logic.chunk import Decoded, Letter
from streams.logic.dedupe import DedupeState
from streams.logic.tally import Tally

_CONFLICT = (
    "conflict: an event with this tenant, source and id but other content came first; "
    "expected a new id, or a new event with `corrects`"
)


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


@dataclass(slots=True)
class IntakeState:
    """Ids seen and events counted by one log partition."""

    part: int
    gen: int
    ids: DedupeState = field(default_factory=DedupeState)
    tally: Tally = field(default_factory=Tally)

    def apply(self, decoded: Decoded) -> Fresh:
        """Take in a chunk; a chunk without events only moves the frontier."""
        found = self.ids.apply(decoded.table)
        conflicts = decoded.table.take(pa.array(found.conflicts))
        letters = sorted([*decoded.letters, *(_conflict(row) for row in conflicts.to_pylist())])
        repeated = decoded.table.take(pa.array(found.duplicates))
        self.tally.note(found.fresh, repeated, letters)
        tables = dict[str, pa.Table]()
        if decoded.last >= 0:  # else it only moves the frontier
            tables["progress"] = self.tally.progress(self.part, self.gen, decoded.last)
            tables["feeds"] = self.tally.changed(self.part, self.gen, decoded.last)
        return Fresh(
            self.part,
            found.fresh,
            letters,
            decoded.frontier,
            decoded.appends,
            tables,
        )


def _conflict(row: dict[str, object]) -> Letter:
    at_ms = int(row["ingest_time"].timestamp() * 1000)  # type: ignore[attr-defined]
    raw = envelope_of(row).decode("utf-8", "replace")
    return Letter(
        int(str(row["off"])),
        "conflict",
        _CONFLICT,
        "id",
        str(row["source"]),
        str(row["id"]),
        raw,
        at_ms,
    )

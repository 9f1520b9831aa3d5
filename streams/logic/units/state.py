# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one log partition has been told about units, and whom it may still concern."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from streams.logic.runs import Block, Runs, concat, take
from streams.logic.units.judge import Judged, judge
from streams.logic.units.known import Known
from streams.logic.units.lessons import Lesson, Lessons, block, each
from streams.logic.units.memory import kept
from streams.logic.units.releases import Releases
from streams.logic.units.restating import Restatement, all_of, came, restated
from streams.logic.units.standing import last_words, standing
from streams.logic.units.turns import Turns
from streams.logic.units.waiting import Waiting, parked

_CROWDED = 1.25  # times as many lessons as still matter: then the others are dropped


def _by_item() -> Runs:
    return Runs("owner", hashed=True)


@dataclass(slots=True)
class UnitState:
    """Every lesson that may still matter; what follows from them is worked out when asked.

    Attributes
    ----------
    told
        Lessons in blocks that never change, so that a snapshot only names them.
    accepted
        Accepted rows that a record may give another quantity.
    waiting
        Refused rows that a record may release.
    """

    told: Runs = field(default_factory=lambda: Runs("owner"))
    accepted: Runs = field(default_factory=_by_item)
    waiting: Waiting = field(default_factory=Waiting)
    _known: Known | None = None

    def __getstate__(self) -> tuple[Runs, Runs, Waiting]:
        return self.told, self.accepted, self.waiting

    def __setstate__(self, kept_: Any) -> None:
        self.told, self.accepted, self.waiting = kept_
        self._known = None

    def __len__(self) -> int:
        return len(self.told)

    def learn(self, lessons: Lessons) -> None:
        """Remember `lessons`, of accepted events."""
        if len(lessons.at):
            self.told.append(lessons.rows)
            self._known = None

    def known(self) -> Known:
        """Return what holds when, for many questions at once."""
        if self._known is None:
            words = last_words(concat([block([]), *self.told.blocks]))
            if len(self.told) > _CROWDED * len(words["owner"]):
                self.told = Runs("owner")
                self.told.append(words)
            self._known = Known.of(standing(words))
        return self._known

    @property
    def has_packs(self) -> bool:
        """Tell whether any unit of any item is known to be more or less than its base unit."""
        return bool(len(self.known().factors.keys))

    def about(self, owners: np.ndarray) -> list[Lesson]:
        """Return the lessons about `owners` (sorted, distinct)."""
        found = self.told.gather(owners)
        return [] if found is None else each(found)

    def judge(self, table: pa.Table, lessons: Lessons) -> Judged:
        """Return a chunk in base units, as `streams.logic.units.judge.judge` does."""
        if not len(table):
            return Judged(table, {})
        return judge(table, self.known(), self.about, lessons)

    def releases(self, table: pa.Table, judged: Judged, lessons: Lessons) -> Releases | None:
        """Return what the records of a chunk release, of before and of the chunk itself."""
        if not len(lessons.at) or not (len(self.waiting) or judged.faults):
            return None
        owners = np.unique(lessons.rows["owner"])
        at = np.array(sorted(judged.faults), dtype=np.int64)
        before = self.waiting.of(owners)
        within = _about(parked(table.take(pa.array(at))), owners) if len(at) else None
        waiting = all_of([before, within])
        if waiting is None:
            return None
        first = 0 if before is None else len(before["off"])
        place = np.searchsorted(np.asarray(table["off"]), waiting["off"])
        place[:first] = -1
        turns = Turns.of(self.about, lessons, np.unique(waiting["owner"]))
        return Releases.of(turns, waiting, place, table)

    def restate(
        self, lessons: Lessons, within: Block | None, released: Block | None
    ) -> list[Restatement]:
        """Return what accepted records change, and keep the rows that are new.

        Parameters
        ----------
        lessons
            What the accepted records of a chunk teach; not yet learned.
        within, released
            Accepted rows of the chunk, and those that it released, with ``came``.
        """
        news = all_of([within, released])
        found = list[Restatement]()
        if len(lessons.at):
            owners = np.unique(lessons.rows["owner"])
            old = self.accepted.gather(owners) if len(self.accepted) else None
            known = all_of([None if old is None else came(old, -1), news])
            if known is not None:
                concerned = np.intersect1d(known["owner"], owners)
                turns = Turns.of(self.about, lessons, concerned)
                found = restated(turns, known)
        if news is not None:
            self.accepted.append({name: news[name] for name in news if name != "came"})
        return found


def kept_rows(table: pa.Table, at: np.ndarray) -> Block | None:
    """Return the rows `at` of a chunk as they are remembered, with ``came``."""
    return came(kept(table.take(pa.array(at))), at) if len(at) else None


def _about(rows: Block, owners: np.ndarray) -> Block:
    return take(rows, np.isin(rows["owner"], owners))

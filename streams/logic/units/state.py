# SPDX-License-Identifier: AGPL-3.0-or-later
"""What one log partition has been told about units."""

import numpy as np
import pyarrow as pa

from streams.logic.runs import Runs, concat
from streams.logic.units.judge import Judged, judge
from streams.logic.units.known import Known
from streams.logic.units.lessons import Lesson, Lessons, block, each
from streams.logic.units.standing import last_words, standing

_CROWDED = 1.25  # times as many lessons as still matter: then the others are dropped


class UnitState:
    """Every lesson that may still matter; what follows from them is worked out when asked.

    Attributes
    ----------
    told
        Lessons in blocks that never change, so that a snapshot only names them.
    """

    __slots__ = ("_known", "told")

    def __init__(self) -> None:
        self.told = Runs("owner")
        self._known: Known | None = None

    def __getstate__(self) -> Runs:
        return self.told

    def __setstate__(self, told: Runs) -> None:
        self.told = told
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

    def judge(self, table: pa.Table, lessons: Lessons) -> Judged:
        """Return a chunk in base units, as `streams.logic.units.judge.judge` does."""
        if not len(table) or not (len(self.told) or len(lessons.at)):
            return Judged(table, {})
        return judge(table, self.known(), self._about, lessons)

    def _about(self, owners: np.ndarray) -> list[Lesson]:
        found = self.told.gather(owners)
        return [] if found is None else each(found)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""How what is known about an item changes within a chunk, record by record."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from streams.logic.units.known import Known
from streams.logic.units.lessons import Lesson, Lessons, each
from streams.logic.units.readings import known_of

About = Callable[[np.ndarray], list[Lesson]]


@dataclass(slots=True)
class Turns:
    """The records of a chunk by item, and what is known after each; worked out when asked.

    Attributes
    ----------
    before
        What was known about the items before the chunk.
    within
        Per item the row of each record and what it teaches, in order.
    """

    before: dict[int, list[Lesson]]
    within: dict[int, list[tuple[int, Lesson]]]
    worked_out: dict[int, list[tuple[int, Known]]] = field(default_factory=dict)

    @classmethod
    def of(cls, about: About, lessons: Lessons, owners: np.ndarray) -> Self:
        """Follow the records about `owners` (sorted, distinct)."""
        wanted = set(owners.tolist())
        before = defaultdict[int, list[Lesson]](list)
        within = dict[int, list[tuple[int, Lesson]]]()
        for lesson in about(owners):
            before[lesson.owner].append(lesson)
        for at, lesson in zip(lessons.at.tolist(), each(lessons.rows), strict=True):
            if lesson.owner in wanted:
                within.setdefault(lesson.owner, []).append((at, lesson))
        return cls(before, within)

    def known(self, owner: int) -> list[tuple[int, Known]]:
        """Return what is known before the chunk (row -1) and after each record."""
        found = self.worked_out.get(owner)
        if found is None:
            lessons = list(self.before[owner])
            found = [(-1, known_of(lessons))]
            for at, lesson in self.within[owner]:
                lessons.append(lesson)
                found.append((at, known_of(lessons)))
            self.worked_out[owner] = found
        return found

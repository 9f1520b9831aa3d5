# SPDX-License-Identifier: AGPL-3.0-or-later
"""Of lessons that begin together one holds, as in the views of master data.

Of each source the one with the highest version, sequence, time of recording and id; among the
sources the highest version, then the one recorded last. So what a source has outdone can be
forgotten: it never comes back.
"""

from collections.abc import Iterable

import numpy as np

from streams.logic.runs import Block, concat, take
from streams.logic.units.lessons import Lesson, block, each


def last_words(rows: Block) -> Block:
    """Return `rows` in order of owner, unit and start, without what their source outdid."""
    ordered, alone = _ordered(rows)
    if alone.all():
        return ordered
    best: dict[tuple[int, int, int, str], Lesson] = {}
    for lesson in each(take(ordered, ~alone)):
        key = (lesson.owner, lesson.uom, lesson.start, lesson.source)
        best[key] = max(best.get(key, lesson), lesson, key=_of_one_source)
    kept = concat([take(ordered, alone), block(best.values())])
    return _ordered(kept)[0]


def standing(words: Block) -> Block:
    """Return what holds among the last words of the sources: one for each start."""
    ordered, alone = _ordered(words)
    if alone.all():
        return ordered
    best: dict[tuple[int, int, int], Lesson] = {}
    for lesson in each(take(ordered, ~alone)):
        key = (lesson.owner, lesson.uom, lesson.start)
        best[key] = max(best.get(key, lesson), lesson, key=_of_all)
    return _ordered(concat([take(ordered, alone), block(best.values())]))[0]


def holding(lessons: Iterable[Lesson], uom: int, time: int) -> Lesson | None:
    """Return the lesson about `uom` that began last by `time`, ended or not."""
    begun = [each for each in lessons if each.uom == uom and each.start <= time]
    latest = max((each.start for each in begun), default=0)
    best: dict[str, Lesson] = {}
    for lesson in begun:
        if lesson.start == latest:
            rival = best.get(lesson.source, lesson)
            best[lesson.source] = max(rival, lesson, key=_of_one_source)
    return max(best.values(), key=_of_all, default=None)


def _of_one_source(lesson: Lesson) -> tuple[int, str, int, str]:
    return lesson.version, lesson.sequence, lesson.recorded, lesson.id


def _of_all(lesson: Lesson) -> tuple[int, int, str, str]:
    return lesson.version, lesson.recorded, lesson.id, lesson.source


def _ordered(rows: Block) -> tuple[Block, np.ndarray]:
    """Return `rows` by owner, unit and start, and which of them have no rival."""
    keys = ("owner", "uom", "start")
    ordered = take(rows, np.lexsort([rows[name] for name in reversed(keys)]))
    differs = np.zeros(max(len(rows["owner"]) - 1, 0), dtype=bool)
    for name in keys:
        differs |= ordered[name][1:] != ordered[name][:-1]
    edges = np.concatenate(([True], differs, [True]))[: len(rows["owner"]) + 1]
    return ordered, edges[:-1] & edges[1:]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A chunk in base units: its rows are judged as if each were new."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from sightline.events.refusal import Fault
from streams.logic.units import faults
from streams.logic.units.codes import NOT_STATED, PIECES, codes_of, text_of
from streams.logic.units.convert import FINE, convert
from streams.logic.units.known import CHANGES, Known
from streams.logic.units.lessons import Lesson, Lessons, each
from streams.logic.units.one import base_of, in_base
from streams.logic.units.quantities import Outcome, Quantities

About = Callable[[np.ndarray], list[Lesson]]


class Judged(NamedTuple):
    """A chunk with its quantities in base units, and by row what is wrong with others.

    Attributes
    ----------
    odd
        Whether a later record may give a row another quantity; None when none may.
    """

    table: pa.Table
    faults: dict[int, Fault]
    odd: np.ndarray | None = None

    def faulty(self) -> np.ndarray | None:
        """Return which rows have a fault, None when none has."""
        if not self.faults:
            return None
        mask = np.zeros(len(self.table), dtype=bool)
        mask[list(self.faults)] = True
        return mask


def judge(table: pa.Table, known: Known, about: About, lessons: Lessons) -> Judged:
    """Judge every row of a chunk.

    Parameters
    ----------
    known, about
        What was known before the chunk; the lessons that it follows from, by item.
    lessons
        What accepted records within the chunk teach: each holds for the rows after it.
    """
    if not len(lessons.at) and _is_plain(table, known):
        return Judged(table, {})
    asked = Quantities.of(table)
    base = asked.bases(known)
    is_known = base != NOT_STATED
    taught = np.isin(asked.owners, lessons.rows["owner"])[asked.owner]
    one_by_one = ((asked.main | asked.short) & taught) | (asked.short & is_known)
    at_once = asked.main & is_known & ~one_by_one
    at_once &= (asked.unit != base) & (asked.unit != NOT_STATED)
    is_open = (asked.main | asked.short) & ~is_known & ~one_by_one
    if not at_once.any() and not one_by_one.any():
        return Judged(table, {}, asked.strange() & is_open)
    found = Outcome.of(table)
    found.is_open |= is_open
    _at_once(found, asked, base, np.flatnonzero(at_once), known)
    _one_by_one(found, asked, np.flatnonzero(one_by_one), about, lessons)
    odd = (found.base != NOT_STATED) | (asked.strange() & found.is_open)
    return Judged(found.converted(), found.faults, odd)


def _is_plain(table: pa.Table, known: Known) -> bool:
    """Tell at a glance that all is in pieces, and no known item is kept in anything else."""
    if table["short_qty"].null_count < len(table) or known.units not in ([], [PIECES]):
        return False
    stated = codes_of(table["base_uom"].unique().to_pylist())
    return bool(np.isin(stated, [NOT_STATED, PIECES]).all())


def _at_once(
    found: Outcome, asked: Quantities, bases: np.ndarray, at: np.ndarray, known: Known
) -> None:
    """Convert the main quantities of the rows `at`."""
    times, base = asked.times[at], bases[at]
    changes = base == CHANGES
    if changes.any():
        place, _ = known.bases.find(asked.owners[asked.owner[at]])
        base = np.where(changes, known.base_at(place, times), base)
        differs = base != asked.unit[at]
        at, times, base = at[differs], times[differs], base[differs]
    num, den, held = known.factors_at(asked.owners[asked.owner[at]], asked.unit[at], times)
    q, state = convert(found.q[at], np.where(held, num, 1), np.where(held, den, 1))
    fine = held & (state == FINE)
    for i in np.flatnonzero(~fine).tolist():
        row = int(at[i])
        stated = asked.stated(row, int(found.q[row]))
        found.faults[row] = (
            faults.impossible(stated, int(state[i]), int(num[i]), int(den[i]))
            if held[i]
            else faults.no_conversion(stated, text_of(int(base[i])))
        )
    found.q[at[fine]], found.base[at[fine]] = q[fine], base[fine]


def _one_by_one(
    found: Outcome, asked: Quantities, at: np.ndarray, about: About, lessons: Lessons
) -> None:
    """Convert the rows `at`, each by what came before it."""
    owners = np.unique(asked.owners[asked.owner[at]])
    before = defaultdict[int, list[Lesson]](list)
    for lesson in about(owners):
        before[lesson.owner].append(lesson)
    within = each(lessons.rows)
    learned = 0
    for row in at.tolist():
        end = bisect_left(lessons.at, row)
        for lesson in within[learned:end]:
            before[lesson.owner].append(lesson)
        learned = end
        _settle(found, asked, row, before[int(asked.owners[asked.owner[row]])])


def _settle(found: Outcome, asked: Quantities, row: int, lessons: list[Lesson]) -> None:
    """Convert both quantities of a row, or neither."""
    parts = [(found.q, asked.stated(row, int(found.q[row])))] if asked.main[row] else []
    if asked.short[row]:
        parts.append((found.short, asked.stated_short(row, int(found.short[row]))))
    base = base_of(lessons, parts[0][1].time)
    if base == NOT_STATED:
        found.is_open[row] = True
        return
    results = [in_base(stated, base, lessons) for _, stated in parts]
    wrong = next((each for each in results if isinstance(each, Fault)), None)
    if wrong is not None:
        found.faults[row] = wrong
        return
    for (column, stated), result in zip(parts, results, strict=True):
        if stated.unit not in {"", text_of(base)}:
            column[row], found.base[row] = result, base

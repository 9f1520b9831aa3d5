# SPDX-License-Identifier: AGPL-3.0-or-later
"""One quantity at a time: where records come within the chunk, and for short quantities."""

from collections.abc import Sequence

import numpy as np

from sightline.events.refusal import Fault
from streams.logic.units import faults
from streams.logic.units.codes import NOT_STATED, code_of, text_of
from streams.logic.units.convert import FINE, convert
from streams.logic.units.lessons import Lesson
from streams.logic.units.standing import holding
from streams.logic.units.stated import Stated


def base_of(lessons: Sequence[Lesson], time: int) -> int:
    """Return the base unit at `time`; the first one holds before it begins, too."""
    starts = [each.start for each in lessons if each.uom == NOT_STATED]
    if not starts:
        return NOT_STATED
    found = holding(lessons, NOT_STATED, max(time, min(starts)))
    return found.base if found else NOT_STATED


def in_base(stated: Stated, base: int, lessons: Sequence[Lesson]) -> int | Fault:
    """Return the quantity in ten-thousandths of the unit `base`."""
    uom = code_of(stated.unit)
    if uom in {base, NOT_STATED}:
        return stated.q
    factor = holding(lessons, uom, stated.time)
    if factor is None or stated.time >= factor.end:
        return faults.no_conversion(stated, text_of(base))
    numbers = (np.array([number]) for number in (stated.q, factor.num, factor.den))
    found, state = convert(*numbers)
    if state[0] != FINE:
        return faults.impossible(stated, int(state[0]), factor.num, factor.den)
    return int(found[0])

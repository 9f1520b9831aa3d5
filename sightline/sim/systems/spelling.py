# SPDX-License-Identifier: AGPL-3.0-or-later
"""Columns of numbers become columns of text, many at a time."""

from functools import cache
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.sim.engine.moments import HOUR, SECOND, Ints, date_of, time_of

Piece: TypeAlias = "str | pa.Array"


def joined(*pieces: Piece) -> pa.Array:
    """Return `pieces` side by side, row by row; a plain text stands in every row."""
    return pc.binary_join_element_wise(*pieces, "")


def looked_up(words: pa.Array, index: Ints) -> pa.Array:
    """Return `words` at `index`."""
    return words.take(pa.array(index))


def whole(numbers: Ints) -> pa.Array:
    """Return whole numbers as decimal texts."""
    return pa.array(numbers).cast(pa.string())


def day_texts(days: Ints, spelt: str = "%Y-%m-%d") -> pa.Array:
    """Return days since 1970 as dates, spelt like `spelt`."""
    distinct, where = np.unique(days, return_inverse=True)
    words = pa.array([date_of(int(day)).strftime(spelt) for day in distinct], pa.string())
    return looked_up(words, where)


def stamps(at: Ints) -> pa.Array:
    """Return moments as `sightline.sim.engine.moments.stamp` spells them."""
    hours, where = np.unique(at // HOUR, return_inverse=True)
    words = [time_of(int(hour) * HOUR).strftime("%Y-%m-%dT%H:") for hour in hours]
    seconds = looked_up(_minutes_and_seconds(), at // SECOND % 3600)
    millis = looked_up(_milliseconds(), at // 1000 % 1000)
    return joined(looked_up(pa.array(words, pa.string()), where), seconds, millis)


def amounts(cents: Ints) -> list[Piece]:
    """Return the pieces of money blocks, cents ≥ 0."""
    rest = looked_up(_hundredths(), cents % 100)
    return ['{"amount":"', whole(cents // 100), rest, '","currency":"EUR"}']


@cache
def _minutes_and_seconds() -> pa.Array:
    return pa.array([f"{at // 60:02d}:{at % 60:02d}" for at in range(3600)])


@cache
def _milliseconds() -> pa.Array:
    return pa.array([f".{at:03d}Z" for at in range(1000)])


@cache
def _hundredths() -> pa.Array:
    return pa.array([f".{at:02d}" for at in range(100)])

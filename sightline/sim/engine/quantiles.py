# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantiles of the normal and the exponential distribution, and exp, the same everywhere.

Libraries and processors differ in the last bits of such functions. Here tables are rounded
to six decimals and read with exactly rounded operations, so every machine gets the same
numbers, one by one or in arrays.
"""

import math
from functools import cache

import numpy as np

from sightline.sim.engine.moments import Floats

CELLS = 1 << 16
TAIL = 0.25 / CELLS  # stands for the quantiles of 0 and 1
BY_LN2 = 1.4426950408889634
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # the first has zeros at its end
FACTORS = [1.0 / math.factorial(power) for power in range(13, -1, -1)]


def normal(share: Floats) -> Floats:
    """Return standard normal quantiles of `share` in [0, 1), cut at 4.5."""
    return _looked_up(_normal_table(), share)


def normal_one(share: float) -> float:
    """Return what `normal` returns, for one number."""
    return _looked_up_one(_normal_list(), share)


def exponential(share: Floats) -> Floats:
    """Return quantiles of the exponential distribution with mean 1, cut at 12.5."""
    return _looked_up(_exponential_table(), share)


def exponential_one(share: float) -> float:
    """Return what `exponential` returns, for one number."""
    return _looked_up_one(_exponential_list(), share)


def exp(power: Floats) -> Floats:
    """Return e to the `power`, for powers from -700 to 700, within two units in the last place.

    A Taylor series on what is left of the power without whole multiples of ln 2.
    """
    doublings = np.rint(power * BY_LN2)
    rest = (power - doublings * LN2_HIGH) - doublings * LN2_LOW
    total = np.full_like(rest, FACTORS[0])
    for factor in FACTORS[1:]:
        total = total * rest + factor
    return np.asarray(np.ldexp(total, doublings.astype(np.int32)))


def exp_one(power: float) -> float:
    """Return what `exp` returns, for one number."""
    doublings = round(power * BY_LN2)
    rest = (power - doublings * LN2_HIGH) - doublings * LN2_LOW
    total = FACTORS[0]
    for factor in FACTORS[1:]:
        total = total * rest + factor
    return math.ldexp(total, doublings)


def _looked_up(table: Floats, share: Floats) -> Floats:
    place = np.asarray(share * CELLS)
    cell = place.astype(np.int64)
    low = table[cell]
    return np.asarray(low + (place - cell) * (table[cell + 1] - low))


def _looked_up_one(table: list[float], share: float) -> float:
    place = share * CELLS
    cell = int(place)
    low = table[cell]
    return low + (place - cell) * (table[cell + 1] - low)


@cache
def _normal_table() -> Floats:
    from scipy.special import ndtri  # noqa: PLC0415  half a second that help can do without

    return np.asarray(np.round(ndtri(_shares()), 6))


@cache
def _exponential_table() -> Floats:
    return np.asarray(np.round(-np.log1p(-_shares()), 6))


@cache
def _normal_list() -> list[float]:
    return list(_normal_table().tolist())


@cache
def _exponential_list() -> list[float]:
    return list(_exponential_table().tolist())


def _shares() -> Floats:
    inner = np.arange(1, CELLS) / CELLS
    return np.concatenate([[TAIL], inner, [1 - TAIL]])

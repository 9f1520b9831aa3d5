# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tail probabilities and ranges of daily demand, for whole arrays at once.

Demand is taken as negative binomial with mean μ and variance v > μ; the tails are regularised
incomplete beta functions, which also hold between whole numbers (fractional units of weight).
"""

from functools import cache

import numpy as np
from scipy import special

_SPREAD = 1.01  # least variance over mean: keeps the negative binomial defined
_FLOOR = 0.05  # units a day: an item that sells at all is not impossible to sell
_LEAST = 1e-300  # probabilities below this read as this; the score stays finite


def shape(mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the negative binomial's (r, p) with this mean and variance."""
    mu = np.maximum(mean, _FLOOR)
    v = np.maximum(variance, mu * _SPREAD)
    return mu * mu / (v - mu), mu / v


def score(y: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return -log10 of the probability of demand at least as far out as `y`, on its side.

    >>> bool(score(np.array([30.0]), np.array([10.0]), np.array([12.0]))[0] > 5)
    True
    """
    r, p = shape(mean, variance)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = np.where(y > 0, special.betainc(np.maximum(y, _FLOOR), r, 1 - p), 1.0)
        below = special.betainc(r, y + 1, p)
    tail = np.where(y >= mean, above, below)
    return np.asarray(-np.log10(np.clip(tail, _LEAST, 1.0)))


def interval(mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 5 % and 95 % quantiles, by a gamma distribution of equal mean and variance.

    Read from a table: the inverse itself takes longer than all the rest of a day's closing.
    """
    mu = np.maximum(mean, _FLOOR)
    v = np.maximum(variance, mu * _SPREAD)
    shapes, low, high = _quantiles()
    k = np.log(mu * mu / v)
    return np.interp(k, shapes, low) * mu, np.interp(k, shapes, high) * mu


@cache
def _quantiles() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return log shapes of the gamma distribution and its two quantiles over the mean."""
    shapes = np.linspace(np.log(1e-4), np.log(1e8), 20_000)
    k = np.exp(shapes)
    return shapes, special.gammaincinv(k, 0.05) / k, special.gammaincinv(k, 0.95) / k

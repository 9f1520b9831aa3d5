# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demand model of one item at one location: a small River estimator.

It keeps an exponentially weighted mean and variance. The value is judged before it is
learnt, and learnt with its surprise capped, so that one large order does not become the norm.
"""

from typing import Any

import numpy as np
from river import stats
from river.base import SupervisedAnomalyDetector

from streams.logic.demand import tails

WARM_UP = 8  # observations before a verdict
_PACKED = 6  # numbers
_CAP = 4.0  # standard deviations above the mean that one value can teach


class DemandAnomalyDetector(SupervisedAnomalyDetector):
    """Judge daily demand against what the days before suggest.

    Parameters
    ----------
    fading
        Weight of the newest value in the mean and the variance, in (0, 1].

    Examples
    --------
    >>> detector = DemandAnomalyDetector()
    >>> for y in [9, 11, 10, 12, 8, 10, 11, 9, 10]:
    ...     detector.learn_one({}, y)
    >>> detector.score_one({}, 10) < 1 < 3.3 < detector.score_one({}, 60)
    True
    """

    def __init__(self, fading: float = 0.05) -> None:
        self.fading = fading
        self.level = stats.EWMean(fading)
        self.spread = stats.EWMean(fading)
        self.observations = 0
        self.expected = (0.0, 0.0)

    def predict_one(self) -> tuple[float, float]:
        """Return the mean and variance expected next; the variance includes the level's own."""
        return self.expected

    def score_one(self, x: dict[Any, Any], y: Any) -> float:  # noqa: ARG002 - River's signature
        """Return -log10 of the tail probability of `y`; 0 while warming up. Learns nothing."""
        if self.observations < WARM_UP:
            return 0.0
        mean, variance = (np.array([each]) for each in self.expected)
        return float(tails.score(np.array([float(y)]), mean, variance)[0])

    def learn_one(self, x: dict[Any, Any], y: Any) -> None:  # noqa: ARG002 - River's signature
        """Learn one day's demand `y` ≥ 0, in base units.

        The spread learns the whole surprise: capping it there makes every lumpy item alarm.
        """
        mean, variance = self.expected
        if self.observations:
            self.spread.update((y - mean) ** 2)
        if self.observations >= WARM_UP:
            y = min(y, mean + _CAP * variance**0.5)
        self.level.update(y)
        self.observations += 1
        mean = self.level.get()
        self.expected = mean, max(self.spread.get() * (1 + self.fading), mean)


def packed(models: list[DemandAnomalyDetector]) -> np.ndarray:
    """Return what `models` have learnt, a row each: a snapshot of objects costs far more."""
    rows = [
        (each.fading, each.observations, each.level.get(), each.spread.get(), *each.expected)
        for each in models
    ]
    return np.array(rows, dtype=float).reshape(-1, _PACKED)


def unpacked(rows: np.ndarray) -> list[DemandAnomalyDetector]:
    """Return the models of `packed`, to the last bit."""
    return [_unpacked(*row) for row in rows.tolist()]


def _unpacked(
    fading: float, observations: float, level: float, spread: float, *expected: float
) -> DemandAnomalyDetector:
    """Return one model: the first value of a River mean is the mean."""
    model = DemandAnomalyDetector(fading)
    model.observations = int(observations)
    model.expected = (expected[0], expected[1])
    if model.observations > 0:
        model.level.update(level)
    if model.observations > 1:  # a spread is learnt from the second value on
        model.spread.update(spread)
    return model

# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long things took and how often they happened in this process, for whoever asks."""

import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds of the buckets, seconds; a last bucket takes what is longer."""

Key = tuple[str, str]


@dataclass(slots=True)
class Timing:
    """How long something took: how often within each of `BOUNDS`, and in all."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    @property
    def count(self) -> int:
        """Return how often it happened."""
        return sum(self.buckets)

    @property
    def p95(self) -> float:
        """Return the upper bound of the bucket that 95 of 100 stay within, seconds.

        >>> Timing([0, 19, 1] + [0] * 11, 0.05).p95
        0.0025
        """
        most = 0
        for bound, count in zip(BOUNDS, self.buckets, strict=False):
            most += count
            if most >= 0.95 * self.count:
                return bound
        return float("inf")


_timings: dict[Key, Timing] = {}
_counts: dict[Key, int] = {}
_lock = Lock()


@contextmanager
def measured(name: str, about: str = "") -> Iterator[None]:
    """Note how long the block takes when it ends well, under `name` and what it is `about`."""
    began = time.perf_counter()
    yield
    took(name, time.perf_counter() - began, about)


def took(name: str, seconds: float, about: str = "") -> None:
    """Note that what `name` is `about` took so many seconds."""
    with _lock:
        timing = _timings.setdefault((name, about), Timing())
        timing.buckets[bisect_left(BOUNDS, seconds)] += 1
        timing.seconds += seconds


def counted(name: str, number: int, about: str = "") -> None:
    """Note that something happened `number` times more."""
    with _lock:
        _counts[name, about] = _counts.get((name, about), 0) + number


def timed(name: str) -> dict[str, Timing]:
    """Return a copy of what is known under `name`, by what it is about."""
    with _lock:
        return {
            about: Timing(list(timing.buckets), timing.seconds)
            for (each, about), timing in _timings.items()
            if each == name
        }


def counts(name: str) -> dict[str, int]:
    """Return how often `name` happened, by what it is about."""
    with _lock:
        return {about: count for (each, about), count in _counts.items() if each == name}

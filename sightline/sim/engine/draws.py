# SPDX-License-Identifier: AGPL-3.0-or-later
"""Random streams that are functions: seed, purpose, entity and number give the draw.

Nothing is consumed, so no draw depends on how many others were made: switching something on
in one place changes no draw in another, which makes paired runs exact counterfactuals. Only
integer arithmetic and exactly rounded operations stand between the seed and a draw, so every
machine gets the same one.

References
----------
Salmon et al. (2011), Parallel random numbers: as easy as 1, 2, 3, SC11; the mixing function is
the finaliser of splitmix64, Steele et al. (2014), Fast splittable pseudorandom number
generators, OOPSLA.
"""

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sightline.sim.engine import quantiles
from sightline.sim.engine.moments import Flags, Floats, Ints

Keys = NDArray[np.uint64]
T = TypeVar("T")

MASK = (1 << 64) - 1
GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
UNIT = 2.0**-53


def key_of(*names: object) -> int:
    """Return 64 bits that name an entity, the same on every machine."""
    text = "/".join(map(str, names)).encode()
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little")


def keys_of(names: Sequence[str]) -> Keys:
    """Return the keys of several entities."""
    return np.array([key_of(name) for name in names], dtype=np.uint64)


def mixed(key: Keys, number: Keys) -> Keys:
    """Return `key` and `number` stirred into new keys, elementwise; they broadcast."""
    with np.errstate(over="ignore"):
        bits = key + np.uint64(GOLDEN) * (number + np.uint64(1))
        bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(FIRST)
        bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(SECOND)
        return np.asarray(bits ^ (bits >> np.uint64(31)))


def mixed_one(key: int, number: int) -> int:
    """Return what `mixed` returns, for one pair of integers."""
    bits = (key + GOLDEN * (number + 1)) & MASK
    bits = ((bits ^ (bits >> 30)) * FIRST) & MASK
    bits = ((bits ^ (bits >> 27)) * SECOND) & MASK
    return bits ^ (bits >> 31)


class Stream:
    """All draws for one purpose.

    Every method takes ``entity``, an array of keys, and ``number``, which draw of that entity
    it is: a day, an hour, a count. Both broadcast.

    Examples
    --------
    >>> lead = Stream(7, "lead")
    >>> alone = lead.uniform(keys_of(["S1"]), 3)
    >>> bool(alone[0] == lead.uniform(keys_of(["S0", "S1"]), 3)[1])
    True
    """

    def __init__(self, seed: int, purpose: str) -> None:
        self._key = np.uint64(key_of(seed, purpose))

    def bits(self, entity: Keys, number: Ints | int = 0) -> Keys:
        """Return 64 random bits each."""
        return mixed(entity ^ self._key, np.asarray(number, dtype=np.int64).astype(np.uint64))

    def uniform(self, entity: Keys, number: Ints | int = 0) -> Floats:
        """Return numbers in [0, 1), even."""
        return np.asarray((self.bits(entity, number) >> np.uint64(11)) * UNIT, np.float64)

    def chance(self, entity: Keys, number: Ints | int, share: Floats | float) -> Flags:
        """Tell what happens with the probability `share`."""
        return np.asarray(self.uniform(entity, number) < share)

    def whole(self, entity: Keys, number: Ints | int, top: Ints | int) -> Ints:
        """Return whole numbers in [0, `top`), even."""
        return np.asarray(self.uniform(entity, number) * top, dtype=np.int64)

    def normal(self, entity: Keys, number: Ints | int = 0) -> Floats:
        """Return standard normal numbers, cut at 4.5."""
        return quantiles.normal(self.uniform(entity, number))

    def exponential(self, entity: Keys, number: Ints | int = 0) -> Floats:
        """Return exponential numbers with mean 1, cut at 12.5."""
        return quantiles.exponential(self.uniform(entity, number))

    def lognormal(
        self, entity: Keys, number: Ints | int, median: Floats | float, sigma: Floats | float
    ) -> Floats:
        """Return log-normal numbers; round them before they matter."""
        return np.asarray(median * quantiles.exp(sigma * self.normal(entity, number)))

    def poisson(
        self, entity: Keys, number: Ints | int, mean: Floats | float, *, most: int = 400
    ) -> Ints:
        """Return Poisson counts, by inversion; means up to 200, counts up to `most`."""
        drawn = self.uniform(entity, number)
        means = np.broadcast_to(np.asarray(mean, dtype=np.float64), drawn.shape).ravel()
        share = quantiles.exp(-means)
        rest = drawn.ravel() - share
        count = np.zeros(rest.size, dtype=np.int64)
        going = np.flatnonzero(rest >= 0)
        share, rest, means = share[going], rest[going], means[going]
        for step in range(1, most + 1):
            if not going.size:
                break
            count[going] = step
            share = share * means / step
            rest = rest - share
            more = rest >= 0
            going, share, rest, means = going[more], share[more], rest[more], means[more]
        return count.reshape(drawn.shape)

    def choice(self, entity: Keys, number: Ints | int, weights: Floats) -> Ints:
        """Return indices into `weights`, which sum to anything above 0."""
        steps = np.cumsum(weights)
        drawn = self.uniform(entity, number) * steps[-1]
        place = np.searchsorted(steps, drawn, side="right")
        return np.asarray(np.minimum(place, len(steps) - 1), dtype=np.int64)


class Dice:
    """Draws one after another for one thing and purpose; for whatever is decided one by one.

    Examples
    --------
    >>> Dice(7, "lead", "PO-1").uniform() == Dice(7, "lead", "PO-1").uniform()
    True
    """

    def __init__(self, seed: int, *purpose: object) -> None:
        self._key = key_of(seed, *purpose)
        self._drawn = 0

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number in [`low`, `high`)."""
        return low + (high - low) * self._next()

    def chance(self, share: float) -> bool:
        """Tell what happens with the probability `share`."""
        return self._next() < share

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """Return a normal number, cut at 4.5 sd."""
        return mean + sd * quantiles.normal_one(self._next())

    def exponential(self, mean: float) -> float:
        """Return an exponential number, cut at 12.5 times its mean."""
        return mean * quantiles.exponential_one(self._next())

    def lognormal(self, median: float, sigma: float) -> float:
        """Return a log-normal number; round it before it matters."""
        return median * quantiles.exp_one(self.normal(0.0, sigma))

    def gamma(self, mean: float, cv: float) -> float:
        """Return a gamma number with the coefficient of variation `cv`, by Wilson-Hilferty.

        Close to gamma for `cv` up to about 0.7; never below 1 % of the mean.
        """
        spread = cv * cv / 9
        cube = 1 - spread + self.normal() * math.sqrt(spread)
        return max(0.01 * mean, mean * cube * cube * cube)

    def choice(self, among: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Return one of `among`."""
        if weights is None:
            return among[int(self._next() * len(among))]
        rest = self._next() * sum(weights)
        for each, weight in zip(among, weights, strict=True):
            rest -= weight
            if rest < 0:
                return each
        return among[-1]

    def _next(self) -> float:
        self._drawn += 1
        return (mixed_one(self._key, self._drawn) >> 11) * UNIT


class Draws:
    """The random streams of one world."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def stream(self, purpose: str) -> Stream:
        """Return the draws for `purpose`, for arrays of entities."""
        return Stream(self.seed, purpose)

    def dice(self, *purpose: object) -> Dice:
        """Return draws one by one; name the thing itself, so that nothing else moves them."""
        return Dice(self.seed, *purpose)

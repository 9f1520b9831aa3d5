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

from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sightline.sim.engine.moments import Flags, Floats, Ints

Keys = NDArray[np.uint64]
T = TypeVar("T")

MASK = (1 << 64) - 1
GOLDEN, FIRST, SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
TABLE_BITS = 16
CELLS = 1 << TABLE_BITS


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
        return np.asarray((self.bits(entity, number) >> np.uint64(11)) * 2.0**-53, np.float64)

    def chance(self, entity: Keys, number: Ints | int, share: Floats | float) -> Flags:
        """Tell what happens with the probability `share`."""
        return np.asarray(self.uniform(entity, number) < share)

    def whole(self, entity: Keys, number: Ints | int, top: Ints | int) -> Ints:
        """Return whole numbers in [0, `top`), even."""
        return np.asarray(self.uniform(entity, number) * top, dtype=np.int64)

    def normal(self, entity: Keys, number: Ints | int = 0) -> Floats:
        """Return standard normal numbers, cut at 4.2."""
        return _looked_up(_normal_quantiles(), self.uniform(entity, number))

    def exponential(self, entity: Keys, number: Ints | int = 0) -> Floats:
        """Return exponential numbers with mean 1, cut at 11."""
        return _looked_up(_exponential_quantiles(), self.uniform(entity, number))

    def lognormal(
        self, entity: Keys, number: Ints | int, median: Floats | float, sigma: Floats | float
    ) -> Floats:
        """Return log-normal numbers; round them before they matter."""
        return np.asarray(median * np.exp(sigma * self.normal(entity, number)))

    def poisson(self, entity: Keys, number: Ints | int, mean: Floats) -> Ints:
        """Return Poisson counts, by inversion; `mean` up to about 50."""
        rest = self.uniform(entity, number)
        share = np.exp(-mean) * np.ones_like(rest)
        count = np.zeros(rest.shape, dtype=np.int64)
        rest = rest - share
        going = rest >= 0
        step = 0
        while going.any() and step < 300:  # noqa: PLR2004  far beyond any mean in use
            step += 1
            share = share * mean / step
            count[going] += 1
            rest = rest - share
            going &= rest >= 0
        return count

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
        self._drawn += 1
        return low + (high - low) * ((mixed_one(self._key, self._drawn) >> 11) * 2.0**-53)

    def chance(self, share: float) -> bool:
        """Tell what happens with the probability `share`."""
        return self.uniform() < share

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def normal(self, mean: float = 0.0, sd: float = 1.0) -> float:
        """Return a normal number, cut at 4.2 sd."""
        return mean + sd * float(_looked_up(_normal_quantiles(), np.float64(self.uniform())))

    def exponential(self, mean: float) -> float:
        """Return an exponential number, cut at 11 times its mean."""
        return mean * float(_looked_up(_exponential_quantiles(), np.float64(self.uniform())))

    def lognormal(self, median: float, sigma: float) -> float:
        """Return a log-normal number; round it before it matters."""
        return median * float(np.exp(self.normal(0.0, sigma)))

    def gamma(self, mean: float, cv: float) -> float:
        """Return a gamma number with the coefficient of variation `cv`, by Wilson-Hilferty.

        Close to gamma for `cv` up to about 0.7; never below 1 % of the mean.
        """
        spread = cv * cv / 9
        cube = 1 - spread + self.normal() * spread**0.5
        return max(0.01 * mean, mean * cube * cube * cube)

    def choice(self, among: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """Return one of `among`."""
        if weights is None:
            return among[min(int(self.uniform() * len(among)), len(among) - 1)]
        rest = self.uniform() * sum(weights)
        for each, weight in zip(among, weights, strict=True):
            rest -= weight
            if rest < 0:
                return each
        return among[-1]


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


def _looked_up(table: Floats, share: Floats | np.float64) -> Floats:
    place = np.asarray(share * CELLS)
    cell = place.astype(np.int64)
    low = table[cell]
    return np.asarray(low + (place - cell) * (table[cell + 1] - low))


@cache
def _normal_quantiles() -> Floats:
    from scipy.special import ndtri  # noqa: PLC0415  half a second that help can do without

    return _rounded(ndtri(_shares()))


@cache
def _exponential_quantiles() -> Floats:
    return _rounded(-np.log1p(-_shares()))


def _shares() -> Floats:
    inner = np.arange(1, CELLS) / CELLS
    return np.concatenate([[0.25 / CELLS], inner, [1 - 0.25 / CELLS]])


def _rounded(quantiles: Floats) -> Floats:
    """Cut what two machines' libraries could differ in."""
    return np.round(quantiles, 6)

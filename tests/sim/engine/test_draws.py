# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draws are functions of seed, purpose, entity and number, and follow their distributions."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sightline.sim.engine import quantiles
from sightline.sim.engine.draws import Dice, Draws, Stream, key_of, keys_of, mixed, mixed_one
from sightline.sim.engine.moments import Floats

MANY = 60_000
ALPHA = 1e-4  # a right generator fails one such test in ten thousand seeds; these are fixed
KEYS = keys_of([f"entity {number}" for number in range(300)])
DAYS = np.arange(MANY // len(KEYS))

WORDS = st.integers(0, 2**64 - 1)
NUMBERS = st.integers(0, 2**62)

PINNED_BITS = ["3ad081c5e6f4b5f2", "5c1e90c3031a826a"]
PINNED_NORMAL = [-0.7396896537001258, -0.3588828154983971]
PINNED_EXPONENTIAL = [0.26103213851994966, 0.44603957141557243]
PINNED_LOGNORMAL = [3.719398832109544, 4.331373885391162]
PINNED_POISSON = [4, 4, 5, 2, 5, 5, 2, 3, 4, 8]
PINNED_DICE = [
    3.86478202063378,
    1.9518778520040636,
    0.4400358351396376,
    6.513880438143315,
    5.75361561546937,
    5,
    True,
    "a",
    "b",
]


def square(stream: Stream) -> Floats:
    """Draw entities x days."""
    return stream.uniform(KEYS[:, None], DAYS[None, :])


@given(WORDS, NUMBERS)
def test_one_mixed_pair_is_what_arrays_give(key: int, number: int) -> None:
    arrays = mixed(np.array([key], dtype=np.uint64), np.array([number], dtype=np.uint64))
    assert int(arrays[0]) == mixed_one(key, number)


@given(st.floats(0, 1, exclude_max=True))
def test_one_quantile_is_what_arrays_give(share: float) -> None:
    array = np.array([share])
    assert quantiles.normal(array)[0] == quantiles.normal_one(share)
    assert quantiles.exponential(array)[0] == quantiles.exponential_one(share)


@given(st.floats(-700, 700))
def test_exp_is_one_function_for_one_and_many_and_nearly_that_of_the_library(
    power: float,
) -> None:
    ours = quantiles.exp_one(power)
    assert quantiles.exp(np.array([power]))[0] == ours
    assert ours == pytest.approx(np.exp(power), rel=5e-16)


def test_draws_are_the_same_on_every_machine() -> None:
    # given a seed, a purpose and two entities
    stream, keys = Draws(7).stream("lead"), keys_of(["S1", "S2"])
    # when numbers of every kind are drawn
    # then they are those that were drawn when this was written
    assert [f"{key:016x}" for key in keys] == ["2b24e228e3d001e0", "f9127dcedd39606d"]
    assert [f"{bits:016x}" for bits in stream.bits(keys, 3)] == PINNED_BITS
    assert stream.normal(keys, 3).tolist() == PINNED_NORMAL
    assert stream.exponential(keys, 3).tolist() == PINNED_EXPONENTIAL
    assert stream.lognormal(keys, 3, 5.0, 0.4).tolist() == PINNED_LOGNORMAL
    assert stream.poisson(keys, np.arange(5)[:, None], 3.5).ravel().tolist() == PINNED_POISSON


def test_dice_are_the_same_on_every_machine() -> None:
    dice = Draws(7).dice("po", "PO-1", 4)
    drawn = [
        dice.uniform(2, 4), dice.normal(1, 2), dice.exponential(3), dice.lognormal(5, 0.4),
        dice.gamma(6, 0.3), dice.whole(1, 100), dice.chance(0.5), dice.choice("abc"),
        dice.choice("abc", (1, 5, 2)),
    ]  # fmt: skip
    assert drawn == PINNED_DICE


def test_no_draw_depends_on_which_others_are_made() -> None:
    # given draws for two entities on a day
    stream = Draws(3).stream("demand")
    alone = stream.uniform(KEYS[:2], 5)
    # when a third one joins between them, and other days and purposes are drawn too
    joined = KEYS[[0, 7, 1]]
    Draws(3).stream("other").uniform(KEYS, 5)
    more = stream.uniform(joined[None, :], np.arange(4, 7)[:, None])
    # then theirs are what they were
    assert more[1, [0, 2]].tolist() == alone.tolist()


def test_a_thing_has_dice_of_its_own() -> None:
    # given dice of a purchase order, used several times
    draws = Draws(3)
    wanted = [draws.dice("po", "PO-2").uniform() for _ in range(2)]
    used = draws.dice("po", "PO-1")
    [used.uniform() for _ in range(9)]
    # then those of another one do not notice, and no two things share theirs
    assert [draws.dice("po", "PO-2").uniform()] * 2 == wanted
    assert used.uniform() != draws.dice("po", "PO-1").uniform()
    assert Dice(4, "po", "PO-2").uniform() != wanted[0]


def test_keys_name_entities_apart() -> None:
    names = [f"{family}-{number}" for family in "ABCDEFGH" for number in range(5_000)]
    assert len(set(keys_of(names).tolist())) == len(names)
    assert key_of("po", 1, 23) != key_of("po", 12, 3)


def test_uniform_draws_are_even() -> None:
    drawn = square(Stream(11, "even")).ravel()
    assert (drawn >= 0).all()
    assert (drawn < 1).all()
    assert stats.kstest(drawn, "uniform").pvalue > ALPHA
    counts = np.bincount((drawn * 100).astype(int), minlength=100)
    assert stats.chisquare(counts).pvalue > ALPHA


@pytest.mark.parametrize("bit", [0, 1, 10, 31, 32, 53, 62, 63])
def test_every_bit_is_a_fair_coin(bit: int) -> None:
    bits = Stream(11, "bits").bits(KEYS[:, None], DAYS[None, :])
    ones = int(((bits >> np.uint64(bit)) & np.uint64(1)).sum())
    assert stats.binomtest(ones, MANY).pvalue > ALPHA


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda u: u[:-1], lambda u: u[1:]),
        (lambda u: u[:, :-1], lambda u: u[:, 1:]),
        (lambda u: u[:, :-7], lambda u: u[:, 7:]),
        (lambda u: u, lambda _: square(Stream(11, "evem"))),
        (lambda u: u, lambda _: square(Stream(12, "even"))),
    ],
    ids=["next entity", "next number", "number a week on", "next purpose", "next seed"],
)
def test_neighbouring_draws_know_nothing_of_each_other(
    one: Callable[[Floats], Floats], other: Callable[[Floats], Floats]
) -> None:
    # given draws and their neighbours in one direction
    drawn = square(Stream(11, "even"))
    first, second = one(drawn).ravel(), other(drawn).ravel()
    # when pairs are counted in 10 x 10 cells
    cells = np.histogram2d(first, second, bins=10, range=[[0, 1], [0, 1]])[0]
    # then all cells hold as many, and there is no correlation
    assert stats.chisquare(cells.ravel()).pvalue > ALPHA
    assert stats.pearsonr(first, second).pvalue > ALPHA


def test_normal_draws_are_normal() -> None:
    drawn = Stream(11, "normal").normal(KEYS[:, None], DAYS[None, :]).ravel()
    assert stats.kstest(drawn, "norm").pvalue > ALPHA
    assert abs(drawn.mean()) < 4 / MANY**0.5
    assert drawn.std() == pytest.approx(1, abs=4 / (2 * MANY) ** 0.5)
    assert stats.kurtosis(drawn) == pytest.approx(0, abs=0.1)


def test_exponential_draws_are_exponential() -> None:
    drawn = Stream(11, "wait").exponential(KEYS[:, None], DAYS[None, :]).ravel()
    assert stats.kstest(drawn, "expon").pvalue > ALPHA
    assert drawn.mean() == pytest.approx(1, abs=4 / MANY**0.5)


def test_the_tails_of_quantiles_end_where_they_say() -> None:
    ends = np.array([0.0, 1 - 2.0**-53])
    assert quantiles.normal(ends) == pytest.approx([-4.47, 4.47], abs=0.01)
    assert quantiles.exponential(ends) == pytest.approx([0, 12.48], abs=0.01)


def test_lognormal_draws_have_the_wanted_median_and_spread() -> None:
    drawn = Stream(11, "size").lognormal(KEYS[:, None], DAYS[None, :], 20.0, 0.7).ravel()
    assert stats.kstest(drawn, "lognorm", args=(0.7, 0, 20.0)).pvalue > ALPHA


@pytest.mark.parametrize("mean", [0.0, 0.02, 0.8, 4.0, 30.0, 150.0])
def test_counts_are_those_of_poisson(mean: float) -> None:
    # given many counts with one mean
    counts = Stream(11, "lines").poisson(KEYS[:, None], DAYS[None, :], mean).ravel()
    # then they fall short of every number as often as the distribution says
    steps = np.arange(counts.max() + 2)
    seen = np.searchsorted(np.sort(counts), steps, side="right") / len(counts)
    assert np.abs(seen - stats.poisson.cdf(steps, mean)).max() < 2.3 / MANY**0.5
    assert counts.mean() == pytest.approx(mean, abs=4 * (mean / MANY) ** 0.5)


def test_a_count_inverts_the_distribution_exactly_for_means_of_all_sizes_at_once() -> None:
    # given draws and a mean of its own for each
    stream, means = Stream(5, "mixed"), np.linspace(0, 60, len(KEYS))
    # when they are counted together
    counts = stream.poisson(KEYS, 1, means)
    # then each is the least number whose share of the distribution exceeds its draw
    wanted = stats.poisson.ppf(stream.uniform(KEYS, 1), means)
    assert counts.tolist() == np.maximum(wanted, 0).astype(int).tolist()


def test_choices_follow_their_weights() -> None:
    weights = np.array([5.0, 0.0, 3.0, 2.0])
    counts = np.bincount(
        Stream(11, "who").choice(KEYS[:, None], DAYS[None, :], weights).ravel(), minlength=4
    )
    assert counts[1] == 0
    assert stats.chisquare(counts[[0, 2, 3]], MANY * np.array([0.5, 0.3, 0.2])).pvalue > ALPHA


def test_whole_numbers_are_even_below_their_top() -> None:
    drawn = Stream(11, "whole").whole(KEYS[:, None], DAYS[None, :], 7).ravel()
    counts = np.bincount(drawn)
    assert len(counts) == 7
    assert stats.chisquare(counts).pvalue > ALPHA


def thrown(throw: Callable[[Dice], float], times: int = 20_000) -> Floats:
    """Throw the dice of as many things."""
    return np.array([throw(Dice(11, "thing", number)) for number in range(times)])


def test_dice_throw_what_they_say() -> None:
    assert stats.kstest(thrown(Dice.uniform), "uniform").pvalue > ALPHA
    assert stats.kstest(thrown(Dice.normal), "norm").pvalue > ALPHA
    assert stats.kstest(thrown(lambda dice: dice.exponential(3)) / 3, "expon").pvalue > ALPHA
    counts = np.bincount(thrown(lambda dice: dice.whole(0, 4)).astype(int))
    assert stats.chisquare(counts).pvalue > ALPHA
    assert thrown(lambda dice: dice.chance(0.2)).mean() == pytest.approx(0.2, abs=0.012)
    picked = thrown(lambda dice: dice.choice((0, 1, 2), (5, 0, 5)))
    assert picked.mean() == pytest.approx(1.0, abs=0.03)
    assert 1 not in picked


@pytest.mark.parametrize("cv", [0.15, 0.35, 0.7])
def test_gamma_throws_are_nearly_gamma(cv: float) -> None:
    drawn = thrown(lambda dice: dice.gamma(8.0, cv))
    assert drawn.mean() == pytest.approx(8.0, rel=0.02)
    assert drawn.std() / drawn.mean() == pytest.approx(cv, rel=0.04)
    shape = cv**-2
    assert stats.kstest(drawn, "gamma", args=(shape, 0, 8.0 / shape)).statistic < 0.02


def test_successive_throws_of_one_die_are_even_and_unrelated() -> None:
    dice = Dice(11, "long")
    drawn = np.array([dice.uniform() for _ in range(20_000)])
    assert stats.kstest(drawn, "uniform").pvalue > ALPHA
    assert stats.pearsonr(drawn[:-1], drawn[1:]).pvalue > ALPHA

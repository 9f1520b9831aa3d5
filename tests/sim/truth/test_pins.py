# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the null world looks like: ranges that it may not leave without somebody noticing."""

from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from sightline.sim.cast.cast import Cast
from tests.sim.truth.played import SEEDS, Played, play, small, tiny

HOURS = 3600

PINS: Final[dict[str, tuple[float, float]]] = {
    "K01": (0.95, 0.998),  # a good distributor ships 95 to 99 of 100 lines when first promised
    "K02": (0.92, 0.998),  # large lines wait more often than small ones
    "K06": (0.005, 0.05),  # stock-outs are there to be found, and are not the rule
    "K08": (0.004, 0.06),  # demand meets an empty shelf about as often
    "K10": (0.0, 0.12),  # what is owed of what is open
    "K11": (12.0, 26.0),  # turns: goods that move lie two to four weeks
    "K15.lag1": (-0.15, 0.20),  # regions' biases of a few per cent, and the luck of a month
    "K15.lag2": (-0.15, 0.20),
    "K16.lag1": (0.30, 0.65),  # weekly demand of single items is hard to foresee
    "K21": (0.95, 1.0),  # nearly all answers to requests come in time
    "K22": (0.12, 0.32),  # planners change or refuse about every fifth advice
    "K27.original": (0.80, 0.94),  # suppliers quote with a cushion and still miss some
    "K29.changed": (0.06, 0.20),
    "K29.silent": (0.02, 0.13),
    "K30.late": (0.02, 0.10),
    "K30.partial": (0.03, 0.14),
    "K33.first": (0.92, 0.995),
    "K38": (0.93, 1.0),
    "K40": (0.010, 0.040),  # attempts that fail; nearly all work when tried again
    "K40.final": (0.0, 0.006),
    "K42": (0.0, 0.002),  # a control that seldom shows anything
    "K48.bypass": (0.0, 0.0),  # nobody breaks a rule in the null world
    "K48.own_approval": (0.0, 0.0),
    "K48.split": (0.0, 0.0),
    "K49": (0.0, 0.06),  # allocation goes by rank; what is moved after release need not
    "K55": (0.95, 0.995),  # counts find the books nearly right
    "K57.rejected": (0.001, 0.02),
}
OUTCOMES: Final = {
    "accepted": (0.25, 0.55),
    "modified": (0.05, 0.18),
    "rejected": (0.002, 0.03),
    "expired": (0.0, 0.02),
    "auto": (0.35, 0.65),  # about half of all advice is small and sure enough to run by itself
}
CHANNELS: Final = {"edi": (0.20, 0.34), "retail": (0.36, 0.50), "web": (0.24, 0.38)}
CLASSES: Final = {  # of items; 200 of them leave some room to luck
    "smooth": (0.25, 0.45),
    "lumpy": (0.13, 0.28),
    "intermittent": (0.15, 0.30),
    "seasonal": (0.07, 0.23),
    "promo": (0.03, 0.15),
}


def _pinned(played: Played, events: tuple[int, int], approvals: tuple[float, float]) -> None:
    """Check everything; `approvals` bounds the median hours from request to answer."""
    kpis = played.kpis
    assert events[0] <= len(played.recorded) <= events[1]
    _inside(PINS, {name: kpis[name]["value"] for name in PINS})
    _inside(OUTCOMES, {name: told["value"] for name, told in kpis["K25"].items()})
    _inside(CHANNELS, _channels(kpis))
    _inside(CLASSES, _classes(played))
    assert approvals[0] * HOURS <= kpis["K18"]["p50_s"] <= approvals[1] * HOURS
    # a day and a weekend at most, for nine in ten
    assert kpis["K18"]["p90_s"] <= 72 * HOURS


def _inside(pins: dict[str, tuple[float, float]], found: dict[str, float]) -> None:
    assert {*found} == {*pins}
    strays = {
        name: (value, pins[name])
        for name, value in found.items()
        if not pins[name][0] <= value <= pins[name][1]
    }
    assert strays == {}


def _channels(kpis: dict[str, Any]) -> dict[str, float]:
    """Return the share of order lines that came by each channel."""
    lines = kpis["K01"]["by"]["channel"]
    return {name: told["den"] / kpis["K01"]["den"] for name, told in lines.items()}


def _classes(played: Played) -> dict[str, float]:
    """Return the share of items with each kind of demand."""
    items = Cast.build(played.run.profile, played.run.seed).items
    counts = Counter(item.demand for item in items)
    return {name: count / len(items) for name, count in counts.items()}


TINY: Final = (55_000, 95_000), (1.0, 12.0)  # small orders: most need one signature
SMALL: Final = (1_200_000, 2_000_000), (6.0, 30.0)  # dearer ones: two, and queues


def test_the_smallest_null_world_stays_as_it_is_meant_to_be(null: Played) -> None:
    _pinned(null, *TINY)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_tiny_null_world_is_as_it_is_meant_to_be(seed: int, tmp_path: Path) -> None:
    _pinned(play(tiny(seed), tmp_path, is_delivered=False), *TINY)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_small_null_world_is_as_it_is_meant_to_be(seed: int, tmp_path: Path) -> None:
    _pinned(play(small(seed), tmp_path, is_delivered=False), *SMALL)

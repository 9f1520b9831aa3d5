# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product fed with everything that can happen on the way, against the truth."""

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random

import polars as pl
import pyarrow as pa
import pytest
from polars.testing import assert_frame_equal

import mining.runner
from mining import facts
from sightline.log import open_log
from sightline.settings import Settings
from sightline.sim.output.into_log import append
from sightline.sim.transport.delivered import Delivered
from sightline.store import Store
from streams import runner
from streams.replay.known import known_then
from tests.oracles import batch
from tests.sim.truth.played import SEEDS, Played, last_states, play, readable, small, tiny


def _fed(played: Played, settings: Settings, store: Store) -> None:
    """Feed the product, stop at a random moment to compare, and compare in the end."""
    log = open_log(settings)
    try:
        cut = Random(played.run.seed).randrange(1, len(played.delivered) - 1)  # noqa: S311
        early, late = played.delivered[:cut], played.delivered[cut:]
        # when what arrived early is all there is
        first = _run(early, settings, store, log)
        # then positions are what these events say, and nobody knows more
        known = batch.read(readable(early))
        assert_frame_equal(_positions(store), batch.reduce(known))
        # when the rest has come
        summary = first.plus(_run(late, settings, store, log))
    finally:
        log.close()
    # then positions are the truth
    assert_frame_equal(_positions(store), last_states(played.ledger))
    # and everything that was sent is accounted for
    counts = played.counts
    assert summary.events == counts.as_dict()["accepted"]
    assert summary.duplicates == counts.doubled
    assert summary.dead_letters == counts.damaged
    assert counts.sent == summary.events + summary.duplicates + summary.dead_letters


def _knew(played: Played, store: Store, times: int) -> None:
    """Ask what was known at random moments about other random moments."""
    events = batch.read(readable(played.delivered))
    chance = Random(played.run.seed)  # noqa: S311 - repeatable
    for _ in range(times):
        known_at, about = (
            chance.randrange(played.run.start, played.run.end) // 1000 * 1000 for _ in range(2)
        )
        # when the store is asked / then it answers as a replay of what was recorded by then
        seen = known_then(store, as_of=_moment(about), known_at=_moment(known_at))
        known = events.filter(pl.col("recorded") <= known_at)
        assert_frame_equal(_whole(seen), batch.reduce(known, until=about))


def _moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


def _run(
    arrived: list[Delivered], settings: Settings, store: Store, log: object
) -> runner.RunSummary:
    append(arrived, log)  # type: ignore[arg-type]
    return runner.run_until_idle(settings, store, log)  # type: ignore[arg-type]


def _positions(store: Store) -> pl.DataFrame:
    """Return the product's positions in whole pieces."""
    return _whole(store.read_arrow("positions", item="", loc=""))


def _whole(rows: pa.Table) -> pl.DataFrame:
    found = pl.from_arrow(rows)
    assert isinstance(found, pl.DataFrame)
    here = found.select(
        pl.col(batch.HERE).cast(pl.String), pl.col(batch.MEASURES).cast(pl.Int64)
    )
    return batch.without_zeros(here)


def test_the_product_knows_the_truth_in_the_end_and_its_events_on_the_way(
    null: Played, settings: Settings, store: Store
) -> None:
    # given a null world whose events came late, twice, in pieces, lost and corrected
    counts = null.counts
    assert min(counts.doubled, counts.damaged, counts.corrected, counts.lost, counts.late) > 0
    # when the product gets them / then
    _fed(null, settings, store)
    # and no event is refused but those that were damaged on the way
    letters = store.read("system_dead_reasons", most=100)
    assert {*letters["kind"]} == {"malformed"}
    # and how requests and exceptions were dealt with is seen exactly
    mining.runner.mine_once(store)
    for process in ("approval_request", "exception"):
        assert _mined(store, process) == null.variants(process)
        assert _followed(store, process) == _pairs(null.variants(process))


def _mined(store: Store, process: str) -> dict[tuple[str, ...], int]:
    found = facts.variants(store, process)
    counted = zip(found["activities"], found["cases"], strict=True)
    return {tuple(map(str, activities)): int(cases) for activities, cases in counted}


def _followed(store: Store, process: str) -> dict[tuple[str, str], int]:
    found = facts.dfg(store, process)
    rows = zip(found["activity"], found["next_activity"], found["n"], strict=True)
    return {(str(before), str(after)): int(times) for before, after, times in rows}


def _pairs(variants: dict[tuple[str, ...], int]) -> dict[tuple[str, str], int]:
    pairs: dict[tuple[str, str], int] = {}
    for activities, cases in variants.items():
        for pair in pairwise(activities):
            pairs[pair] = pairs.get(pair, 0) + cases
    return pairs


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_product_knows_the_truth_whatever_the_seed(
    seed: int, settings: Settings, store: Store, tmp_path: Path
) -> None:
    played = play(tiny(seed), tmp_path / "truth")
    _fed(played, settings, store)
    _knew(played, store, times=10)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_the_product_knows_the_truth_of_a_larger_world(
    seed: int, settings: Settings, store: Store, tmp_path: Path
) -> None:
    played = play(small(seed), tmp_path / "truth")
    _fed(played, settings, store)
    _knew(played, store, times=10)


@pytest.mark.slow
def test_the_product_knows_the_truth_when_everything_goes_wrong_at_once(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    # given a world with an outage, and with every document that injectors add or spoil
    codes = ("X1", "X4", "X5", "X6", "X9", "X11", "X12", "X13", "X16")
    _fed(play(tiny(1, *codes), tmp_path / "truth"), settings, store)

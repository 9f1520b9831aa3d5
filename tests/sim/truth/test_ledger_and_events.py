# SPDX-License-Identifier: AGPL-3.0-or-later
"""The ledger of the world against a reducer of its events that knows nothing of the world."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from sightline.sim.inject.catalogue import WHERE
from sightline.sim.profile import Run
from tests.oracles import batch
from tests.sim.truth.played import SEEDS, Played, last_states, play, small, tiny

CUTS = 20


def _agree(played: Played) -> None:
    """Check the end of the run, and random moments in it."""
    assert_frame_equal(last_states(played.ledger), batch.reduce(played.events))
    random = Random(played.run.seed)  # noqa: S311  no secret
    span = range(played.run.start, played.run.end)
    for _ in range(CUTS):
        until = random.choice(span)
        by_events = batch.reduce(played.events, until)
        assert_frame_equal(last_states(played.ledger, until), by_events)


def test_the_ledger_is_what_the_documents_say_at_any_moment(null: Played) -> None:
    # given a world of every kind of movement and document
    kinds = {*null.events["kind"].unique()}
    assert kinds == batch.KINDS
    # when its events are reduced / then
    _agree(null)


def test_a_ledger_has_no_row_without_a_change(null: Played) -> None:
    # given all rows of an item-location in order of time
    rows = null.ledger.with_row_index("nth").sort(*batch.HERE, "nth")
    # when each is compared with the one before
    before = rows.select(pl.col(batch.MEASURES).shift(1).over(batch.HERE).fill_null(0))
    same = pl.all_horizontal(pl.col(m) == before[m] for m in batch.MEASURES)
    # then none is the same, and no two are of one moment
    assert not rows.select(same.any()).item()
    assert null.ledger.select(*batch.HERE, "at").is_unique().all()
    assert null.ledger["at"].is_sorted()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("size", [tiny, small], ids=["tiny", "small"])
def test_the_ledger_is_what_the_documents_say_whatever_the_seed(
    size: Callable[[int], Run], seed: int, tmp_path: Path
) -> None:
    _agree(play(size(seed), tmp_path, is_delivered=False))


@pytest.mark.slow
@pytest.mark.parametrize("code", WHERE)
def test_the_ledger_is_what_the_documents_say_whatever_goes_wrong(
    code: str, tmp_path: Path
) -> None:
    _agree(play(tiny(1, code), tmp_path, is_delivered=False))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities that turn out to have been others leave no trace in positions."""

from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.events.keys import combine, hash64
from streams.logic.arrays import ten_thousandths
from streams.logic.positions import PartitionState
from streams.logic.runs import Block, concat
from tests.strategies.clouds import Cloud, cloud, pieces, table_of
from tests.strategies.worlds import any_worlds
from tests.streams.stage import Stage, _keep, check

SCALE = Decimal(12)


def _misread(each: Cloud) -> Cloud:
    """Return the event as somebody reads it who takes its pieces for cases of twelve."""
    data = dict(each["data"])
    for name in {"q", "short_q"} & data.keys():
        data[name] = pieces(Decimal(data[name]["base_qty"]) * SCALE)
    return each | {"data": data}


def _restated(true: pa.Table, at: list[int], cause: int) -> Block:
    rows = true.take(pa.array(at))
    key = hash64(rows["tenant"], rows["source"], rows["id"])
    return {
        "event": combine(key, hash64(rows["item"])),
        "q": ten_thousandths(rows["base_qty"])[0],
        "short": ten_thousandths(rows["short_qty"])[0],
        "off": np.full(len(at), cause, np.uint64),
    }


def _play(clouds: list[Cloud], wrong: list[bool], cuts: list[int], late: list[int]) -> Stage:
    """Deliver `clouds`, some misread, and restate each of those some batches later."""
    stage, state = Stage(), PartitionState(0, 1)
    true = table_of(clouds)
    told = [_misread(c) if w else c for c, w in zip(clouds, wrong, strict=True)]
    table = table_of(told).append_column("off", pa.array(range(len(told)), pa.uint64()))
    edges = [0, *sorted({c for c in cuts if 0 < c < len(told)}), len(told)]
    due: dict[int, list[int]] = {}
    for i in (i for i, w in enumerate(wrong) if w):
        batch = next(n for n, edge in enumerate(edges[1:]) if i < edge)
        due.setdefault(min(batch + late[i % len(late)], len(edges) - 2), []).append(i)
    for number, (first, last) in enumerate(pairwise(edges)):
        news = [_restated(true, [i], last - 1) for i in due.get(number, [])]
        changes = state.apply(table[first:last], concat(news) if news else None)
        _keep(stage.positions, changes.positions, ("item", "loc"), "ver")
        _keep(stage.hours, changes.hours, ("item", "loc", "hour"), "revision")
        _keep(stage.lines, changes.open_lines, ("item", "order_line"), "ver")
        _keep(stage.supply, changes.open_supply, ("item", "kind", "line"), "ver")
    _keep(stage.current, state.current(), ("item", "loc"), "ver")
    return stage


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data(), clouds=any_worlds())
def test_events_read_again_with_other_quantities_are_as_if_never_misread(
    data: st.DataObject, clouds: list[Cloud]
) -> None:
    if not clouds:
        return
    # given events of which some were taken for cases of twelve when they came
    count = len(clouds)
    wrong = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    cuts = data.draw(st.lists(st.integers(1, 18), max_size=4))
    late = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=5))
    # when each is restated, in its own batch or in a later one
    stage = _play(clouds, wrong, cuts, late)
    # then readers see what the documents say, now, for every hour and every order line
    check(stage, clouds)


def _one(kind: str, minute: float, name: str, **said: Any) -> Cloud:
    return cloud(kind, minute=minute, id=name, item="A100", loc="DC1", **said)


def test_a_restated_receipt_under_a_count_changes_the_variance_only() -> None:
    # given ten pieces received, then fifty counted, the receipt misread as 120
    clouds = [
        _one("inventory.receipt", 0, "r", q=10, po_line="P1/1"),
        _one("inventory.counted", 60, "c", q=50, count_id="C1"),
    ]
    # when the receipt is restated after the count
    stage = _play(clouds, [True, False], [1], [1])
    # then fifty are on hand, and the count found forty more than the books
    (row,) = stage.current.values()
    assert (row["on_hand"], row["last_count_variance"]) == (50, 40)

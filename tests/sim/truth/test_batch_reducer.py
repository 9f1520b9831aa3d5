# SPDX-License-Identifier: AGPL-3.0-or-later
"""The reducer that judges the world is itself judged by the slow oracle."""

import json
from datetime import datetime
from typing import Any

import polars as pl
from polars.testing import assert_frame_equal

from tests.oracles import batch, positions
from tests.strategies.clouds import Cloud, cloud

PO: dict[str, Any] = {"item": "A100", "loc": "DC1", "po_line": "PO1-1"}
SO: dict[str, Any] = {"item": "A100", "loc": "DC1", "order_line": "SO1-1"}
TO: dict[str, Any] = {
    "item": "A100", "from_loc": "DC1", "to_loc": "DC2", "transfer_line": "T1-1",
}  # fmt: skip

STORY = [
    cloud("inventory.counted", minute=0, id="a", item="A100", loc="DC1", q=50),
    cloud("inventory.counted", minute=1, id="b", item="A100", loc="DC2", q=5),
    cloud("supply.po_released", minute=2, id="c", version=1, q=30, **PO),
    cloud("supply.asn", minute=3, id="d", asn_line="N1", q=12, **PO),
    cloud("supply.asn", minute=4, id="e", asn_line="N2", q=12, **PO),
    cloud("inventory.receipt", minute=5, id="f", q=9, asn_line="N1", final=True, **PO),
    cloud("inventory.receipt", minute=6, id="g", q=3, bucket="quality", **PO),
    cloud("demand.line_placed", minute=7, id="h", version=1, q=20, **SO),
    cloud("allocation.changed", minute=8, id="i", q=15, policy_rank=1, kind="hard", **SO),
    cloud("inventory.shipment", minute=9, id="j", q=4, **SO),
    cloud("inventory.shipment", minute=10, id="k", q=6, **SO),
    cloud("inventory.reversed", minute=11, id="l", item="A100", loc="DC1", reverses="j"),
    cloud("demand.line_changed", minute=12, id="m", version=2, q=14, **SO),
    cloud("demand.line_cancelled", minute=13, id="n", version=3, q=2, **SO),
    cloud("transfer.requested", minute=14, id="o", version=1, q=10, **TO),
    cloud("transfer.shipped", minute=15, id="p", q=8, **TO),
    cloud("transfer.received", minute=16, id="q", q=5, short_q=1, **TO),
    cloud("inventory.adjusted", minute=17, id="r", item="A100", loc="DC2", q=-1),
    cloud("inventory.returned", minute=18, id="s", disposition="inspect", q=2, **SO),
    cloud("inventory.counted", minute=19, id="t", item="A100", loc="DC2", q=7),
    cloud("inventory.reversed", minute=20, id="u", item="A100", loc="DC2", reverses="r"),
    cloud("supply.po_changed", minute=21, id="v", version=2, q=40, closed_short=True, **PO),
    cloud("inventory.issue", minute=22, id="w", item="A100", loc="DC2", q=1),
    cloud("demand.line_cancelled", minute=23, id="x", version=3, q=6, **SO),
    cloud("inventory.reversed", minute=24, id="y", item="A100", loc="DC1", reverses="k"),
]


def test_the_batch_reducer_agrees_with_the_slow_oracle_after_every_event() -> None:
    for length in range(1, len(STORY) + 1):
        # given what was sent so far, the last event twice
        sent = STORY[:length] + STORY[length - 1 : length]
        # when
        reduced = batch.reduce(batch.read(json.dumps(each).encode() for each in sent))
        # then
        assert_frame_equal(reduced, _by_the_slow_oracle(sent))


def test_a_cut_in_time_is_what_is_known_of_that_time_in_the_end() -> None:
    events = batch.read(json.dumps(each).encode() for each in STORY)
    for event in STORY:
        # given a moment in the story
        until = datetime.fromisoformat(event["time"])
        # when
        reduced = batch.reduce(events, batch.micros(event["time"]))
        # then what is reversed later never happened
        assert_frame_equal(reduced, _by_the_slow_oracle(STORY, until))


def _by_the_slow_oracle(sent: list[Cloud], until: datetime | None = None) -> pl.DataFrame:
    book = positions.reduce(sent, until=until)
    rows = [
        (place.item, place.loc, *(int(getattr(there, name)) for name in batch.MEASURES))
        for place, there in book.items()
    ]
    schema = {"item": pl.String, "loc": pl.String} | dict.fromkeys(batch.MEASURES, pl.Int64)
    return batch.without_zeros(pl.DataFrame(rows, schema=schema, orient="row"))

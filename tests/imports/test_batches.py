# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.imports import delimited, shipped
from sightline.imports.canonical import Canon
from sightline.imports.drafter import Drafter
from sightline.imports.files import file_at
from sightline.imports.plan import REFUSED, plan_of
from sightline.imports.rows import Batch
from sightline.imports.spill import Spill

PLAN = plan_of(shipped.load("online_retail"))
COLUMNS = [
    "Invoice",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "Price",
    "Customer ID",
    "Country",
]
FIRST = datetime(2010, 1, 1)  # noqa: DTZ001  as the file writes it

rows = st.lists(
    st.tuples(
        st.sampled_from(["1", "C2", "A3"]),
        st.sampled_from(["X", "x", "POST", ""]),
        st.sampled_from(["Lamp", "nan", 'a "b" \\']),
        st.sampled_from(["2", "-2", "0", "two", "1.5", "1e3"]),
        st.integers(0, 300).map(lambda hours: str(FIRST + timedelta(hours=hours))),
        st.sampled_from(["0", "1.25", "-1", ""]),
        st.sampled_from(["7", ""]),
        st.just("France"),
    ),
    min_size=1,
    max_size=60,
)


def imported(frame: pl.DataFrame, cuts: list[int]) -> tuple[pa.Table, list[tuple[str, str]]]:
    """Draft `frame` in the batches that `cuts` make, sort, and write canonical events."""
    drafter = Drafter(PLAN, PLAN.mapping.tables[0])
    edges = sorted({0, *(cut % frame.height for cut in cuts), frame.height})
    with TemporaryDirectory() as folder, Spill(Path(folder)) as spill:
        for first, last in pairwise(edges):
            drafts = drafter.draft(Batch(frame.slice(first, last - first)))
            spill.add(drafts.with_columns(pl.lit(0, pl.Int16).alias("file")))
        drafts = pl.concat(list(spill.merged()))
    bad = drafts.filter(pl.col("step") == REFUSED)
    table, places = Canon(PLAN, ["sha"]).table(drafts.filter(pl.col("step") != REFUSED))
    return table.take(pc.sort_indices(pa.array(places))), bad.select("reason", "raw").rows()


@settings(max_examples=60, deadline=None)
@given(rows=rows, cuts=st.lists(st.integers(0, 60), max_size=5))
def test_any_cut_into_batches_gives_the_same_events(
    rows: list[tuple[str, ...]], cuts: list[int]
) -> None:
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    frame = frame.with_columns(pl.int_range(1, frame.height + 1).alias("row"))
    whole, refused = imported(frame, [])
    parts, also_refused = imported(frame, cuts)
    assert parts.equals(whole)
    assert also_refused == refused


@settings(max_examples=60, deadline=None)
@given(rows=rows)
def test_every_row_becomes_events_or_one_refusal(rows: list[tuple[str, ...]]) -> None:
    frame = pl.DataFrame(rows, schema=COLUMNS, orient="row")
    frame = frame.with_columns(pl.when(pl.all() != "").then(pl.all()))
    frame = frame.with_columns(pl.int_range(1, frame.height + 1).alias("row"))
    drafter = Drafter(PLAN, PLAN.mapping.tables[0])
    drafts = drafter.draft(Batch(frame))
    assert sorted(drafts.filter("lead")["row"].to_list()) == frame["row"].to_list()
    refused = drafts.filter(pl.col("step") == REFUSED)
    assert refused.height == sum(drafter.tally.rejected.values())
    assert drafter.tally.read == frame.height


@settings(max_examples=30, deadline=None)
@given(
    times=st.lists(st.integers(-5, 5), min_size=1, max_size=300),
    cuts=st.lists(st.integers(0, 300), max_size=6),
)
def test_spilling_gives_back_every_row_in_order(times: list[int], cuts: list[int]) -> None:
    frame = pl.DataFrame(
        {
            "time": times,
            "file": [0] * len(times),
            "row": range(len(times)),
            "index": [0] * len(times),
        }
    )
    edges = sorted({0, *(cut % len(times) for cut in cuts), len(times)})
    with TemporaryDirectory() as folder, Spill(Path(folder)) as spill:
        for first, last in pairwise(edges):
            spill.add(frame.slice(first, last - first))
        merged = pl.concat(list(spill.merged()))
    assert merged.equals(frame.sort("time", "row"))


def test_runs_that_overlap_are_merged_in_bounded_steps(tmp_path: Path) -> None:
    # given thirty runs over the same stretch of time
    with Spill(tmp_path) as spill:
        for run in range(30):
            at = pl.int_range(0, 12_000, eager=True)
            zero = at * 0
            spill.add(
                pl.DataFrame({"time": at * 30 + run, "file": zero, "row": at, "index": zero})
            )
        # when they are merged
        sizes, last = [], -1
        for frame in spill.merged():
            # then each frame goes on where the one before ended, and none holds everything
            assert frame["time"][0] == last + 1
            assert frame["time"].is_sorted()
            last = frame["time"][-1]
            sizes.append(frame.height)
    assert last == 360_000 - 1
    assert max(sizes) < 200_000
    assert not list(tmp_path.iterdir())


def test_small_blocks_of_a_csv_file_keep_row_numbers(tmp_path: Path) -> None:
    # given a file with rows that have too few values here and there
    path = tmp_path / "a.csv"
    good = [f"{i},{'x' * (i % 7)}" for i in range(1, 2001)]
    path.write_text(
        "a,b\n" + "\n".join("ragged" if i % 97 == 0 else row for i, row in enumerate(good, 1))
    )
    # when it is read in blocks of some hundred bytes and at once
    pieces = list(
        delimited.batches(file_at(path), encoding="utf-8", delimiter="", block_bytes=700)
    )
    whole = list(delimited.batches(file_at(path), encoding="utf-8", delimiter=""))
    # then numbers, values and refused rows are the same
    assert len(pieces) > 10
    frames = [pl.concat([b.frame for b in each if b.frame.height]) for each in (pieces, whole)]
    assert frames[0].equals(frames[1])
    assert (frames[0]["a"].cast(pl.Int64) == frames[0]["row"]).all()
    found = [[bad.row for b in each for bad in b.unreadable] for each in (pieces, whole)]
    assert found[0] == found[1] == [i for i in range(1, 2001) if i % 97 == 0]

# SPDX-License-Identifier: AGPL-3.0-or-later
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from streams.logic.dedupe import DedupeState

arrivals = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 2)), max_size=30)


def table(rows: list[tuple[int, int]]) -> pa.Table:
    return pa.table(
        {
            "tenant": pa.array(["main"] * len(rows), pa.string()),
            "source": pa.array(["erp://a"] * len(rows), pa.string()),
            "id": pa.array([str(number) for number, _ in rows], pa.string()),
            "content": pa.array([content for _, content in rows], pa.uint64()),
        }
    )


@given(arrivals, st.integers(1, 7))
def test_the_first_of_an_id_stays_however_the_log_is_cut(
    rows: list[tuple[int, int]], size: int
) -> None:
    # given events in log order, some with an id seen before
    state, fresh, duplicates, conflicts = DedupeState(), [], 0, 0
    # when they come in batches of any size
    for start in range(0, len(rows), size):
        found = state.apply(table(rows[start : start + size]))
        fresh += found.fresh["id"].to_pylist()
        duplicates += len(found.duplicates)
        conflicts += len(found.conflicts)
    # then the first of each id stays, its copies are counted, the others are conflicts
    first: dict[int, int] = {}
    for number, content in rows:
        first.setdefault(number, content)
    assert fresh == [str(number) for number in first]
    assert duplicates == sum(first[n] == c for n, c in rows) - len(first)
    assert conflicts == sum(first[n] != c for n, c in rows)


HOUR_MS = 3_600_000


def test_a_repetition_long_after_its_first_is_a_reused_id_however_often_it_came() -> None:
    # given an event, repeated an hour later
    state = DedupeState()
    first, soon, later = (
        table([(1, 7)]).append_column(
            "ingest_time", pa.array([came], pa.timestamp("ms", "UTC"))
        )
        for came in (0, HOUR_MS, 170 * HOUR_MS)
    )
    state.apply(first)
    # when it is repeated again a week and two hours after it came first
    limit = 168 * HOUR_MS
    # then it is a duplicate each time, and reused the last time
    assert [len(state.apply(each).duplicates) for each in (soon, later)] == [1, 1]
    assert [len(state.reused(each, limit)) for each in (soon, later)] == [0, 1]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Each event once, everything counted, nothing lost."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.intake import Fresh, IntakeState
from tests.strategies.clouds import INGEST_MS, START, cloud

REFUSED = {"kind": "malformed", "reason": "bad_time: no", "source": "file://b", "raw": "row"}


class Sent(NamedTuple):
    """One thing that somebody sent; an event without id is a line that is none."""

    id: int | None
    qty: int
    source: str = "erp://a"

    def line(self) -> bytes:
        if self.id is None:
            return b"no json"
        event = cloud(
            "inventory.counted",
            id=str(self.id),
            minute=self.id,
            source=self.source,
            item="A",
            loc="L",
            q=self.qty,
        )
        return json.dumps(event).encode()


def chunk(
    sent: Sequence[Sent], first: int, fmt: str = "ndjson", at_ms: int = INGEST_MS
) -> Chunk:
    if not sent:
        return Chunk(0, [], first)
    body = b"\n".join(
        each.line() if fmt == "ndjson" else json.dumps(REFUSED).encode() for each in sent
    )
    return Chunk(0, [Raw(fmt, len(sent), body, first, at_ms, append_row=first)], first)


def taken(state: IntakeState, sent: Sequence[Sent], first: int = 0, **how: Any) -> Fresh:
    return state.apply(decode(chunk(sent, first, **how)))


def counts(row: dict[str, Any]) -> tuple[int, int, int]:
    return row["events"], row["duplicates"], row["dead_letters"]


def progress(fresh: Fresh) -> dict[str, Any]:
    (row,) = fresh.counted["progress"].to_pylist()
    return dict(row)


sent = st.builds(
    Sent,
    st.none() | st.integers(0, 8),
    st.integers(1, 2),
    st.sampled_from(["erp://a", "erp://b"]),
)


@settings(max_examples=120, deadline=None)
@given(st.lists(sent, max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_sent_is_accepted_and_duplicates_and_dead_letters_however_it_is_cut(
    everything: list[Sent], cuts: list[int]
) -> None:
    # given anything, sent in pieces of any size
    state, rows, letters = IntakeState(0, 1), 0, 0
    feeds = dict[str, tuple[int, int, int]]()
    edges = [0, *sorted(cut for cut in set(cuts) if cut < len(everything)), len(everything)]
    last: dict[str, Any] = {"events": 0, "duplicates": 0, "dead_letters": 0}
    for first, end in pairwise(edges):
        fresh = taken(state, everything[first:end], first)
        rows, letters = rows + len(fresh.table), letters + len(fresh.letters)
        if fresh.counted:
            last = progress(fresh)
            feeds |= {row["source"]: counts(row) for row in fresh.counted["feeds"].to_pylist()}
    # then all of it is accounted for, in total and by source
    assert sum(counts(last)) == len(everything)
    assert (rows, letters) == (last["events"], last["dead_letters"])
    totals = [sum(column) for column in zip(*feeds.values(), strict=True)] or [0, 0, 0]
    assert tuple(totals) == counts(last)
    # and by the first of each id
    first_of: dict[tuple[int, str], int] = {}
    for each in everything:
        if each.id is not None:
            first_of.setdefault((each.id, each.source), each.qty)
    assert last["events"] == len(first_of)
    conflicts = sum(
        each.id is not None and first_of[each.id, each.source] != each.qty
        for each in everything
    )
    unread = sum(each.id is None for each in everything)
    assert last["dead_letters"] == conflicts + unread


def test_a_conflict_is_a_letter_that_holds_the_later_event() -> None:
    # given two events of one id
    fresh = taken(IntakeState(0, 1), [Sent(1, 5), Sent(None, 0), Sent(1, 6)], first=70)
    # then the first stays, and the letters are in order of offsets
    assert fresh.table["off"].to_pylist() == [70]
    assert [(letter.off, letter.kind) for letter in fresh.letters] == [
        (71, "malformed"),
        (72, "conflict"),
    ]
    letter = fresh.letters[1]
    assert (letter.field, letter.source, letter.id) == ("id", "erp://a", "1")
    assert letter.at_ms == INGEST_MS
    assert json.loads(letter.raw)["data"]["q"]["qty"] == "6"


def test_equal_ids_of_two_sources_are_two_events() -> None:
    fresh = taken(IntakeState(0, 1), [Sent(1, 5, "erp://a"), Sent(1, 6, "erp://b")])
    assert (len(fresh.table), fresh.letters) == (2, [])


def test_counts_go_on_over_chunks_and_name_only_sources_that_were_touched() -> None:
    state = IntakeState(3, 2)
    taken(state, [Sent(1, 5, "erp://a"), Sent(2, 5, "erp://b")])
    later = taken(state, [Sent(3, 5, "erp://b"), Sent(2, 5, "erp://b")], first=10)
    assert counts(progress(later)) == (3, 1, 0)
    assert (progress(later)["part"], progress(later)["gen"], progress(later)["off"]) == (
        3,
        2,
        11,
    )
    (feed,) = later.counted["feeds"].to_pylist()
    assert (feed["source"], *counts(feed)) == ("erp://b", 2, 1, 0)


def test_refused_rows_of_an_import_count_for_their_source() -> None:
    fresh = taken(IntakeState(0, 1), [Sent(None, 0)] * 3, fmt="refused")
    (feed,) = fresh.counted["feeds"].to_pylist()
    assert (feed["source"], *counts(feed)) == ("file://b", 0, 0, 3)
    assert progress(fresh)["watermark"] is None


def test_a_chunk_without_events_moves_the_frontier_and_writes_nothing() -> None:
    state = IntakeState(0, 1)
    taken(state, [Sent(1, 5)])
    fresh = taken(state, [], first=99)
    assert (fresh.frontier, fresh.counted, fresh.letters, len(fresh.table)) == (99, {}, [], 0)


def test_the_watermark_is_the_latest_time_but_never_later_than_our_clock() -> None:
    # given an event of minute 7, then one of minute 3, then one that is ahead of our clock
    state = IntakeState(0, 1)
    early = taken(state, [Sent(7, 5), Sent(3, 5)])
    skewed = taken(state, [Sent(8, 5)], first=9, at_ms=_ms(START))
    # then the watermark is the time of the first
    for fresh in (early, skewed):
        (feed,) = fresh.counted["feeds"].to_pylist()
        latest = START + timedelta(minutes=7)
        assert (feed["watermark"], progress(fresh)["watermark"]) == (latest, latest)


def test_two_runs_over_the_same_chunks_count_the_same() -> None:
    chunks = [[Sent(1, 5), Sent(2, 5)], [Sent(None, 0), Sent(1, 6)], [Sent(2, 5)]]
    told = [
        Counter(str(taken(state, each, first=9 * n).counted) for n, each in enumerate(chunks))
        for state in (IntakeState(0, 1), IntakeState(0, 1))
    ]
    assert told[0] == told[1]


def _ms(at: datetime) -> int:
    return int(at.astimezone(UTC).timestamp() * 1000)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A factor that comes late holds for what came before it: released, restated, the same sums."""

import pickle
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any, cast

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.io.fenced_sink import FencedPartition, months_of
from streams.logic.chunk import decode
from streams.logic.demand.sums import sum_demand
from streams.logic.facts import Rows, _events, facts
from streams.logic.intake import Fresh, IntakeState
from streams.logic.positions import PartitionState
from tests.oracles import positions as oracle
from tests.oracles.units import Clerk
from tests.strategies.clouds import Cloud, cloud, pieces
from tests.streams.stage import BUCKETS, Stage, _keep, check_positions
from tests.streams.test_units import (
    OPENING,
    arrival,
    chunk,
    day,
    events,
    item,
    line,
    quantities,
    reasons,
    taken,
    unit,
)  # fmt: skip

SCALE = 10_000


def news(fresh: Fresh) -> list[tuple[str, Any, int]]:
    """Return event, quantity (None: counts for nothing) and offset of the cause."""
    rows = fresh.restated
    if rows is None:
        return []
    columns = (rows[name].tolist() for name in ("id", "q", "gone", "off"))
    return [
        (name.decode(), None if gone else Fraction(q, SCALE), off)
        for name, q, gone, off in zip(*columns, strict=True)
    ]


# --- by hand ------------------------------------------------------------------------------


def test_a_factor_releases_what_waited_for_it_right_behind_itself() -> None:
    # given lines of an item of pieces in units that nobody has told of, and another item
    state = IntakeState(0, 1)
    waiting = [
        line("A", 2, "CS", id="s1", minute=5),
        line("A", 1, "PK", id="s2", minute=6),
        line("A", 3, "CS", id="s3", minute=7),
    ]
    taken(item("A", id="i"), *waiting, line("A", 1, "EA", id="s4"), state=state)
    # when the factor of one of the units comes, between two other events
    fresh = taken(
        line("A", 9, "EA", id="s5"),
        unit("A", "CS", 12, id="u", valid_from=day(0)),
        line("A", 8, "EA", id="s6"),
        state=state,
        first=10,
    )
    # then its lines are taken in behind the record, with its offset, in the order they came
    rows = fresh.table.select(["id", "off", "base_qty", "base_uom"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("s5", 10, 9, "EA"), ("u", 11, None, ""),
        ("s1", 11, 24, "EA"), ("s3", 11, 36, "EA"),
        ("s6", 12, 8, "EA"),
    ]  # fmt: skip
    # and their letters are told to be released, by whom, and stand no more
    told = fresh.counted["released"].to_pylist()
    assert [(row["id"], row["letter"], row["cause"], row["off"]) for row in told] == [
        ("s1", 1, "u", 11), ("s3", 3, "u", 11),
    ]  # fmt: skip
    (row,) = fresh.counted["progress"].to_pylist()
    assert (row["events"], row["duplicates"], row["dead_letters"]) == (7, 0, 1)
    # and what is sent once more is a duplicate
    again = taken(waiting[0], state=state, first=20)
    assert (len(again.table), again.letters) == (0, [])


def test_what_four_decimals_cannot_hold_waits_for_a_factor_that_they_can() -> None:
    state = IntakeState(0, 1)
    fresh = taken(
        item("A", "KGM", id="i"),
        unit("A", "PK", 1, 3, id="u", valid_from=day(0)),
        line("A", 1, "PK", id="s"),
        unit("A", "PK", 1, 4, id="v", valid_from=day(0), version=2),
        state=state,
    )
    assert reasons(fresh.letters) == [(2, "not_representable")]
    assert quantities(fresh) == [(Decimal("0.25"), None, "KGM")]


def test_a_line_that_came_before_any_record_is_read_by_the_record_that_comes() -> None:
    # given cases of an item that nobody knows: they count as they are stated
    state = IntakeState(0, 1)
    assert quantities(taken(line("A", 2, "CS", id="s"), state=state)) == [(2, None, "CS")]
    # when it turns out to be kept in pieces, they count for nothing until a factor is known
    assert news(taken(item("A", id="i"), state=state, first=1)) == [("s", None, 1)]
    fresh = taken(unit("A", "CS", 12, id="u", valid_from=day(0)), state=state, first=2)
    assert news(fresh) == [("s", 24, 2)]
    (row,) = fresh.counted["restated_quantities"].to_pylist()
    assert (row["was"], row["base_qty"], row["base_uom"]) == (None, 24, "EA")
    assert (row["cause"], row["why"], row["counts"]) == ("u", "factor", True)


def test_only_lines_of_the_time_that_a_record_is_about_change() -> None:
    state = IntakeState(0, 1)
    taken(
        item("A", id="i", valid_from=day(0)),
        unit("A", "CS", 12, id="u", valid_from=day(0)),
        line("A", 1, "CS", id="early", minute=5),
        line("A", 1, "CS", id="late", minute=15),
        arrival("A", (2, "CS"), (1, "CS"), id="both", minute=16),
        state=state,
    )
    fresh = taken(
        unit("A", "CS", 10, id="v", valid_from=day(10), version=2), state=state, first=9
    )
    assert news(fresh) == [("late", 10, 9), ("both", 20, 9)]
    assert fresh.restated is not None
    assert fresh.restated["short"].tolist() == [0, 10 * SCALE]
    # the same again changes nothing
    same = unit("A", "CS", 10, id="w", valid_from=day(10), version=3)
    assert news(taken(same, state=state, first=10)) == []


def test_an_id_that_another_event_took_meanwhile_stays_with_it() -> None:
    # given a line that waits, and a mended one with its id that counts
    state = IntakeState(0, 1)
    mended = line("A", 24, "EA", id="x")
    fresh = taken(item("A", id="i"), line("A", 2, "CS", id="x"), mended, state=state)
    assert quantities(fresh) == [(24, None, "EA")]
    # when the factor comes
    fresh = taken(unit("A", "CS", 12, id="u", valid_from=day(0)), state=state, first=5)
    # then nothing is released: the letter stands, what counts stays
    assert quantities(fresh) == []
    assert "released" not in fresh.counted
    assert fresh.counted["progress"]["dead_letters"].to_pylist() == [1]


def test_a_price_is_told_for_the_unit_that_now_holds() -> None:
    state = IntakeState(0, 1)
    order = cloud("demand.line_placed", id="o", item="A", loc="L", order_line="O/1")
    order["data"] |= {"q": {"qty": "2", "uom": "CS"}}
    order["data"] |= {"price": {"amount": "24.00", "currency": "EUR"}}
    taken(item("A", id="i"), unit("A", "CS", 12, id="u", valid_from=day(0)), order, state=state)
    fresh = taken(
        unit("A", "CS", 10, id="v", valid_from=day(0), version=2), state=state, first=5
    )
    (row,) = fresh.counted["restated_quantities"].to_pylist()
    assert (row["base_qty"], row["amount"]) == (20, Decimal("2.4"))


def test_logs_without_other_units_are_not_remembered() -> None:
    state = IntakeState(0, 1)
    taken(*(line("A", n + 1, "EA", id=str(n)) for n in range(50)), state=state)
    taken(item("A", id="i"), line("A", 1, "EA", id="z"), state=state, first=50)
    assert len(state.units.accepted) == 0


# --- any order, any cut, any crash --------------------------------------------------------

cuts_of = st.lists(st.integers(0, 44), max_size=8)
worlds = st.tuples(
    st.sampled_from([OPENING, OPENING[:1], []]), st.lists(events(), max_size=40)
).map(lambda parts: [*parts[0], *parts[1]])


def played(sent: Sequence[Cloud], cuts: Sequence[int]) -> list[Fresh]:
    """Take events in, cut anywhere, from a snapshot each time."""
    edges = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(sent)), len(sent)]
    state, found = IntakeState(0, 1), []
    for first, end in pairwise(edges):
        state = pickle.loads(pickle.dumps(state))  # noqa: S301  our own bytes
        found.append(state.apply(decode(chunk(sent[first:end], first))))
    return found


def holdings(batches: Sequence[Fresh]) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    """Return what each accepted quantity counts for after the batches, (None, None) for none.

    The last row that was told about an event holds, as a reader of the tables has it.
    """
    found: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    for fresh in batches:
        for row in fresh.table.to_pylist():
            if row["base_qty"] is not None:
                key = (row["source"], row["id"], row["item"])
                found[key] = (row["base_qty"], row["short_qty"])
        for row in _rows(fresh.counted.get("restated_quantities")):
            found[row["source"], row["event_id"], row["item"]] = (
                row["base_qty"], row["short_qty"],
            )  # fmt: skip
    return found


def _rows(table: pa.Table | None) -> list[dict[str, Any]]:
    return [] if table is None else table.to_pylist()


def expected_of(clerk: Clerk) -> dict[tuple[str, str, str], tuple[Any, Any]]:
    return {
        (each["source"], each["id"], each["data"]["item"]): (_exact(q), _exact(short))
        for each, (_, q, short, _) in clerk.holds()
    }


def _exact(q: Fraction | None) -> Decimal | None:
    return None if q is None else Decimal(q.numerator) / Decimal(q.denominator)


@settings(max_examples=60, deadline=None)
@given(worlds, cuts_of)
def test_after_every_batch_what_counts_is_what_all_records_so_far_say(
    sent: list[Cloud], cuts: list[int]
) -> None:
    # given events in any order, cut anywhere
    clerk, done = Clerk(), 0
    batches = played(sent, cuts)
    edges = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(sent)), len(sent)]
    for number, (first, end) in enumerate(pairwise(edges)):
        for event in sent[first:end]:
            clerk.read(event)
        # then quantities are the clerk's
        assert holdings(batches[: number + 1]) == expected_of(clerk)
        # and everything that was sent is accepted, a duplicate, or a letter that stands
        done += end - first
        for row in _rows(batches[number].counted.get("progress")):
            assert row["events"] + row["duplicates"] + row["dead_letters"] == done
            assert (row["duplicates"], row["dead_letters"]) == (clerk.duplicates, clerk.letters)


@settings(max_examples=50, deadline=None)
@given(worlds, cuts_of, cuts_of)
def test_however_the_log_is_cut_the_same_rows_have_the_same_offsets(
    sent: list[Cloud], cuts: list[int], others: list[int]
) -> None:
    # what the sink's fence relies on: a replay tells the same, offset by offset
    once, again = (_told(played(sent, each)) for each in (cuts, others))
    assert once == again


def _told(batches: Sequence[Fresh]) -> dict[str, list[tuple[Any, ...]]]:
    names = ("released", "restated_quantities")
    found = {name: [] for name in (*names, "events", "letters")}
    for fresh in batches:
        found["events"] += [tuple(row.values()) for row in _plain(fresh.table)]
        found["letters"] += fresh.letters
        for name in names:
            rows = _rows(fresh.counted.get(name))
            found[name] += [tuple(row.values()) for row in rows]
    return found


def _plain(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.drop_columns(["objects"]).to_pylist()
    return [{k: str(v) for k, v in row.items()} for row in rows]


def _positions(batches: Sequence[Fresh]) -> Stage:
    """Let positions follow, from a snapshot each time."""
    stage, state = Stage(), PartitionState(0, 1)
    for fresh in batches:
        state = pickle.loads(pickle.dumps(state))  # noqa: S301  our own bytes
        changes = state.apply(fresh.table, fresh.restated)
        _keep(stage.positions, changes.positions, ("item", "loc"), "ver")
    _keep(stage.current, state.current(), ("item", "loc"), "ver")
    return stage


def _as_pieces(clerk: Clerk) -> list[Cloud]:
    """Return what counts, stated as it counts."""
    found = []
    for each, (what, q, short, _) in clerk.holds():
        if what == "accepted":
            stated = {"q": pieces(_exact(q))} | (
                {"short_q": pieces(_exact(short))} if short is not None else {}
            )
            found.append(each | {"data": each["data"] | stated})
    return found


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[Cloud], list[Cloud]]:
    """Draw events with ids of their own, of items kept in pieces, in two orders."""
    drawn = draw(st.lists(moves() | records(), max_size=25))
    sent = [each | {"id": f"{at}"} for at, each in enumerate(drawn)]
    return sent, draw(st.permutations(sent))


@st.composite
def records(draw: st.DrawFn) -> Cloud:
    begin = draw(st.integers(0, 4))
    about = {"id": "", "version": draw(st.integers(1, 3)), "valid_from": day(begin * 20_000)}
    about["source"] = draw(st.sampled_from(["erp://a", "erp://b"]))
    if draw(st.integers(0, 3)) == 0:
        return item("A", draw(st.sampled_from(["EA", "EA", None])), **about)
    if draw(st.booleans()):
        about["valid_to"] = day((begin + draw(st.integers(1, 3))) * 20_000)
    factor = draw(st.integers(1, 12)), draw(st.sampled_from([1, 1, 1, 7]))
    return unit("A", draw(st.sampled_from(["CS", "PK"])), *factor, **about)


@st.composite
def moves(draw: st.DrawFn) -> Cloud:
    kinds = ["receipt", "shipment", "counted", "placed", "changed", "received", "po"]
    kind, at = draw(st.sampled_from(kinds)), draw(st.integers(0, 5))
    q = draw(st.integers(1, 9)), draw(st.sampled_from(["EA", "CS", "PK"]))
    about = {"id": "", "minute": at * 20_000.0}  # ten weeks in all
    if kind == "received":
        return arrival("A", q, (draw(st.integers(1, 3)), "CS"), **about)
    names = {
        "receipt": ("inventory.receipt", {}),
        "shipment": ("inventory.shipment", {"order_line": "O/1"}),
        "counted": ("inventory.counted", {"count_id": "c"}),
        "placed": ("demand.line_placed", {"order_line": "O/1", "version": 1}),
        "changed": ("demand.line_changed", {"order_line": "O/1", "version": 2}),
        "po": ("supply.po_released", {"po_line": "P/1", "version": 1}),
    }
    name, more = names[kind]
    made = cloud(name, item="A", loc="L", **about, **more)
    if kind == "po":
        made["data"]["supplier"] = "S"
    made["data"]["q"] = {"qty": str(q[0]), "uom": q[1]}
    return made


@settings(max_examples=60, deadline=None)
@given(shuffled(), cuts_of, cuts_of)
def test_records_and_movements_in_any_order_come_to_the_same_positions(
    orders: tuple[list[Cloud], list[Cloud]], cuts: list[int], others: list[int]
) -> None:
    # given the same events in two orders, cut in two ways
    seen = []
    for sent, edges in zip(orders, (cuts, others), strict=True):
        clerk = Clerk()
        for event in sent:
            clerk.read(event)
        # then positions are what the documents say, read by all records
        stage = _positions(played(sent, edges))
        expected = oracle.reduce(_as_pieces(clerk))
        check_positions(stage.positions, expected)
        check_positions(stage.current, expected)
        rows = stage.current.items()
        held = {key: [row[name] for name in BUCKETS] for key, row in rows}
        seen.append({key: each for key, each in held.items() if any(each)})
    # and the same in both orders
    assert seen[0] == seen[1]


@settings(max_examples=40, deadline=None)
@given(shuffled(), cuts_of)
def test_demand_is_summed_by_what_order_lines_count_for(
    orders: tuple[list[Cloud], list[Cloud]], cuts: list[int]
) -> None:
    # given order lines among records that come late
    sent, clerk = orders[1], Clerk()
    for event in sent:
        clerk.read(event)
    # when the sums of all batches are added up by day
    found: dict[int, list[int]] = {}
    for fresh in played(sent, cuts):
        for asked in (each for append in sum_demand(fresh).appends for each in append.asked):
            for when, q, lines in zip(asked.day, asked.q, asked.lines, strict=True):
                sums = found.setdefault(int(when), [0, 0])
                sums[0] += int(q)
                sums[1] += int(lines)
    # then they are the quantities and numbers of the lines that count
    wanted: dict[int, list[int]] = {}
    for each, (what, q, _, _) in clerk.holds():
        if what == "accepted" and each["type"].endswith("line_placed.v1"):
            day_ = datetime.fromisoformat(each["time"]).timestamp() // 86_400
            sums = wanted.setdefault(int(day_), [0, 0])
            sums[0] += int(q * SCALE)
            sums[1] += 1
    assert {k: v for k, v in found.items() if any(v)} == wanted


@settings(max_examples=60, deadline=None)
@given(shuffled(), cuts_of, cuts_of, st.integers(0, 8), st.sets(st.sampled_from([3, 4, 5])))
def test_a_crash_behind_a_release_leaves_each_row_once(
    orders: tuple[list[Cloud], list[Cloud]],
    cuts: list[int],
    others: list[int],
    written: int,
    months: set[int],
) -> None:
    # given a run that wrote some batches, and of the next one only some months of events
    sent = orders[1]
    first, again = played(sent, cuts), played(sent, others)
    held = [rows for fresh in first[:written] for rows in _fenced(fresh)]
    for rows in _fenced(first[written]) if written < len(first) else []:
        at = pa.array(
            [each.month in months for each in rows.rows["time"].to_pylist()], pa.bool_()
        )
        held.append(rows._replace(rows=rows.rows.filter(at)))
    # when a replay, cut in another way, meets the fence
    fences: dict[tuple[int, int], int] = {}
    for rows in held:
        for month, off in zip(months_of(rows.rows), rows.rows["off"].to_pylist(), strict=True):
            fences[0, int(month)] = max(off, fences.get((0, int(month)), -1))
    sink = FencedPartition(cast("Any", None), {"events": fences})
    replayed = [
        sink._beyond_fence(rows)  # noqa: SLF001 - what the sink would write, without a store
        for fresh in again
        for rows in _fenced(fresh)
    ]
    # then every accepted event is there once, with what a run in peace writes of it
    found = pa.concat_tables([*(rows.rows for rows in held), *replayed])
    wanted = pa.concat_tables([rows.rows for fresh in again for rows in _fenced(fresh)])
    key = ["off", "source", "id"]
    assert _sorted(found, key) == _sorted(wanted, key)


def _fenced(fresh: Fresh) -> list[Rows]:
    found = [rows for rows in facts(fresh, gen=1) if rows.table == "events"]
    return found or [Rows("events", 0, _events(fresh, 1))]


def _sorted(rows: pa.Table, key: list[str]) -> list[dict[str, Any]]:
    found = rows.sort_by([(name, "ascending") for name in key]).to_pylist()
    return [{**row, "quality_flags": tuple(row["quality_flags"] or ())} for row in found]

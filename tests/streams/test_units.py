# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities in base units, by the records that came before them and hold at their time."""

import json
import pickle
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.events.routing import part_of_line
from streams.io.blocks import BlockFolder
from streams.logic.chunk import Chunk, Letter, Raw, decode
from streams.logic.intake import Fresh, IntakeState
from streams.logic.units.prices import repriced
from tests.oracles.units import Clerk, Outcome
from tests.strategies.clouds import INGEST_MS, START, Cloud, cloud, stamp

SOURCES = ("erp://a", "erp://b")


def day(number: float) -> str:
    """Return a moment so many minutes after the start, as events write it."""
    return stamp(START + timedelta(minutes=number))


def item(name: str, base: str | None = "EA", **more: Any) -> Cloud:
    fields = {"base_uom": base} if base else {"status": "active"}
    return _record("item", name, fields, **more)


def unit(name: str, uom: str, num: int, den: int = 1, **more: Any) -> Cloud:
    fields = {"item": name, "uom": uom, "num": num, "den": den}
    return _record("item_uom", f"{name}/{uom}", fields, **more)


def _record(entity: str, key: str, fields: Any, **more: Any) -> Cloud:
    return cloud("master.record_changed", entity=entity, key=key, fields=fields, **more)


def line(name: str, qty: object, uom: str, **more: Any) -> Cloud:
    block = {"qty": str(qty), "uom": uom}
    made = cloud("inventory.shipment", item=name, loc="L", order_line="O/1", **more)
    made["data"]["q"] = block
    return made


def arrival(name: str, q: tuple[object, str], short: tuple[object, str], **more: Any) -> Cloud:
    made = cloud("transfer.received", item=name, from_loc="L", to_loc="M",
                 transfer_line="T/1", **more)  # fmt: skip
    for field, (qty, uom) in (("q", q), ("short_q", short)):
        made["data"][field] = {"qty": str(qty), "uom": uom}
    return made


def chunk(events: Sequence[Cloud], first: int = 0, part: int = 0) -> Chunk:
    body = b"\n".join(json.dumps(each).encode() for each in events)
    return Chunk(part, [Raw("ndjson", len(events), body, first, INGEST_MS, first)], first)


def taken(*events: Cloud, state: IntakeState | None = None, first: int = 0) -> Fresh:
    return (state or IntakeState(0, 1)).apply(decode(chunk(events, first)))


def quantities(fresh: Fresh) -> list[tuple[Any, Any, str]]:
    rows = fresh.table.to_pylist()
    return [
        (row["base_qty"], row["short_qty"], row["base_uom"])
        for row in rows
        if row["base_qty"] is not None
    ]


def reasons(letters: Iterable[Letter]) -> list[tuple[int, str]]:
    return [(letter.off, letter.reason.partition(":")[0]) for letter in letters]


# --- by hand ------------------------------------------------------------------------------


def test_a_line_is_converted_by_what_held_at_its_time_whenever_it_comes() -> None:
    # given cases of 12 that become cases of 10
    state = IntakeState(0, 1)
    taken(
        item("A", id="i"),
        unit("A", "CS", 12, id="u1", valid_from=day(0)),
        unit("A", "CS", 10, id="u2", version=2, valid_from=day(60)),
        state=state,
    )
    # when lines of before and after the change come, one of them late
    fresh = taken(
        line("A", 2, "CS", id="s1", minute=59.9),
        line("A", 2, "CS", id="s2", minute=60),
        line("A", 3, "CS", id="s3", minute=0),
        line("A", 7, "EA", id="s4", minute=61),
        state=state,
        first=10,
    )
    # then each is converted by the case of its time, and says so
    assert quantities(fresh) == [
        (24, None, "EA"),
        (20, None, "EA"),
        (36, None, "EA"),
        (7, None, "EA"),
    ]
    flags = [row["quality_flags"] for row in fresh.table.to_pylist()]
    assert [each.count("converted") for each in flags] == [1, 1, 1, 0]
    # and what it stated is still to be read
    assert json.loads(fresh.table["data"][0].as_py())["q"] == {"qty": "2", "uom": "CS"}


def _order(qty: str, price: str, **more: Any) -> Cloud:
    made = cloud("demand.line_placed", item="A", loc="L", order_line="O/1", **more)
    made["data"] |= {"q": {"qty": qty, "uom": "CS"}}
    made["data"] |= {"price": {"amount": price, "currency": "EUR"}}
    return made


def test_a_price_per_unit_follows_its_quantity_and_a_total_does_not() -> None:
    # given cases of 12
    state = IntakeState(0, 1)
    taken(item("A", id="i"), unit("A", "CS", 12, id="u", valid_from=day(0)), state=state)
    # when orders state prices per case, one of which 12 does not divide, and a shipment a total
    shipped = line("A", 1, "CS", id="t", minute=4)
    shipped["data"]["freight"] = {"amount": "24", "currency": "EUR"}
    fresh = taken(
        _order("2", "24.00", id="even", minute=1),
        _order("2", "10", id="odd", minute=2),
        _order("2", "0.0006", id="half", minute=3),
        shipped,
        state=state,
        first=10,
    )
    # then they are per piece, rounded half to even and flagged
    rows = fresh.table.to_pylist()
    assert [row["amount"] for row in rows[:3]] == [2, Decimal("0.8333"), Decimal("0.0000")]
    flags = [row["quality_flags"].count("rounded") for row in rows]
    assert flags == [0, 1, 1, 0]
    assert rows[3]["amount"] is None


@given(
    amount=st.integers(-(10**14), 10**14),
    qty=st.integers(-(10**6), 10**6).filter(bool),
    num=st.integers(1, 10**4),
    den=st.integers(1, 10**4),
)
def test_quantity_times_price_is_what_it_was(amount: int, qty: int, num: int, den: int) -> None:
    before, after = np.array([qty * den]), np.array([qty * num])
    (found,), (lossy,) = repriced(np.array([amount]), before, after)
    exact = Fraction(amount * den, num)
    assert found == round(exact)
    assert lossy == (exact.denominator != 1)


def test_what_is_in_the_base_unit_or_without_a_master_stays_as_it_is() -> None:
    doc = {"qty": "1", "uom": "DZN", "base_qty": "12", "base_uom": "EA"}
    by_document = line("A", 1, "EA", id="d")
    by_document["data"]["q"] = doc | {"conv_num": 12, "conv_den": 1}
    fresh = taken(
        item("A", id="i"),
        unit("A", "DZN", 11, id="u", valid_from="1970-01-01"),
        by_document,
        line("B", 3, "CS", id="b"),
        cloud("inventory.issue", id="t", tenant="other", item="A", loc="L", q="4")
        | {"data": {"item": "A", "loc": "L", "q": {"qty": "4", "uom": "CS"}}},
    )
    assert not fresh.letters
    assert quantities(fresh) == [(12, None, "EA"), (3, None, "CS"), (4, None, "CS")]
    assert all("converted" not in flags for flags in fresh.table["quality_flags"].to_pylist())


def test_a_line_without_its_factor_is_set_aside_and_can_come_again() -> None:
    # given an item of pieces, and a line in cases before anybody says how many
    state = IntakeState(0, 1)
    early = line("A", 2, "CS", id="s1", minute=5)
    fresh = taken(item("A", id="i"), early, early, state=state)
    # then it is a dead letter, and what repeats it is a duplicate
    assert reasons(fresh.letters) == [(1, "no_conversion")]
    assert fresh.counted["progress"]["duplicates"].to_pylist() == [1]
    letter = fresh.letters[0]
    assert (letter.kind, letter.field, letter.source, letter.id) == (
        "quarantine", "data.q.uom", "erp://a", "s1",
    )  # fmt: skip
    assert letter.reason == (
        "no_conversion: data.q.uom is 'CS'; expected EA, or a record item_uom 'A/CS' that "
        "holds at 2026-03-02T06:05:00+00:00. Once it has come, this is taken in"
    )
    assert json.loads(letter.raw)["data"] == early["data"]
    # when the factor comes, and the line twice again
    again = taken(
        unit("A", "CS", 12, id="u", valid_from=day(0)), early, early, state=state, first=9
    )
    # then what waited is accepted, once, and its letter stands no more
    assert quantities(again) == [(24, None, "EA")]
    assert again.letters == []
    (row,) = again.counted["progress"].to_pylist()
    assert (row["events"], row["duplicates"], row["dead_letters"]) == (3, 3, 0)


def test_of_events_with_one_id_the_first_good_one_counts_also_within_a_batch() -> None:
    # given a line without factor, then another line and a record with its id
    bad, good = line("A", 1, "CS", id="x"), line("A", 5, "EA", id="x")
    late = unit("A", "CS", 12, id="x", valid_from=day(0))
    fresh = taken(item("A", id="i"), bad, good, late, bad, line("A", 1, "CS", id="y"))
    # then the second is accepted, and the record, a conflict, teaches nothing
    assert quantities(fresh) == [(5, None, "EA")]
    assert reasons(fresh.letters) == [
        (1, "no_conversion"), (3, "conflict"), (4, "conflict"), (5, "no_conversion"),
    ]  # fmt: skip


def test_a_record_that_comes_twice_or_in_conflict_teaches_once() -> None:
    first = unit("A", "CS", 12, id="u", valid_from=day(0))
    fresh = taken(
        item("A", id="i"),
        first,
        first,
        unit("A", "CS", 99, id="u", valid_from=day(0), version=9),
        line("A", 1, "CS", id="s"),
    )
    assert quantities(fresh) == [(12, None, "EA")]
    assert reasons(fresh.letters) == [(3, "conflict")]


def test_a_correction_holds_for_what_came_before_it_too() -> None:
    fresh = taken(
        item("A", id="i"),
        unit("A", "CS", 12, id="u1", valid_from=day(0)),
        line("A", 1, "CS", id="s1", minute=5),
        unit("A", "CS", 10, id="u2", version=2, valid_from=day(0)),
        line("A", 1, "CS", id="s2", minute=5),
        unit("A", "CS", 8, id="u3", version=1, valid_from=day(0)),
        line("A", 1, "CS", id="s3", minute=5),
    )
    # then what they came with stays a fact, and what the first counts for is told beside it
    assert [q for q, _, _ in quantities(fresh)] == [12, 10, 10]
    assert fresh.restated is not None
    assert fresh.restated["id"].tolist() == [b"s1"]
    assert fresh.restated["q"].tolist() == [10 * 10_000]
    assert fresh.restated["off"].tolist() == [3]


def test_a_factor_that_has_ended_or_not_begun_converts_nothing() -> None:
    records = (
        item("A", id="i", minute=90),
        unit("A", "CS", 12, id="u", valid_from=day(10), valid_to=day(20)),
    )
    lines = [line("A", 1, "CS", id=f"s{at}", minute=at) for at in (9, 10, 19, 20)]
    state = IntakeState(0, 1)
    taken(*records, state=state)
    for fresh in (taken(*lines, state=state, first=2), taken(*records, *lines)):
        assert [q for q, _, _ in quantities(fresh)] == [12, 12]
        assert reasons(fresh.letters) == [(2, "no_conversion"), (5, "no_conversion")]


def test_a_record_whose_id_a_refused_line_had_is_the_first_of_that_id() -> None:
    # given a line without factor, and the record of the factor under the same id
    record = unit("A", "CS", 12, id="x", valid_from=day(0))
    state = IntakeState(0, 1)
    fresh = taken(
        item("A", id="i"), line("A", 1, "CS", id="x"), record, line("A", 2, "CS", id="y"),
        state=state,
    )  # fmt: skip
    # then the record counts, within the batch and after it
    assert quantities(fresh) == [(24, None, "EA")]
    assert reasons(fresh.letters) == [(1, "no_conversion")]
    assert quantities(taken(line("A", 3, "CS", id="z"), state=state)) == [(36, None, "EA")]


@pytest.mark.parametrize("together", [True, False])
def test_of_records_that_begin_together_the_last_word_holds(*, together: bool) -> None:
    # given records of two sources with one start and one version
    records = [
        unit("A", "CS", 3, id="1", valid_from=day(0), sequence="2"),
        unit("A", "CS", 4, id="2", valid_from=day(0), sequence="1", recorded_after=9),
        item("A", id="i"),
    ]
    rival = unit("A", "CS", 5, id="0", valid_from=day(0), source="erp://b", recorded_after=1)

    def case(records: list[Cloud]) -> Any:
        asked, state = line("A", 1, "CS", id="s"), IntakeState(0, 1)
        fresh = taken(*records, *([asked] if together else []), state=state)
        ((q, _, _),) = quantities(fresh if together else taken(asked, state=state, first=9))
        return q

    # then a source's last word is that of its highest sequence, whatever the order
    assert case(records) == case(records[::-1]) == 3
    # and of two sources' last words the one recorded later
    assert case([*records, rival]) == case([rival, *records[::-1]]) == 5


def test_a_third_of_a_kilogram_is_no_quantity_but_three_of_them_are() -> None:
    records = item("A", "KGM", id="i"), unit("A", "PK", 1, 3, id="u", valid_from=day(0))
    state = IntakeState(0, 1)
    taken(*records, state=state)
    lines = line("A", 1, "PK", id="a"), line("A", 3, "PK", id="b")
    for fresh in (taken(*lines, state=state), taken(*records, *lines)):
        assert quantities(fresh) == [(1, None, "KGM")]
        (letter,) = fresh.letters
        assert letter.kind == "quarantine"
        assert "not_representable: data.q is 1 PK x 1/3; expected at most four" in letter.reason


@pytest.mark.parametrize("together", [True, False])
def test_large_factors_are_exact_and_what_is_too_large_is_said(*, together: bool) -> None:
    # given factors that go beyond 64 bits on the way
    records = (
        item("A", id="i"),
        unit("A", "CS", 10**12, 10**12 - 1, id="u1", valid_from=day(0)),
        unit("A", "PF", 10**12, id="u2", valid_from=day(0)),
    )
    lines = (
        line("A", 10**10 - 1, "CS", id="a"),
        line("A", "999999999.9990", "CS", id="b"),
        line("A", 7, "PF", id="c"),
        line("A", "0.01", "PF", id="d"),
    )
    state = IntakeState(0, 1)
    fresh = taken(*records, *lines, state=state)
    if not together:
        state = IntakeState(0, 1)
        taken(*records, state=state)
        fresh = taken(*lines, state=state, first=3)
    # then what comes out exactly does, and the others say why not
    assert quantities(fresh) == [(10**9, None, "EA"), (10**10, None, "EA")]
    assert reasons(fresh.letters) == [(3, "not_representable"), (5, "too_large_a_number")]


def test_what_arrives_short_is_converted_by_its_own_unit() -> None:
    records = (
        item("A", id="i"),
        unit("A", "CS", 12, id="u", valid_from=day(0)),
        unit("A", "PK", 4, id="v", valid_from=day(0)),
    )
    arrivals = (
        arrival("A", (2, "CS"), (1, "PK"), id="1"),
        arrival("A", (5, "EA"), (1, "CS"), id="2"),
        arrival("A", (1, "CS"), (3, "EA"), id="3"),
        arrival("A", (1, "CS"), (3, "KGM"), id="4"),
        arrival("A", (1, "EA"), (3, "EA"), id="5"),
    )
    state = IntakeState(0, 1)
    taken(*records, state=state)
    for fresh in (taken(*arrivals, state=state), taken(*records, *arrivals)):
        assert quantities(fresh) == [(24, 4, "EA"), (5, 12, "EA"), (12, 3, "EA"), (1, 3, "EA")]
        (letter,) = fresh.letters
        assert letter.field == "data.short_q.uom"


def test_signed_quantities_keep_their_sign() -> None:
    adjusted = cloud("inventory.adjusted", id="a", item="A", loc="L")
    adjusted["data"]["q"] = {"qty": "-1.5", "uom": "CS"}
    fresh = taken(item("A", id="i"), unit("A", "CS", 12, id="u", valid_from=day(0)), adjusted)
    assert quantities(fresh) == [(-18, None, "EA")]


def test_a_base_unit_may_change_and_holds_before_its_first_record() -> None:
    records = (
        item("A", "EA", id="i1", valid_from=day(10)),
        item("A", "KGM", id="i2", version=2, valid_from=day(20)),
        item("A", None, id="i3", version=3, valid_from=day(20)),
        unit("A", "CS", 12, id="u1", valid_from=day(0)),
        unit("A", "CS", 9, id="u2", valid_from=day(20)),
    )
    lines = [line("A", 1, "CS", id=str(at), minute=at) for at in (5, 15, 25)]
    state = IntakeState(0, 1)
    taken(*records, state=state)
    for fresh in (taken(*lines, state=state), taken(*records, *lines)):
        assert quantities(fresh) == [(12, None, "EA"), (12, None, "EA"), (9, None, "KGM")]


def test_a_snapshot_keeps_what_matters_and_little_else() -> None:
    # given the same records, sent night after night by the same source
    state = IntakeState(0, 1)
    for night in range(60):
        records = [
            unit(
                f"A{n}", "CS", 12, id=f"{night}/{n}", valid_from=day(0), sequence=f"{night:05}"
            )
            for n in range(20)
        ]
        taken(
            item("A1", id=f"i{night}", valid_from=day(0)),
            *records,
            state=state,
            first=night * 21,
        )
        fresh = taken(line("A1", 1, "CS", id=f"s{night}"), state=state, first=night * 21 + 20)
        assert quantities(fresh) == [(12, None, "EA")]
    # then only their last words are kept, and a copy of the state goes on from there
    assert len(state.units) <= 3 * 21
    copy = pickle.loads(pickle.dumps(state))  # noqa: S301  our own bytes
    fresh = taken(line("A1", 2, "CS", id="z"), state=copy, first=99_999)
    assert quantities(fresh) == [(24, None, "EA")]


def test_a_snapshot_only_names_what_it_has_kept_before(tmp_path: Path) -> None:
    # given a state that knows the units of thousands of items
    state, folder = IntakeState(0, 1), BlockFolder(tmp_path)
    taken(
        *(unit(f"A{n}", "CS", 12, id=f"u{n}", valid_from=day(0)) for n in range(3000)),
        state=state,
    )
    taken(*(item(f"A{n}", id=f"i{n}") for n in range(3000)), state=state, first=3000)
    folder.freeze(state)
    files = set(tmp_path.iterdir())
    # when little happens and it is kept again
    taken(line("A1", 1, "CS", id="s1"), state=state, first=6000)
    snapshot = folder.freeze(state)
    # then no more is written than a snapshot, and it goes on from there
    assert set(tmp_path.iterdir()) == files
    assert len(snapshot) < 20_000
    _, copy = BlockFolder.thaw(tmp_path, snapshot)
    assert quantities(taken(line("A2999", 1, "CS", id="s2"), state=copy)) == [(12, None, "EA")]


def test_a_chunk_in_which_each_record_hangs_on_the_one_before_is_settled_quickly() -> None:
    # given lines that need the unit before theirs, each followed by a record with its id
    sent = [item("A", id="opening")]
    units = ["CS", "PK", "BX", "PF"]
    for n in range(400):
        sent += [
            line("A", 1, units[n % 4], id=str(n)),
            unit("A", units[(n + 1) % 4], 2, id=str(n), valid_from=day(0), version=n),
        ]
    # then the chunk gives what the oracle works out, within seconds
    clerk = Clerk()
    assert _outcomes(taken(*sent), len(sent)) == [_shown(clerk.read(each)) for each in sent]


# --- against the oracle -------------------------------------------------------------------

moments = st.integers(0, 4)
names = st.sampled_from("AAAB")
uoms = st.sampled_from(["CS", "CS", "CS", "PK", "EA"])
amounts = st.sampled_from(["1", "2.5", "3", "0.0001", "7"])
KINDS = ["item", "unit", "unit", "unit", "line", "line", "line", "line", "arrival"]


@st.composite
def events(draw: st.DrawFn) -> Cloud:
    """Draw a record or a quantity; few ids, items, units and moments, so that they meet."""
    about = {
        "id": str(draw(st.integers(0, 15))),
        "source": draw(st.sampled_from(SOURCES)),
        "minute": draw(moments),
        "sequence": draw(st.sampled_from(["", "1", "2"])),
        "recorded_after": draw(st.integers(0, 1)),
    }
    kind = draw(st.sampled_from(KINDS))
    if kind == "line":
        return line(draw(names), draw(amounts), draw(uoms), **about)
    if kind == "arrival":
        q, short = ((draw(amounts), draw(uoms)) for _ in range(2))
        return arrival(draw(names), q, short, **about)
    about |= {"version": draw(st.integers(1, 2)), "valid_from": day(begin := draw(moments))}
    if draw(st.booleans()):
        about["valid_to"] = day(begin + draw(st.integers(1, 2)))
    if kind == "item":
        return item(draw(names), draw(st.sampled_from(["EA", "CS", None])), **about)
    factor = draw(st.integers(1, 12)), draw(st.sampled_from([1, 1, 2, 3]))
    return unit(draw(names), draw(uoms), *factor, **about)


OPENING = [item("A", id="opening A"), item("B", "KGM", id="opening B")]
worlds = st.tuples(
    st.sampled_from([OPENING, OPENING, OPENING[:1], []]), st.lists(events(), max_size=40)
).map(lambda parts: [*parts[0], *parts[1]])


@settings(max_examples=300, deadline=None)
@given(
    worlds,
    st.lists(st.integers(0, 42), max_size=8),
    st.sampled_from([1, 4, 8]),
)
def test_every_cut_and_every_number_of_partitions_gives_what_the_oracle_works_out(
    sent: list[Cloud], cuts: list[int], partitions: int
) -> None:
    # given events in any order, cut anywhere, some of them sent twice
    edges = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(sent)), len(sent)]
    clerks = defaultdict[int, Clerk](Clerk)
    states: dict[int, IntakeState] = {}
    for first, end in pairwise(edges):
        mine = defaultdict[int, list[Cloud]](list)
        for event in sent[first:end]:
            mine[part_of_line(json.dumps(event).encode(), partitions)].append(event)
        for part, some in mine.items():
            # then each partition does what its clerk does, also from a snapshot
            state = states.get(part) or IntakeState(part, 1)
            state = pickle.loads(pickle.dumps(state))  # noqa: S301  our own bytes
            states[part] = state
            assert _outcomes(state.apply(decode(chunk(some, 0, part))), len(some)) == [
                _shown(clerks[part].read(event)) for event in some
            ]


def _outcomes(fresh: Fresh, sent: int) -> list[Outcome]:
    """Return what became of each event of a chunk."""
    found: list[Outcome] = [("duplicate", None, None, "")] * sent
    for row in fresh.table.to_pylist()[::-1]:  # what a record released stands behind it
        found[row["off"]] = ("accepted", row["base_qty"], row["short_qty"], row["base_uom"])
    for letter in fresh.letters:
        found[letter.off] = (letter.reason.partition(":")[0], None, None, "")
    return found


def _shown(outcome: Outcome) -> Outcome:
    what, q, short, uom = outcome
    return what, _decimal(q), _decimal(short), uom


def _decimal(exact: Fraction | None) -> Decimal | None:
    return None if exact is None else Decimal(exact.numerator) / Decimal(exact.denominator)

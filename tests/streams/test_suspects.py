# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities that look like packs taken for pieces are set aside until that is settled."""

import pickle
from collections.abc import Sequence
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.logic.chunk import decode
from streams.logic.demand.sums import sum_demand
from streams.logic.intake import Fresh, IntakeState
from streams.logic.positions import PartitionState
from tests.strategies.clouds import Cloud, cloud, pieces
from tests.streams.stage import Stage, _keep
from tests.streams.test_late_factors import _told
from tests.streams.test_units import chunk, day, item, unit

PACK = 12
OPENING = [item("A", id="i"), unit("A", "CS", PACK, id="u", valid_from="1970-01-01")]


def order(name: str, qty: object, price: object, **more: Any) -> Cloud:
    made = cloud(
        "demand.line_placed", id=name, item="A", loc="L", order_line=f"{name}/1", **more
    )
    money = {"amount": str(price), "currency": "EUR"}
    return made | {"data": made["data"] | {"q": pieces(qty), "price": money}}


def usual(count: int = 8) -> list[Cloud]:
    """Return orders of about 60 pieces at about 2.00."""
    return [order(f"o{n}", 58 + n % 5, "2.00", minute=n) for n in range(count)]


def word(code: str, about: str, **more: Any) -> Cloud:
    exc = f"uom_suspect erp://a {about}"
    return cloud("exception.resolved", id=f"w-{about}-{code}", exc_id=exc, item="A",
                 resolution_code=code, **more)  # fmt: skip


def played(sent: Sequence[Cloud], cuts: Sequence[int] = ()) -> list[Fresh]:
    edges = [0, *sorted(cut for cut in set(cuts) if 0 < cut < len(sent)), len(sent)]
    state, found = IntakeState(0, 1), []
    for first, end in pairwise(edges):
        state = pickle.loads(pickle.dumps(state))  # noqa: S301  our own bytes
        found.append(state.apply(decode(chunk(sent[first:end], first))))
    return found


def cases(batches: Sequence[Fresh]) -> list[dict[str, Any]]:
    tables = (fresh.counted.get("suspects") for fresh in batches)
    return [row for table in tables if table is not None for row in table.to_pylist()]


def outstanding(batches: Sequence[Fresh]) -> tuple[Any, bool]:
    """Return what is outstanding, and whether the position says that it is in doubt."""
    stage, state = Stage(), PartitionState(0, 1)
    for fresh in batches:
        changes = state.apply(fresh.table, fresh.restated)
        _keep(stage.positions, changes.positions, ("item", "loc"), "ver")
    (row,) = stage.positions.values()
    return row["outstanding"], "suspect" in row["flags"]


def asked(batches: Sequence[Fresh]) -> int:
    sums = (each for fresh in batches for append in sum_demand(fresh).appends
            for each in append.asked)  # fmt: skip
    return sum(int(each.q.sum()) for each in sums) // 10_000


BEFORE = 477  # of eight orders
CASES = order("x", 5, "24.00", minute=99)  # five cases, sent as pieces


def test_a_quantity_and_a_price_that_are_off_by_one_pack_are_set_aside() -> None:
    # given what is usual, when five cases at the price of a case come as five pieces
    batches = played([*OPENING, *usual(), CASES])
    # then the event is accepted and counts for nothing, and both readings are told
    assert len(batches[0].table) == 11
    (case,) = cases(batches)
    assert (case["event_id"], case["state"]) == ("x", "open")
    assert (case["stated_qty"], case["other_qty"]) == (5, 60)
    assert case["factor"] == pytest.approx(1 / PACK)
    assert (case["unit_price"], case["usual_price"], case["currency"]) == (24, 2, "EUR")
    assert case["money"] == 110  # 55 pieces at 2.00
    assert outstanding(batches) == (BEFORE, True)
    assert asked(batches) == BEFORE
    (row,) = batches[0].counted["restated_quantities"].to_pylist()
    assert (row["why"], row["counts"], row["cause"]) == ("suspect", False, "x")


@pytest.mark.parametrize(
    ("code", "more"), [("as_stated", 5), ("as_packs", 60), ("nonsense", None)]
)
@pytest.mark.parametrize("cuts", [[], [11], [10, 11]])
def test_somebody_says_what_is_right(code: str, more: int | None, cuts: list[int]) -> None:
    batches = played([*OPENING, *usual(), CASES, word(code, "x"), word("as_stated", "y")], cuts)
    state = cases(batches)[-1]["state"]
    assert state == ("open" if more is None else code)
    assert outstanding(batches) == (BEFORE + (more or 0), more is None)
    assert asked(batches) == BEFORE + (more or 0)


def test_pieces_that_are_taken_for_cases_are_found_the_other_way_round() -> None:
    # given 60 cases for which the price of pieces is stated
    wrong = order("x", 60, "2.00", minute=99)
    wrong["data"]["q"] = {"qty": "60", "uom": "CS"}
    (case,) = cases(played([*OPENING, *usual(), wrong]))
    assert (case["stated_qty"], case["other_qty"], case["factor"]) == (720, 60, PACK)


@pytest.mark.parametrize(
    "other",
    [
        order("x", 720, "2.00"),  # a large order at the usual price
        order("x", 60, "24.00"),  # a strange price
        order("x", 5, "2.00"),  # a small order
        order("x", 4, "30.00"),  # off by fifteen, which is no pack
        order("x", 5, "24.00", tenant="other"),
    ],
)
def test_one_strange_thing_alone_is_no_suspicion(other: Cloud) -> None:
    assert not cases(played([*OPENING, *usual(), other]))


def test_nothing_is_usual_before_eight_and_without_packs() -> None:
    assert not cases(played([*OPENING, *usual(7), CASES]))
    assert not cases(played([*usual(), CASES]))
    assert not cases(played([*usual(), *OPENING, CASES]))


def test_a_suspect_teaches_nothing() -> None:
    # given one after the other, each of which would otherwise shift what is usual
    more = [order(f"x{n}", 5, "24.00", minute=100 + n) for n in range(20)]
    assert len(cases(played([*OPENING, *usual(), *more]))) == len(more)


def test_a_reversed_suspect_is_no_longer_in_doubt() -> None:
    # given receipts and one that is off, when its source reverses it
    def receipt(name: str, qty: int, cost: str) -> Cloud:
        made = cloud("inventory.receipt", id=name, item="A", loc="L", q=qty)
        money = {"amount": cost, "currency": "EUR"}
        return made | {"data": made["data"] | {"unit_cost": money}}

    usual_ = [receipt(f"r{n}", 60, "2") for n in range(8)]
    undone = cloud("inventory.reversed", id="z", item="A", loc="L", reverses="x", minute=9)
    batches = played([*OPENING, *usual_, receipt("x", 5, "24"), undone])
    assert [case["state"] for case in cases(batches)] == ["open", "reversed"]
    stage, state = Stage(), PartitionState(0, 1)
    for fresh in batches:
        changes = state.apply(fresh.table, fresh.restated)
        _keep(stage.positions, changes.positions, ("item", "loc"), "ver")
    (row,) = stage.positions.values()
    assert (row["on_hand"], "suspect" in row["flags"]) == (480, False)


def test_a_corrected_factor_does_not_bring_a_suspect_back() -> None:
    # given a suspect in cases, when a case turns out to be of ten
    wrong = order("x", 60, "2.00", minute=99)
    wrong["data"]["q"] = {"qty": "60", "uom": "CS"}
    fixed = unit("A", "CS", 10, id="v", valid_from="1970-01-01", version=2)
    sent = [*OPENING, *usual(), wrong, fixed]
    assert outstanding(played(sent)) == (BEFORE, True)
    # then what is settled as stated counts by the factor that holds
    assert outstanding(played([*sent, word("as_stated", "x")])) == (BEFORE + 600, False)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32), st.lists(st.integers(0, 60), max_size=6))
def test_however_the_log_is_cut_the_same_are_suspect(seed: int, cuts: list[int]) -> None:
    # given orders of all sizes, some off by a pack, words about them and a factor that changes
    chance = Random(seed)  # noqa: S311 - repeatable
    sent = [*OPENING]
    for n in range(50):
        off = chance.random() < 0.2
        qty = chance.choice([55, 60, 65])
        made = order(f"o{n}", 5 if off else qty, "24.00" if off else "2.00", minute=n)
        sent.append(made)
        if chance.random() < 0.15:
            said = chance.choice(["as_stated", "as_packs"])
            sent.append(word(said, f"o{chance.randint(0, n)}") | {"id": f"w{n}"})
        if chance.random() < 0.05:
            sent.append(unit("A", "CS", 10 + n % 5, id=f"u{n}", valid_from=day(0), version=n))
    whole, pieces_ = played(sent), played(sent, cuts)
    assert _told(whole) == _told(pieces_)
    assert cases(whole) == cases(pieces_)
    assert outstanding(whole) == outstanding(pieces_)
    assert asked(whole) == asked(pieces_)

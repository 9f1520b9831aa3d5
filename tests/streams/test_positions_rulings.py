# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rulings worked by hand: numbers from the documents, not from the oracle."""

from itertools import count, permutations
from typing import Any

import pytest

from tests.strategies.clouds import Cloud, cloud
from tests.streams.stage import Row, check, play

LINE: dict[str, Any] = {"item": "A100", "loc": "DC1", "order_line": "OL1"}
PO: dict[str, Any] = {"item": "A100", "loc": "DC1", "po_line": "PL1"}
TRANSFER: dict[str, Any] = {
    "item": "A100",
    "from_loc": "DC1",
    "to_loc": "DC2",
    "transfer_line": "T1",
}
_numbers = count()


def _event(kind: str, minute: float = 0, **data: Any) -> Cloud:
    name = data.pop("id", f"e{next(_numbers)}")
    return cloud(kind, id=name, minute=minute, **data)


def _placed(qty: int, minute: float = 0, version: int = 1) -> Cloud:
    return _event("demand.line_placed", minute, q=qty, version=version, **LINE)


def _changed(qty: int, minute: float, version: int, **more: Any) -> Cloud:
    return _event("demand.line_changed", minute, q=qty, version=version, **LINE, **more)


def _cancelled(qty: int, minute: float, version: int = 1) -> Cloud:
    return _event("demand.line_cancelled", minute, q=qty, version=version, **LINE)


def _shipped(qty: int, minute: float, **more: Any) -> Cloud:
    return _event("inventory.shipment", minute, q=qty, **LINE | more)


def _allocated(qty: int, loc: str, rank: int) -> Cloud:
    more = {"loc": loc, "kind": "hard", "policy_rank": rank}
    return cloud("allocation.changed", id=f"a-{loc}", q=qty, **LINE | more)


def _released(qty: int, minute: float = 0, version: int = 1) -> Cloud:
    return _event("supply.po_released", minute, q=qty, version=version, **PO)


def _po_changed(qty: int, minute: float, **more: Any) -> Cloud:
    return _event("supply.po_changed", minute, q=qty, version=2, **PO, **more)


def _notice(name: str, qty: int, minute: float) -> Cloud:
    return _event("supply.asn", minute, q=qty, asn_line=name, **PO)


def _received(qty: int, minute: float, **more: Any) -> Cloud:
    return _event("inventory.receipt", minute, q=qty, **PO | more)


def _undo(name: str, minute: float, **more: Any) -> Cloud:
    return _event("inventory.reversed", minute, item="A100", loc="DC1", reverses=name, **more)


def _at(loc: str, *clouds: Cloud) -> Row:
    """Return the position after `clouds`: the same in any order, and as the oracle sees it."""
    orders = list(permutations(clouds))
    for order in orders[:: max(1, len(orders) // 12)]:
        check(play(order, cuts=range(len(order))), clouds)
    return play(clouds).current["main", "A100", loc]


def _see(row: Row, **expected: int) -> None:
    assert {name: row[name] for name in expected} == expected


# --- orders: RULINGS 2 and 3 -----------------------------------------------------------------


def test_a_higher_version_absorbs_the_cancels_of_lower_ones() -> None:
    # 10 ordered, 3 cancelled at version 1, then 8 in all at version 2, 1 cancelled at it
    row = _at("DC1", _placed(10), _cancelled(3, 5), _changed(8, 10, 2), _cancelled(1, 15, 2))
    _see(row, outstanding=7, backordered=7)


def test_a_line_that_a_cancel_closed_stays_closed_when_its_shipment_is_reversed() -> None:
    # 10 ordered, 4 shipped, the other 6 cancelled; the shipment is undone after that
    row = _at("DC1", _placed(10), _shipped(4, 5, id="s"), _cancelled(6, 10), _undo("s", 20))
    _see(row, outstanding=0, on_hand=0)


def test_a_cancel_does_not_see_a_shipment_that_was_already_reversed() -> None:
    # the shipment of 4 was undone before 6 were cancelled: 4 are still wanted
    row = _at("DC1", _placed(10), _shipped(4, 5, id="s"), _undo("s", 8), _cancelled(6, 10))
    _see(row, outstanding=4)


def test_a_return_never_reopens_demand() -> None:
    back = _event("inventory.returned", 20, q=4, disposition="damaged", **LINE)
    row = _at("DC1", _placed(10), _shipped(10, 5), back)
    _see(row, outstanding=0, on_hand=-6, hold=4)


def test_reservations_are_clipped_by_rank_and_then_by_location() -> None:
    # 10 wanted; DC2 has rank 1 and 8, DC1 and DC3 have rank 2 and 8 each
    clouds = [
        _placed(10),
        _allocated(8, "DC3", 2),
        _allocated(8, "DC2", 1),
        _allocated(8, "DC1", 2),
    ]
    assert [_at(loc, *clouds)["reserved"] for loc in ("DC1", "DC2", "DC3")] == [2, 8, 0]


def test_a_shrinking_line_releases_what_is_not_reserved_first() -> None:
    # 10 wanted, 6 reserved; 7 wanted: 6 stay reserved; 4 wanted: 4 are
    seven = _at("DC1", _placed(10), _allocated(6, "DC1", 1), _changed(7, 10, 2))
    four = _at("DC1", _placed(10), _allocated(6, "DC1", 1), _changed(4, 10, 2))
    _see(seven, reserved=6, outstanding=7, backordered=1)
    _see(four, reserved=4, outstanding=4, backordered=0)


# --- purchase orders and notices: RULINGS 4 and 5 --------------------------------------------


def test_nothing_is_on_order_before_the_release() -> None:
    created = _event("supply.po_created", 0, q=50, version=1, **PO)
    row = _at("DC1", created, _po_changed(40, 5), _notice("N1", 10, 6), _received(45, 7))
    _see(row, on_order=0, in_transit=0, over_received=0, on_hand=45)


def test_a_change_before_the_release_counts_by_its_version_once_released() -> None:
    row = _at("DC1", _po_changed(40, 5), _released(50, 10))
    _see(row, on_order=40)


def test_what_is_announced_is_in_transit_and_the_rest_on_order() -> None:
    row = _at("DC1", _released(50), _notice("N1", 30, 5), _received(10, 9, asn_line="N1"))
    _see(row, on_hand=10, in_transit=20, on_order=20)


def test_an_unnamed_receipt_takes_from_the_oldest_open_notice() -> None:
    clouds = [_released(50), _notice("N2", 10, 5), _notice("N1", 20, 6), _received(15, 9)]
    _see(_at("DC1", *clouds), in_transit=15, on_order=20)
    # and what it closes is the notice that it took from last: N1 with its rest of 15
    clouds[-1] = _received(15, 9, final=True)
    _see(_at("DC1", *clouds), in_transit=0, on_order=35)


def test_a_final_receipt_returns_the_rest_of_its_notice_to_the_order() -> None:
    last = _received(25, 9, asn_line="N1", final=True)
    row = _at("DC1", _released(50), _notice("N1", 30, 5), last)
    _see(row, on_hand=25, in_transit=0, on_order=25)


def test_a_line_closed_short_expects_only_what_is_on_the_way() -> None:
    row = _at("DC1", _released(50), _notice("N1", 30, 5), _po_changed(20, 9, closed_short=True))
    _see(row, on_order=0, in_transit=30)


def test_a_receipt_elsewhere_lowers_the_order_at_home() -> None:
    clouds = [_released(50), _received(20, 5, loc="DC2")]
    _see(_at("DC1", *clouds), on_order=30, on_hand=0)
    _see(_at("DC2", *clouds), on_order=0, on_hand=20)


def test_what_comes_beyond_the_order_is_over_received() -> None:
    row = _at("DC1", _released(50), _received(60, 5))
    _see(row, on_order=0, over_received=10, on_hand=60)
    assert "over_received" in row["flags"]


# --- transfers and holds: RULINGS 6 and 7 ----------------------------------------------------


def test_a_short_transfer_is_closed_and_its_loss_is_kept() -> None:
    clouds = [
        _event("transfer.requested", 0, q=30, version=1, **TRANSFER),
        _event("transfer.shipped", 5, q=30, **TRANSFER),
        _event("transfer.received", 9, q=28, short_q=2, **TRANSFER),
    ]
    _see(_at("DC2", *clouds), on_hand=28, on_order=0, in_transit=0, in_transit_loss=2)
    _see(_at("DC1", *clouds), on_hand=-30, in_transit_loss=0)


def test_a_request_for_nothing_cancels_the_transfer() -> None:
    first = _event("transfer.requested", 0, q=30, version=1, **TRANSFER)
    second = _event("transfer.requested", 5, q=0, version=2, **TRANSFER)
    _see(_at("DC2", first, second), on_order=0)


def test_reversing_a_receipt_into_quality_takes_its_hold_back() -> None:
    held = _received(10, 0, id="r", bucket="quality")
    _see(_at("DC1", held), on_hand=10, hold=10, available=0)
    _see(_at("DC1", held, _undo("r", 5)), on_hand=0, hold=0)


def test_a_negative_hold_is_allowed_and_flagged() -> None:
    row = _at(
        "DC1", _event("inventory.hold_changed", item="A100", loc="DC1", q=-3, hold="recall")
    )
    _see(row, hold=-3, available=3)
    assert "hold_negative" in row["flags"]


# --- reversals and versions: RULINGS 10 and 12 -----------------------------------------------


@pytest.mark.parametrize(
    "reversals",
    [
        [_undo("s", 5), _undo("s", 6)],
        [_undo("s", 5, source="wms://b", reverses_source="erp://a")],
        [_undo("s", 5, id="u"), _undo("u", 6)],
    ],
    ids=["twice", "from another source by name", "itself reversed"],
)
def test_a_reversal_counts_once_and_stands(reversals: list[Cloud]) -> None:
    row = _at("DC1", _shipped(4, 0, id="s"), *reversals)
    _see(row, on_hand=0)


@pytest.mark.parametrize(
    "reversal",
    [_undo("s", 5, source="wms://b"), _undo("s", 5, tenant="other"), _undo("p", 5)],
    ids=["of another source", "of another tenant", "of a document"],
)
def test_a_reversal_of_what_is_not_its_own_changes_nothing(reversal: Cloud) -> None:
    placed = cloud("demand.line_placed", id="p", q=10, version=1, **LINE)
    row = _at("DC1", placed, _shipped(4, 0, id="s"), reversal)
    _see(row, on_hand=-4, outstanding=6)


def test_equal_versions_of_one_source_are_decided_by_sequence_as_text() -> None:
    # "9" is after "10" as text, although it was recorded earlier
    row = _at("DC1", _changed(5, 0, 2, sequence="9"), _changed(8, 10, 2, sequence="10"))
    _see(row, outstanding=5)


def test_equal_versions_of_two_sources_are_decided_by_when_they_were_recorded() -> None:
    early = _changed(5, 0, 2, sequence="9")
    late = _changed(8, 10, 2, sequence="10", source="shop://b")
    _see(_at("DC1", early, late), outstanding=8)

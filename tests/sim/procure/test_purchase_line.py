# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a line adds to the position, against pieces counted one by one and the product's law."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.procure.order import Advice, PurchaseLine, Receipt, Statement
from streams.logic.fields import Field
from streams.logic.kinds import Kind
from streams.logic.po_line import effects
from streams.logic.rows import Row

ASNS = ("A1", "A2", "A3")
few = st.integers(0, 30)
some = st.integers(1, 30)


@st.composite
def lines(draw: st.DrawFn) -> PurchaseLine:
    """Draw a released line with anything that may follow, sensible or not."""
    ordered = draw(some)
    line = blank(ordered)
    changes = draw(st.lists(st.tuples(few, st.booleans()), max_size=2))
    stated = [(ordered, False), *changes]
    line.statements = [
        Statement(at, at, units, closes, 0) for at, (units, closes) in enumerate(stated, 1)
    ]
    advised = draw(st.lists(some, max_size=3))
    line.advices = [
        Advice(10 + at, asn, units, 0)
        for at, (asn, units) in enumerate(zip(ASNS, advised, strict=False))
    ]
    came = draw(
        st.lists(st.tuples(st.sampled_from(("", *ASNS)), some, st.booleans()), max_size=4)
    )
    line.receipts = [
        Receipt(20 + at, str(at), asn, units, final, "available")
        for at, (asn, units, final) in enumerate(came)
    ]
    return line


def blank(ordered: int) -> PurchaseLine:
    return PurchaseLine(
        id="PO-1/A", po="PO-1", item=0, place=0, supplier=0, region=0, il=0, pack=1, price=1,
        ordered=ordered, need_day=0, created_at=0, is_emergency=False, requester="", about={},
        base={},
    )  # fmt: skip


@given(lines())
def test_the_state_is_what_counting_pieces_gives(line: PurchaseLine) -> None:
    assert line.state() == by_pieces(line)


@given(lines())
def test_the_state_is_what_the_product_makes_of_the_events(line: PurchaseLine) -> None:
    found = effects(rows(line))
    assert line.state() == (found[0, Field.ON_ORDER], found[0, Field.IN_TRANSIT])


@given(lines())
def test_on_order_and_in_transit_together_are_what_is_open(line: PurchaseLine) -> None:
    on_order, in_transit = line.state()
    assert on_order >= 0
    assert in_transit >= 0
    if line.is_closed_short:
        assert on_order == 0
    else:
        assert on_order + in_transit == max(0, line.units - line.received)


def test_nothing_counts_before_the_release() -> None:
    assert blank(12).state() == (0, 0)


def by_pieces(line: PurchaseLine) -> tuple[int, int]:
    """Count piece by piece, as EVENTS 4 and RULINGS 4 and 5 say it."""
    trucks = {advice.asn: ["piece"] * advice.units for advice in line.advices}
    named = [receipt for receipt in line.receipts if receipt.asn in trucks]
    for receipt in named:
        for _ in range(min(receipt.units, len(trucks[receipt.asn]))):
            trucks[receipt.asn].pop()
    for receipt in named:
        if receipt.is_final:
            trucks[receipt.asn].clear()
    for receipt in line.receipts:
        if receipt.asn not in trucks:
            _take_oldest(list(trucks.values()), receipt)
    announced = sum(len(pieces) for pieces in trucks.values())
    still_open = line.units
    for receipt in line.receipts:
        for _ in range(receipt.units):
            still_open -= still_open > 0
    if line.is_closed_short:
        return 0, announced
    moving = min(announced, still_open)
    return still_open - moving, moving


def _take_oldest(trucks: Sequence[list[str]], receipt: Receipt) -> None:
    rest = receipt.units
    for pieces in trucks:
        had_any = bool(pieces)
        while pieces and rest:
            pieces.pop()
            rest -= 1
        if had_any and not rest:
            if receipt.is_final:
                pieces.clear()
            return


def rows(line: PurchaseLine) -> list[Row]:
    """Return the line as the product reads it."""
    found = [
        row(Kind.PO_CHANGED if each.version > 1 else Kind.PO_RELEASED, each.at, each.units,
            version=each.version, closes=each.closes)
        for each in line.statements
    ]  # fmt: skip
    found += [row(Kind.ASN, each.at, each.units, asn=number(each.asn)) for each in line.advices]
    for each in line.receipts:
        is_known = each.asn in {advice.asn for advice in line.advices}
        asn = number(each.asn) if is_known else 0
        found.append(row(Kind.RECEIPT, each.at, each.units, asn=asn, closes=each.is_final))
    return found


def number(asn: str) -> int:
    return ASNS.index(asn) + 1 if asn else 0


def row(  # noqa: PLR0913  a row has that many columns
    kind: Kind, at: int, units: int, *, version: int = 1, asn: int = 0, closes: bool = False
) -> Row:
    return Row(
        kind=kind, pair=0, to=-1, version=version, time=at, recorded=at, q=units, short=0,
        rank=0, asn=asn, closes=closes, due=0, source="erp", sequence=b"", id=b"%d" % at,
        reversed_at=None,
    )  # fmt: skip

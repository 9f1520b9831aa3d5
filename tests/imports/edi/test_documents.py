# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the documents mean: direction, purpose, answers, places, items, units, dates."""

from typing import Any

import pytest

from sightline.events import units
from sightline.imports.edi.profile import Profile, parse
from sightline.imports.edi.units import EDIFACT, X12
from tests.imports.edi.making import (
    BESTELLUNG,
    ORDER,
    codes,
    edifact,
    events,
    refusals,
    st,
    unh,
    x12,
)

US = Profile(us=frozenset({"CUST"}))
THEM = Profile()
TRUSTED = Profile(authoritative=None)


def kinds(found: list[dict[str, Any]]) -> list[str]:
    return [each["type"].removeprefix("io.sightline.").removesuffix(".v1") for each in found]


def order(*, beg: str = ORDER[0], lines: tuple[str, ...] = ORDER[2:4]) -> bytes:
    return x12(st([beg, ORDER[1], *lines]))


def answer(*lines: str, bak: str = "BAK*00*AC*PO9*20260303*****20260304") -> bytes:
    return x12(st([bak, "N1*ST*E*92*EAST", *lines], kind="855"))


def notice(*items: str, bsn: str = "BSN*00*S1*20260317") -> bytes:
    head = [bsn, "HL*1**S", "N1*ST*E*92*EAST", "HL*2*1*O", "PRF*PO9"]
    return x12(st([*head, *items], kind="856"))


def report(*lines: str) -> bytes:
    return x12(st(["BIA*00*SI*R1*20260306", "N1*WH*E*92*EAST", *lines], kind="846"))


def test_who_sent_an_order_decides_what_it_is() -> None:
    content = order()
    assert kinds(events(content)) == ["demand.line_placed"] * 2
    bought = events(content, US)
    assert kinds(bought) == ["supply.po_created", "supply.po_released"] * 2
    assert {each["data"]["supplier"] for each in bought} == {"US"}
    assert kinds(events(edifact(unh(BESTELLUNG)), Profile(us=frozenset({"KUNDE"})))) == [
        "supply.po_created", "supply.po_released",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("purpose", "sender", "kind", "qty"),
    [
        ("00", THEM, "demand.line_placed", "10"),
        ("05", THEM, "demand.line_placed", "10"),
        ("01", THEM, "demand.line_changed", "0"),
        ("05", US, "supply.po_changed", "10"),
        ("01", US, "supply.po_changed", "0"),
    ],
)
def test_an_order_is_stated_replaced_or_cancelled(
    purpose: str, sender: Profile, kind: str, qty: str
) -> None:
    (event,) = events(order(beg=f"BEG*{purpose}*SA*P1**20260302", lines=ORDER[2:3]), sender)
    assert (kinds([event]), event["data"]["q"]["qty"]) == ([kind], qty)
    # and whatever comes after the original outranks it, from when it is sent
    assert event["data"]["version"] == (1 if purpose == "00" else 2)
    assert event["time"] == (
        "2026-03-02T00:00:00Z" if purpose == "00" else "2026-03-02T14:05:00Z"
    )


def test_a_change_of_lines_and_a_blanket_order_are_no_orders() -> None:
    assert codes(order(beg="BEG*04*SA*P1**20260302")) == ["purpose"]
    assert codes(order(beg="BEG*00*BE*P1**20260302")) == ["blanket_order"]
    assert codes(order(beg="BEG*00*SA***20260302")) == ["missing"]
    assert codes(edifact(unh([BESTELLUNG[0].replace("+9", "+4"), *BESTELLUNG[1:]]))) == [
        "purpose"
    ]


def test_a_line_number_that_occurs_twice_is_refused_once() -> None:
    content = order(lines=("PO1*1*1*EA***VP*A", "PO1*01*2*EA***VP*B", "PO1**3*EA***VP*C"))
    assert codes(content) == ["", "repeated_line", ""]
    assert "line 1 stands twice in order P1" in refusals(content)[0]["reason"]


@pytest.mark.parametrize(
    ("po1", "price", "kept"),
    [
        ("PO1*1*10*EA*2.50**VP*A", "2.50", None),
        ("PO1*1*10*EA*2.50*PE*VP*A", "2.50", None),
        ("PO1*1*10*EA*250*HP*VP*A", "2.5", None),
        ("PO1*1*10*EA*2500*TP*VP*A", "2.5", None),
        ("PO1*1*10*CA*2.50*PE*VP*A", None, "2.50 PE"),
        ("PO1*1*10*EA***VP*A", None, None),
    ],
)
def test_a_price_is_that_of_one_unit_of_the_quantity(
    po1: str, price: str | None, kept: str | None
) -> None:
    (event,) = events(order(lines=(po1,)), Profile(currency="USD"))
    assert event["data"].get("price") == (price and {"amount": price, "currency": "USD"})
    assert event["data"]["ext"].get("price") == kept


def test_a_price_without_a_currency_is_kept_aside() -> None:
    (event, _) = events(order())
    assert "price" not in event["data"]
    assert event["data"]["ext"]["price"] == "2.50"


@pytest.mark.parametrize(
    ("pri", "price"),
    [("PRI+AAA:2,50", "2.50"), ("PRI+AAA:250:::100:PCE", "2.5"), ("PRI+AAB:3", "3"),
     ("PRI+AAA:2,50:::1:CT", None)],
)  # fmt: skip
def test_a_price_of_edifact_may_be_that_of_many(pri: str, price: str | None) -> None:
    lines = [*BESTELLUNG[:6], "PRI+AAB:9", pri, *BESTELLUNG[6:]]
    lines = lines if "AAA" in pri else [*BESTELLUNG[:6], pri, *BESTELLUNG[6:]]
    (event,) = events(edifact(unh(lines)), Profile(currency="EUR"))
    assert event["data"].get("price") == (price and {"amount": price, "currency": "EUR"})


def test_a_line_is_due_at_its_own_date_then_its_schedule_then_the_orders() -> None:
    head = ("DTM*002*20260401", "PO1*1*9*EA***VP*A", "PO1*2*9*EA***VP*B", "DTM*010*20260402")
    more = ("PO1*3*9*EA***VP*C", "SCH*4*EA***002*20260405", "SCH*5*EA***002*20260403")
    found = events(order(lines=head + more))
    assert [each["data"]["requested_date"] for each in found] == [
        "2026-04-01", "2026-04-02", "2026-04-03",
    ]  # fmt: skip


@pytest.mark.parametrize("bad", ["20260230", "2026", "soon", "20261301"])
def test_what_is_no_date_refuses_the_line(bad: str) -> None:
    content = order(lines=("PO1*1*9*EA***VP*A", f"DTM*002*{bad}", "PO1*2*9*EA***VP*B"))
    assert codes(content) == ["not_a_date", ""]
    assert refusals(content)[0]["field"] == "DTM02 (002)"
    assert codes(edifact(unh([*BESTELLUNG[:2], f"DTM+2:{bad}:102", *BESTELLUNG[2:]]))) == [
        "not_a_date"
    ]


def test_dates_that_nobody_asks_for_are_not_read() -> None:
    lines = ("DTM*999*whenever", *ORDER[2:4])
    assert codes(order(lines=lines)) == ["", ""]
    odd = [*BESTELLUNG[:2], "DTM+263:2026030120260331:718", *BESTELLUNG[2:]]
    assert codes(edifact(unh(odd))) == [""]


def test_an_order_without_a_date_is_of_the_time_of_its_envelope() -> None:
    (event, _) = events(order(beg="BEG*00*SA*P1"), parse("kind: edi\nzone: Europe/Berlin", "p"))
    assert event["time"] == event["recordedtime"] == "2026-03-02T13:05:00Z"
    undated = order(beg="BEG*00*SA*P1").replace(b"*260302*1405*U", b"*260399*1405*U")
    assert codes(undated) == ["no_date"]


def test_midnight_is_that_of_the_partners_zone() -> None:
    (event, _) = events(order(), parse("kind: edi\nzone: America/New_York", "p"))
    assert event["time"] == "2026-03-02T05:00:00Z"


@pytest.mark.parametrize(
    ("profile", "parties", "loc"),
    [
        ("kind: edi", "N1*ST*S*92*ST1", "ST1"),
        ("kind: edi", "N1*ST*S*92*ST1|N1*SF*D*92*DC1", "DC1"),
        ("kind: edi", "N1*ST*Store 7", "Store 7"),
        ("kind: edi\nlocations: {ST1: EAST}", "N1*ST*S*92*ST1|N1*SF*D*92*DC1", "EAST"),
        ("kind: edi\nlocation: MAIN", "N1*ST*S*92*ST1", "MAIN"),
        ("kind: edi\nlocation: MAIN\nlocations: {ST1: EAST}", "N1*ST*S*92*ST1", "EAST"),
        ("kind: edi\nlocation: MAIN", "N1*BY*B*92*B1", "MAIN"),
    ],
)
def test_the_location_is_ours_as_far_as_the_mapping_knows_it(
    profile: str, parties: str, loc: str
) -> None:
    content = x12(st([ORDER[0], *parties.split("|"), ORDER[2]]))
    (event,) = events(content, parse(profile, "p"))
    assert event["data"]["loc"] == loc


def test_without_any_place_a_line_is_refused_with_the_way_out() -> None:
    (refusal,) = refusals(x12(st([ORDER[0], ORDER[2]])))
    assert refusal["reason"].startswith("no_location: ")
    assert "say `location:` in the mapping" in refusal["reason"]


@pytest.mark.parametrize(
    ("profile", "us", "item"),
    [("", "", "V1"), ("", "us: [CUST]", "B1"), ("items: gtin", "", "0012345678905"),
     ("items: [gtin, buyer]", "us: [CUST]", "0012345678905"), ("items: buyer", "", "B1")],
)  # fmt: skip
def test_the_item_is_in_our_own_codes_unless_the_mapping_prefers_others(
    profile: str, us: str, item: str
) -> None:
    line = "PO1*1*9*EA***BP*B1*VP*V1*EN*0012345678905"
    found = events(order(lines=(line,)), parse(f"kind: edi\n{us}\n{profile}", "p"))
    assert found[0]["data"]["item"] == item


def test_a_line_without_an_item_is_refused() -> None:
    assert codes(order(lines=("PO1*1*9*EA", "PO1*2*9*EA***ZZ*X9"))) == ["no_item", ""]


@pytest.mark.parametrize("table", [X12, EDIFACT])
def test_every_unit_becomes_one_that_events_know(table: dict[str, str]) -> None:
    assert [code for code in table.values() if not units.is_known(code)] == []


def test_a_case_of_x12_is_a_case_and_a_can_of_edifact_a_can() -> None:
    assert events(order())[1]["data"]["q"] == {"qty": "4", "uom": "CS"}
    lines = [each.replace("PCE", "CA") for each in BESTELLUNG]
    assert events(edifact(unh(lines)))[0]["data"]["q"]["uom"] == "CA"


def test_an_unknown_unit_is_refused_and_the_mapping_can_say_what_it_is() -> None:
    content = order(lines=("PO1*1*9*XQ***VP*A",))
    (refusal,) = refusals(content)
    assert refusal["field"] == "PO103"
    assert "such as `units: {XQ: EA}`" in refusal["reason"]
    (event,) = events(content, parse("kind: edi\nunits: {XQ: BX}", "p"))
    assert event["data"]["q"]["uom"] == "BX"


def test_edifact_means_pieces_where_it_names_no_unit() -> None:
    lines = [each.replace(":PCE", "") for each in BESTELLUNG]
    assert events(edifact(unh(lines)))[0]["data"]["q"]["uom"] == "EA"
    odd = [each.replace("PCE", "KARTON") for each in BESTELLUNG]
    assert codes(edifact(unh(odd))) == ["unknown_unit"]


def test_each_answer_to_a_line_is_an_event() -> None:
    content = answer(
        "PO1*1*100*EA***BP*A", "ACK*IA*60*EA*067*20260320", "ACK*IB*40*EA*067*20260410",
    )  # fmt: skip
    first, second = events(content)
    assert (first["data"]["q"]["qty"], first["data"]["status"]) == ("60", "accept")
    assert (second["data"]["q"]["qty"], second["data"]["status"]) == ("40", "change")
    assert second["data"]["confirmed_date"] == "2026-04-10"
    assert first["id"] != second["id"]


@pytest.mark.parametrize(
    ("answered", "code"), [("AD", "accept"), ("RJ", "reject"), ("AC", None), ("", None)]
)
def test_a_line_without_an_answer_takes_that_of_the_order(
    answered: str, code: str | None
) -> None:
    content = answer("PO1*1*100*EA***BP*A", bak=f"BAK*00*{answered}*PO9*20260303")
    if code is None:
        assert codes(content) == ["no_answer"]
    else:
        (event,) = events(content)
        assert event["data"]["status"] == code
        assert event["data"]["q"]["qty"] == ("0" if code == "reject" else "100")


def test_an_answer_that_nobody_knows_is_refused() -> None:
    assert codes(answer("PO1*1*1*EA***BP*A", "ACK*QQ*1*EA")) == ["unknown_code"]


def test_our_own_answer_to_a_customer_is_a_promise_or_a_backorder() -> None:
    content = answer(
        "PO1*1*100*EA***VP*A", "ACK*IA*60*EA*067*20260320", "ACK*IB*40*EA",
        "PO1*2*5*EA***VP*B", "ACK*IR*5*EA",
    )  # fmt: skip
    assert codes(content, US) == ["", "no_event"]
    promised, waiting = events(
        answer("PO1*1*100*EA***VP*A", "ACK*IA*60*EA*067*20260320", "ACK*IB*40*EA"), US
    )
    assert kinds([promised, waiting]) == ["demand.line_promised", "demand.line_backordered"]
    assert promised["data"]["promise_date"] == "2026-03-20"
    assert (promised["data"]["order_line"], waiting["data"]["reason"]) == ("PO9/1", "IB")


def test_a_shipped_line_finds_its_order_line_wherever_it_is_named() -> None:
    content = notice(
        "HL*3*2*I", "LIN*0010*BP*A", "SN1**1*EA",
        "HL*4*2*I", "LIN**BP*B*PL*20", "SN1**1*EA",
        "HL*5*2*I", "LIN*7*BP*C", "SN1**1*EA", "REF*PO*30",
        "HL*6*2*I", "LIN**BP*D", "SN1*40*1*EA",
        "HL*7*2*I", "LIN**BP*E", "SN1**1*EA",
    )  # fmt: skip
    assert codes(content) == ["", "", "", "", "no_order_line"]


def test_the_nearest_level_of_the_tree_explains_an_item() -> None:
    # given two orders in one shipment, one with a place and a date of its own
    content = x12(st([
        "BSN*00*S1*20260317", "HL*1**S", "N1*ST*E*92*EAST", "DTM*017*20260320",
        "HL*2*1*O", "PRF*PO1", "HL*3*2*I", "LIN*1*BP*A", "SN1**1*EA",
        "HL*4*1*O", "PRF*PO2", "N1*ST*W*92*WEST", "DTM*017*20260322",
        "HL*5*4*P", "MAN*GM*00106141410000000011", "HL*6*5*I", "LIN*1*BP*A", "SN1**2*EA",
        "CTT*6",
    ], kind="856"))  # fmt: skip
    found = [each["data"] for each in events(content)]
    assert [(each["po_line"], each["loc"], each["eta"][:10]) for each in found] == [
        ("PO1/1", "EAST", "2026-03-20"), ("PO2/1", "WEST", "2026-03-22"),
    ]  # fmt: skip
    assert found[1]["ext"]["package"] == "00106141410000000011"


def test_a_broken_tree_refuses_the_items_that_hang_nowhere() -> None:
    content = notice(
        "HL*3*9*I", "LIN*1*BP*A", "SN1**1*EA", "HL*4*2*I", "LIN*2*BP*A", "SN1**1*EA",
        "HL*4*2*I", "LIN*3*BP*A", "SN1**1*EA",
    )  # fmt: skip
    assert codes(content) == ["bad_hierarchy", "", "bad_hierarchy"]
    assert codes(notice("HL*3*3*P", "HL*4*3*I", "LIN*2*BP*A", "SN1**1*EA")) == ["bad_hierarchy"]


def test_a_notice_that_no_event_can_tell_is_refused() -> None:
    item = ("HL*3*2*I", "LIN*1*BP*A", "SN1**1*EA")
    assert codes(notice(*item, bsn="BSN*01*S1*20260317")) == ["purpose"]
    assert codes(notice(*item), US) == ["sent_by_us"]
    assert codes(notice("HL*3*2*I", "LIN*1*BP*A")) == ["not_a_decimal"]
    orphan = x12(st(["BSN*00*S1*20260317", "HL*1**S", "N1*ST*E*92*E", "HL*2*1*I",
                     "LIN*1*BP*A", "SN1**1*EA"], kind="856"))  # fmt: skip
    assert codes(orphan) == ["no_order"]


def test_lines_of_despatch_that_count_anew_in_each_package_stay_apart() -> None:
    line = ["LIN+1++4012345000016:SRV", "QTY+12:5:PCE", "RFF+ON:PO9:10"]
    content = edifact(
        unh(
            ["BGM+351+A1+9", "NAD+DP+EAST::9", "CPS+1", "CPS+2+1", *line, "CPS+3+1", *line],
            kind="DESADV",
        )
    )
    found = [each["data"] for each in events(content)]
    assert [(each["asn_line"], each["po_line"]) for each in found] == [
        ("A1/1", "PO9/10"), ("A1/1.2", "PO9/10"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "stated"), [("[CUST]", None), ("true", None), ("[OTHER]", False), ("no", False)]
)
def test_stock_of_somebody_who_is_no_authority_is_a_statement(
    profile: str,
    stated: bool | None,  # noqa: FBT001 - what data.authoritative says
) -> None:
    content = report("LIN*1*BP*A", "QTY*17*12*EA")
    (event,) = events(content, parse(f"kind: edi\nauthoritative: {profile}", "p"))
    assert (kinds([event]), event["data"]["q"]["qty"]) == (["inventory.counted"], "12")
    assert event["data"].get("authoritative") is stated


def test_a_statement_and_the_count_that_a_mapping_makes_of_it_are_two_events() -> None:
    content = report("LIN*1*BP*A", "QTY*17*12*EA")
    (stated,), (again,) = events(content), events(content)
    (counted,) = events(content, TRUSTED)
    assert stated["id"] == again["id"] != counted["id"]


def test_stock_of_a_day_is_that_of_its_end_but_not_of_later_than_it_was_sent() -> None:
    line = ("LIN*1*BP*A", "QTY*17*12*EA")
    before = x12(st(["BIA*00*SI*R1*20260228", "N1*WH*E*92*E", *line], kind="846"))
    same = x12(st(["BIA*00*SI*R1*20260302", "N1*WH*E*92*E", *line], kind="846"))
    exact = x12(st(["BIA*00*SI*R1*20260302*0930", "N1*WH*E*92*E", *line], kind="846"))
    found = [events(each, TRUSTED)[0]["time"] for each in (before, same, exact)]
    assert found == ["2026-02-28T23:59:59Z", "2026-03-02T14:05:00Z", "2026-03-02T09:30:00Z"]


def test_only_what_is_on_hand_is_counted_and_the_rest_is_kept() -> None:
    content = report("LIN*1*BP*A", "QTY*33*9*EA", "LIN*2*BP*B", "QTY*17*12*EA", "QTY*33*9*EA")
    assert codes(content, TRUSTED) == ["not_on_hand", ""]
    assert "it has 33" in refusals(content, TRUSTED)[0]["reason"]
    inquiry = x12(st(["BIA*00*IQ*R1*20260306", "LIN*1*BP*A"], kind="846"))
    assert codes(inquiry, TRUSTED) == ["no_event"]


def test_a_place_that_is_counted_twice_in_a_line_is_refused() -> None:
    lines = ["BGM+35+R1+9", "NAD+WH+EAST::9", "LIN+1++4012345000016:SRV", "QTY+145:5:PCE",
             "QTY+145:6:PCE", "LIN+2++4012345000023:SRV", "LOC+18+W1",
             "QTY+145:6:PCE"]  # fmt: skip
    content = edifact(unh(lines, kind="INVRPT"))
    assert codes(content, TRUSTED) == ["repeated_line", ""]


def test_what_a_customer_holds_is_no_sale() -> None:
    head = ["BPT*00*R*20260308", "PTD*SS"]
    content = x12(
        st([*head, "QTY*17*5*EA", "LIN**VP*A", "QTY*32*5*EA", "LIN**VP*A"], kind="867")
    )
    assert codes(content) == ["no_event", ""]
    assert codes(content, US) == ["sent_by_us"]


@pytest.mark.parametrize(
    ("kind", "header", "line"),
    [
        ("855", "BAK*00*AC**20260303", ["PO1*1*1*EA***BP*A"]),
        ("856", "BSN*00**20260317", ["HL*1**S"]),
        ("846", "BIA*00*SI**20260306", ["LIN*1*BP*A"]),
    ],
)
def test_a_document_without_its_number_is_refused(
    kind: str, header: str, line: list[str]
) -> None:
    assert codes(x12(st([header, *line], kind=kind)), TRUSTED) == ["missing"]


@pytest.mark.parametrize("kind", ["ORDERS", "DESADV", "INVRPT"])
def test_a_message_without_its_number_is_refused(kind: str) -> None:
    content = edifact(unh(["BGM+1++9", "LIN+1++4012345000016:SRV", "QTY+145:1"], kind=kind))
    assert codes(content, TRUSTED) == ["missing"]
    assert refusals(content)[0]["field"] == "BGM 1004"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["QTY+48:10:PCE"], "no_quantity"),
        (["QTY+21:10:PCE", "PRI+AAA:5:::0:PCE"], "not_a_decimal"),
        (["QTY+21:10:PCE", "PRI+AAA:5:::1:XYZ"], "unknown_unit"),
        (["QTY+21:10:PCE", "DTM+2:202611:610"], "not_a_date"),
        (["QTY+21:10:PCE", "DTM+2:202603102460:203"], "not_a_date"),
    ],
)
def test_a_line_of_a_message_that_cannot_be_explained_is_refused_alone(
    lines: list[str], code: str
) -> None:
    good = ["LIN+2++4012345000023:SRV", "QTY+21:1:PCE"]
    content = edifact(unh([*BESTELLUNG[:5], *lines, *good, "UNS+S"]))
    assert codes(content) == [code, ""]


def test_a_report_of_what_is_not_on_hand_is_refused() -> None:
    lines = ["BGM+35+R1+9", "NAD+WH+EAST::9", "LIN+1++4012345000016:SRV", "QTY+21:5:PCE",
             "LIN+2++4012345000016:SRV"]  # fmt: skip
    content = edifact(unh(lines, kind="INVRPT"))
    assert codes(content, TRUSTED) == ["not_on_hand", "not_on_hand"]
    ends = [each["reason"].rpartition("it has ")[2] for each in refusals(content, TRUSTED)]
    assert ends == ["21", "none"]


def test_the_orders_line_may_stand_in_a_reference_of_its_own() -> None:
    lines = ["BGM+351+A1+9", "NAD+DP+EAST::9", "RFF+ON:PO9", "CPS+1",
             "LIN+1++4012345000016:SRV", "QTY+12:5:PCE", "RFF+LI:00070",
             "LIN+2++4012345000016:SRV", "QTY+12:5:PCE"]  # fmt: skip
    found = events(edifact(unh(lines, kind="DESADV")))
    assert [each["data"]["po_line"] for each in found] == ["PO9/70", "PO9/2"]


@pytest.mark.parametrize(
    ("stated", "eta"),
    [
        ("20260320*0930", "2026-03-20T14:30:00Z"),
        ("20260320*093015", "2026-03-20T14:30:15Z"),
        ("20260320*09301599", "2026-03-20T14:30:15Z"),
        ("260320", "2026-03-20T05:00:00Z"),
        ("20260320*0930*UT", "2026-03-20T09:30:00Z"),
        ("20260320*0930*PS", "2026-03-20T17:30:00Z"),
        ("20260320*0930*LT", "2026-03-20T14:30:00Z"),
    ],
)
def test_a_time_is_in_the_zone_that_it_names_else_in_the_partners(
    stated: str, eta: str
) -> None:
    content = notice(f"DTM*017*{stated}", "HL*3*2*I", "LIN*1*BP*A", "SN1**1*EA")
    (event,) = events(content, parse("kind: edi\nzone: America/Chicago", "p"))
    assert event["data"]["eta"] == eta


def test_what_is_no_time_of_day_refuses_the_line() -> None:
    content = notice("DTM*017*20260320*25", "HL*3*2*I", "LIN*1*BP*A", "SN1**1*EA")
    assert codes(content) == ["not_a_date"]

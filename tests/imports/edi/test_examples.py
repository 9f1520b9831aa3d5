# SPDX-License-Identifier: AGPL-3.0-or-later
"""The examples of the documents give the events that were worked out by hand."""

from pathlib import Path
from typing import Any

import pytest

from sightline.imports.edi.documents import DOCUMENTS
from sightline.imports.edi.profile import load
from tests.imports.edi.making import events

FOLDER = Path(__file__).parents[3] / "docs" / "examples" / "edi"
Event = tuple[str, str, dict[str, Any]]


def q(qty: str, uom: str) -> dict[str, str]:
    return {"qty": qty, "uom": uom}


def usd(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "USD"}


def eur(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


ORDERED = {
    "loc": "EAST", "order": "HP-77120", "customer": "C-4410", "channel": "edi",
    "contract": "FRAME-26", "version": 1, "requested_date": "2026-03-09",
}  # fmt: skip
BOUGHT = {"loc": "EAST", "po": "4500012345", "supplier": "S-17"}
PO_10 = BOUGHT | {
    "item": "LAMP-OAK", "po_line": "4500012345/10", "q": q("120", "EA"), "version": 1,
    "price": usd("9.4"), "need_date": "2026-03-20",
}  # fmt: skip
PO_20 = BOUGHT | {
    "item": "CANDLE-12", "po_line": "4500012345/20", "q": q("40", "CS"), "version": 1,
    "price": usd("51"), "need_date": "2026-03-20",
}  # fmt: skip
RELEASED = {"release_time": "2026-03-03T12:30:00Z"}
SHIPPED = BOUGHT | {
    "shipment": "SHP-90871", "ship_date": "2026-03-17", "eta": "2026-03-20T04:00:00Z",
    "carrier": "RDWY", "tracking": "1Z77100042",
}  # fmt: skip
COUNTED = {"loc": "EAST", "count_id": "NDK-20260306", "counter": "NORTHDOCK"}
NORDBROT = {
    "loc": "HAM", "order": "NB-10077", "customer": "Nordbrot", "channel": "edi",
    "contract": "RAHMEN-26", "version": 1, "requested_date": "2026-03-10",
}  # fmt: skip
SALINE = {
    "loc": "HAM", "po": "4500077001", "supplier": "Saline", "shipment": "LS-60021",
    "ship_date": "2026-03-18", "eta": "2026-03-20T08:00:00Z", "carrier": "DSV",
    "tracking": "CMR-77451",
}  # fmt: skip
LAGER = {"count_id": "LAG-20260306", "counter": "4077777000004"}

PLACED, CREATED, PUT_OUT = "demand.line_placed", "supply.po_created", "supply.po_released"
ACKNOWLEDGED, ASN, COUNT = "supply.po_acknowledged", "supply.asn", "inventory.counted"
SIGNAL = "demand.signal"
MIDNIGHT_2, MIDNIGHT_4 = "2026-03-02T05:00:00Z", "2026-03-04T05:00:00Z"

EXPECTED: dict[str, list[Event]] = {
    "850_order.edi": [
        (PLACED, MIDNIGHT_2, ORDERED | {"item": "LAMP-OAK", "order_line": "HP-77120/1",
         "q": q("24", "EA"), "price": usd("18.75")}),
        (PLACED, MIDNIGHT_2, ORDERED | {"item": "CANDLE-12", "order_line": "HP-77120/2",
         "q": q("6", "CS"), "price": usd("84")}),
        (PLACED, MIDNIGHT_2, ORDERED | {"item": "WAX-BULK", "order_line": "HP-77120/3",
         "q": q("2.5", "LBR"), "price": usd("7.20"), "requested_date": "2026-03-16"}),
        (PLACED, MIDNIGHT_2, ORDERED | {"item": "CLIP-S", "order_line": "HP-77120/4",
         "q": q("300", "EA"), "price": usd("0.045")}),
    ],
    "850_order_sent.edi": [
        (CREATED, "2026-03-03T05:00:00Z", PO_10),
        (PUT_OUT, "2026-03-03T12:30:00Z", PO_10 | RELEASED),
        (CREATED, "2026-03-03T05:00:00Z", PO_20),
        (PUT_OUT, "2026-03-03T12:30:00Z", PO_20 | RELEASED),
    ],
    "855_acknowledgement.edi": [
        (ACKNOWLEDGED, MIDNIGHT_4, BOUGHT | {"item": "LAMP-OAK", "po_line": "4500012345/10",
         "q": q("120", "EA"), "status": "accept", "confirmed_date": "2026-03-20",
         "reason_code": "IA"}),
        (ACKNOWLEDGED, MIDNIGHT_4, BOUGHT | {"item": "CANDLE-12", "po_line": "4500012345/20",
         "q": q("30", "CS"), "status": "change", "confirmed_date": "2026-03-27",
         "reason_code": "IQ"}),
        (ACKNOWLEDGED, MIDNIGHT_4, BOUGHT | {"item": "WICK-9", "po_line": "4500012345/30",
         "q": q("0", "EA"), "status": "reject", "reason_code": "IR"}),
    ],
    "856_ship_notice.edi": [
        (ASN, "2026-03-17T22:15:00Z", SHIPPED | {"item": "LAMP-OAK", "q": q("120", "EA"),
         "po_line": "4500012345/10", "asn_line": "SHP-90871/4"}),
        (ASN, "2026-03-17T22:15:00Z", SHIPPED | {"item": "CANDLE-12", "q": q("30", "CS"),
         "po_line": "4500012345/20", "asn_line": "SHP-90871/5"}),
    ],
    "846_inventory.edi": [
        (COUNT, "2026-03-07T04:00:00Z", COUNTED | {"item": "LAMP-OAK", "q": q("212", "EA")}),
        (COUNT, "2026-03-07T04:00:00Z", COUNTED | {"item": "CANDLE-12", "q": q("0", "CS")}),
        (COUNT, "2026-03-07T04:00:00Z", COUNTED | {"item": "WAX-BULK",
         "q": q("140.25", "LBR")}),
    ],
    "867_resale.edi": [
        (SIGNAL, "2026-03-07T05:00:00Z",
         {"metric": "pos", "value": 17.0, "item": "LAMP-OAK", "customer": "C-4410"}),
        (SIGNAL, "2026-03-07T05:00:00Z",
         {"metric": "pos", "value": -2.0, "item": "LAMP-OAK", "customer": "C-4410"}),
        (SIGNAL, "2026-03-05T05:00:00Z",
         {"metric": "pos", "value": 4.0, "item": "CANDLE-12", "customer": "C-4410"}),
    ],
    "orders.edi": [
        (PLACED, "2026-03-01T23:00:00Z", NORDBROT | {"item": "MEHL-550",
         "order_line": "NB-10077/1", "q": q("12.5", "KGM"), "price": eur("1.24")}),
        (PLACED, "2026-03-01T23:00:00Z", NORDBROT | {"item": "FOLIE+L",
         "order_line": "NB-10077/2", "q": q("40", "EA"), "price": eur("1.25")}),
        (PLACED, "2026-03-01T23:00:00Z", NORDBROT | {"item": "4012345000030",
         "order_line": "NB-10077/3", "q": q("6", "CT"), "requested_date": "2026-03-17"}),
    ],
    "desadv.edi": [
        (ASN, "2026-03-18T15:30:00Z", SALINE | {"item": "MEHL-550", "q": q("480", "KGM"),
         "po_line": "4500077001/10", "asn_line": "LS-60021/1"}),
        (ASN, "2026-03-18T15:30:00Z", SALINE | {"item": "SALZ-J", "q": q("36", "CT"),
         "po_line": "4500077001/20", "asn_line": "LS-60021/2"}),
    ],
    "invrpt.edi": [
        (COUNT, "2026-03-06T21:00:00Z", LAGER | {"item": "MEHL-550", "loc": "HAM",
         "q": q("1250.5", "KGM")}),
        (COUNT, "2026-03-06T21:00:00Z", LAGER | {"item": "FOLIE-L", "loc": "HAM",
         "q": q("88", "EA")}),
        (COUNT, "2026-03-06T21:00:00Z", LAGER | {"item": "FOLIE-L", "loc": "HAM-OUTER",
         "q": q("12", "EA")}),
    ],
}  # fmt: skip


def profile_of(name: str) -> str:
    return str(FOLDER / ("partner.yaml" if name[0].isdigit() else "partner_europe.yaml"))


@pytest.mark.parametrize("name", EXPECTED)
def test_each_example_gives_the_events_worked_out_by_hand(name: str) -> None:
    found = events((FOLDER / name).read_bytes(), load(profile_of(name)))
    told = [
        (
            event["type"].removeprefix("io.sightline.").removesuffix(".v1"),
            event["time"],
            {key: value for key, value in event["data"].items() if key not in {"ext", "doc"}},
        )
        for event in found
    ]
    assert told == EXPECTED[name]


def test_there_is_an_example_of_every_document_and_every_example_is_tested() -> None:
    texts = [path.read_text("latin-1") for path in FOLDER.glob("*.edi")]
    assert {path.name for path in FOLDER.glob("*.edi")} == set(EXPECTED)
    for kind in DOCUMENTS:
        assert any(f"ST*{kind}*" in text or f"+{kind}:" in text for text in texts)


def test_an_event_says_where_it_comes_from_and_keeps_what_has_no_field() -> None:
    (first, *_) = events(
        (FOLDER / "850_order.edi").read_bytes(), load(profile_of("850_order.edi"))
    )
    assert first["source"] == "edi://HARBORPINE"
    assert first["recordedtime"] == "2026-03-02T19:05:00Z"
    assert first["partitionkey"] == "LAMP-OAK"
    assert first["sequence"] == "202603021405-00000000001041-000001-000001-0"
    assert first["data"]["doc"] == {"type": "850", "id": "HP-77120", "line": "1", "version": 1}
    assert first["data"]["ext"] == {
        "items": {"BP": "88-1200", "VP": "LAMP-OAK", "UP": "614141000012"},
        "ship_to": "HP-STORE-12",
        "interchange": "000001041",
        "set": "0001",
    }

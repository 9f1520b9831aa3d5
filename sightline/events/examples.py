# SPDX-License-Identifier: AGPL-3.0-or-later
"""One plausible event of every type, made from what the catalogue says of its fields."""

from typing import Any

from msgspec import inspect
from msgspec.structs import fields

from sightline.events.blocks import Data, Quantity
from sightline.events.event_type import EventType
from sightline.events.explain import options

DEMAND_LINE_PLACED = 13  # its example shows a conversion
SAMPLES: dict[str, Any] = {
    "activity": "Approve order",
    "amount": "7200.00",
    "approver_role": "buyer_lead",
    "asn_line": "ASN7-1",
    "attributes": {"value": 720},
    "bucket_len": 7,
    "bucket_start": "2026-03-09",
    "cancel_until": "2026-03-04",
    "carrier": "CR1",
    "case": "PO7",
    "channel": "b2b",
    "confirmed_date": "2026-03-10",
    "count_id": "C9",
    "counter": "K1",
    "currency": "EUR",
    "customer": "CU1",
    "date": "2026-03-10",
    "drivers": [{"name": "due", "value": 120}],
    "entity": "item",
    "eta": "2026-03-05T14:00:00Z",
    "evidence": ["ev-1"],
    "exc_id": "EXC1",
    "executed_doc": "PO7",
    "expected_uplift": 1.4,
    "feed": "erp://plant",
    "fields": {"description": "Bolt M8", "base_uom": "EA"},
    "from": "2026-03-09",
    "item": "A100",
    "items": ["A100", "B200"],
    "key": "A100",
    "kind": "stock_out",
    "lines": ["SO1-1", "SO1-2"],
    "loc": "DC1",
    "from_loc": "DC1",
    "to_loc": "DC2",
    "metric": "alert_rate",
    "model": "demand",
    "money": {"amount": "480.00", "currency": "EUR"},
    "need_by": "2026-03-04",
    "need_date": "2026-03-09",
    "op": "create_order",
    "opened": "2026-03-02T06:00:00Z",
    "order": "SO1",
    "order_line": "SO1-1",
    "po": "PO7",
    "po_line": "PO7-1",
    "policy_rank": 1,
    "process": "purchasing",
    "promise_date": "2026-03-06",
    "promotion": "SPRING",
    "rationale": ["below reorder point"],
    "reason": "ENTERED_TWICE",
    "rec_id": "REC1",
    "release_time": "2026-03-02T08:00:00Z",
    "request_id": "APR1",
    "requested_date": "2026-03-05",
    "resolution_code": "received",
    "resource": "P17",
    "reverses": "ev-0",
    "rule": "due_exceeds_available",
    "service": "order-api",
    "severity": "high",
    "ship_date": "2026-03-02",
    "shipment": "SH1",
    "sla_due": "2026-03-03T12:00:00Z",
    "start": "2026-03-02T06:40:00Z",
    "state": "open",
    "step": 1,
    "supplier": "S1",
    "to": "2026-03-15",
    "transfer": "T1",
    "transfer_line": "T1-1",
    "valid_from": "2026-03-02",
    "value": 3.5,
    "watermark": "2026-03-02T06:55:00Z",
    "wave": "W1",
}
"""Field on the wire → a value for it; fields without one are left out unless required."""

UNUSUAL = {"final", "closed_short", "emergency", "expedite", "short_q", "to_loc"}
COMMON = {field.encode_name for field in fields(Data)}
PIECES = {"qty": "12", "uom": "EA"}
DOZENS = {"qty": "1", "uom": "DZN", "base_qty": "12", "base_uom": "EA"} | {
    "conv_num": 12,
    "conv_den": 1,
    "conv_src": "doc",
}
PRICE = {"amount": "10.00", "currency": "EUR"}


def example(kind: EventType) -> dict[str, Any]:
    """Return one event of type `kind`, as a CloudEvent that decodes without a fault."""
    info = inspect.type_info(kind.struct)
    assert isinstance(info, inspect.StructType)  # noqa: S101  by the type of kind.struct
    data = {
        field.encode_name: value
        for field in info.fields
        if (value := _value(kind, field)) is not None
    }
    envelope = {
        "specversion": "1.0",
        "id": f"example-{kind.number:02d}",
        "source": "erp://plant",
        "type": kind.full,
        "time": "2026-03-02T07:00:00Z",
        "recordedtime": "2026-03-02T07:00:30Z",
        "sequence": f"{kind.number:06d}",
    }
    key = {"partitionkey": data["item"]} if "item" in data else {}
    return envelope | key | {"data": data}


def _value(kind: EventType, field: inspect.Field) -> Any:
    """Return a value for the field, None to leave it out."""
    name = field.encode_name
    if not field.required and (name in COMMON or name in UNUSUAL):
        return None
    inner = options(field.type)
    for one in inner:
        if isinstance(one, inspect.LiteralType):
            return one.values[0]
        if isinstance(one, inspect.StructType) and one.cls is Quantity:
            return DOZENS if kind.number == DEMAND_LINE_PLACED else PIECES
    if name in SAMPLES:
        return SAMPLES[name]
    return PRICE if any(isinstance(one, inspect.StructType) for one in inner) else None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events in a sentence each, for people who have never seen one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dashboard import wording

KINDS: dict[str, str] = {
    "demand.line_placed": "ordered by a customer",
    "demand.line_promised": "promised to a customer",
    "inventory.adjusted": "corrected",
    "inventory.counted": "counted",
    "inventory.hold_changed": "put on hold",
    "inventory.issue": "used up",
    "inventory.receipt": "received",
    "inventory.returned": "returned by a customer",
    "inventory.shipment": "shipped to a customer",
    "master.record_changed": "master data",
    "process.activity": "step of a process",
    "supply.po_acknowledged": "confirmed by a supplier",
    "supply.po_created": "planned to be bought",
    "supply.po_released": "ordered from a supplier",
    "supply.asn": "announced by a supplier",
    "transfer.received": "arrived from another location",
    "transfer.shipped": "sent to another location",
}
"""Short event type → what people call it."""
ISSUES = {"scrap": "scrapped", "gift": "given away", "sample": "given as a sample"}


def kind(short: str) -> str:
    """Return what the event type `short` is called.

    >>> kind("inventory.counted"), kind("workflow.wave")
    ('counted', 'workflow.wave')
    """
    return KINDS.get(short, short)


def sentence(event: Mapping[str, Any]) -> tuple[str, str]:
    """Return when a CloudEvent happened and what it says."""
    data = event["data"]
    short = str(event["type"]).removeprefix("io.sightline.").removesuffix(".v1")
    moment = datetime.fromisoformat(event["time"])
    when = f"{wording.day(moment)}, {moment:%H:%M}"
    said = _SAYING.get(short.partition(".")[0], _plain)(short, data)
    return when, said


def _quantity(short: str, data: Mapping[str, Any]) -> str:
    what = ISSUES.get(data.get("purpose", ""), kind(short))
    if data.get("authoritative") is False:
        what = "stated by another system"
    amount = data.get("q") or {}
    units = f"{amount.get('qty', '')} {amount.get('uom', '')} of ".lstrip()
    where = f" at {data['loc']}" if data.get("loc") else ""
    if data.get("from_loc"):
        where = f" from {data['from_loc']} to {data.get('to_loc', '?')}"
    return f"{units}{data.get('item', '?')}{where} {what}"


def _step(_: str, data: Mapping[str, Any]) -> str:
    who = f" by {data['resource']['id']}" if isinstance(data.get("resource"), dict) else ""
    return f"{data.get('activity', '?')} in case {data.get('case', '?')}{who}"


def _record(_: str, data: Mapping[str, Any]) -> str:
    told = ", ".join(f"{name} {value}" for name, value in (data.get("fields") or {}).items())
    return f"{data.get('entity', 'record')} {data.get('key', '?')}: {told}"


def _plain(short: str, data: Mapping[str, Any]) -> str:
    return f"{kind(short)} {data.get('item', '')}".strip()


_SAYING = {
    "inventory": _quantity,
    "demand": _quantity,
    "supply": _quantity,
    "transfer": _quantity,
    "process": _step,
    "master": _record,
}

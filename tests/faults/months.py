# SPDX-License-Identifier: AGPL-3.0-or-later
"""Four months of one small business, with the troubles that real feeds have."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from tests.strategies.clouds import Cloud, cloud

DAYS = 120
FACTORS = {"K1": (12, 10), "K2": (6, 6, 8), "K3": (24,)}  # pieces in a case, as told in turn
UNKNOWN = "K4"  # kept in pieces, comes in cases, and nobody ever says how many
LATE, REPEATED, CONTRADICTED, POISONED = 0.01, 0.02, 0.005, 0.005


def _issue(name: bytes, time: bytes, qty: bytes) -> bytes:
    return (
        b'{"specversion":"1.0","id":"%b","source":"erp://a","time":"%b",'
        b'"type":"io.sightline.inventory.issue.v1",'
        b'"data":{"item":"I1","loc":"DC1","q":{"qty":"%b","uom":"EA"}}}' % (name, time, qty)
    )


LOCS = ("DC1", "DC2", "DC3")
BAD = (
    b"{not json",
    b"\xff\xfe\x00 not text either",
    b'{"specversion":"1.0","id":"x","source":"erp://a","type":"io.sightline.no.such.v9"}',
    _issue(b"y", b"2026-03-09T06:00:00Z", b"-3"),
    _issue(b"z", b"yesterday", b"3"),
)


def business(count: int, *, seed: int) -> list[Cloud]:
    """Return about `count` events of `DAYS` days in the order in which they arrive.

    One in fifty comes twice, one in two hundred again with another content; neighbours are
    out of order, and one in a hundred comes ten to twenty days after it happened.
    """
    chance = Random(seed)  # noqa: S311 - a repeatable world, not a secret
    events: list[Cloud] = []
    records = _records()
    while len(events) < count:
        share = len(events) / count
        minute = share * DAYS * 24 * 60 + chance.uniform(0, 600)
        if records and share >= records[0][0]:
            events.append(records.pop(0)[1])
        events += _episode(chance, f"{len(events)}", minute)
    kept_in_pieces = _record(UNKNOWN, 0, "item", UNKNOWN, base_uom="EA")
    return [kept_in_pieces, *_as_sent(chance, events)]


def counted(event: Cloud) -> Cloud | None:
    """Return `event` with its cases as pieces, as the last record has it; None if none does."""
    block = event["data"].get("q", {})
    if block.get("uom") != "CS":
        return event
    if event["data"]["item"] == UNKNOWN:
        return None
    pieces = int(block["qty"]) * FACTORS[event["data"]["item"]][-1]
    both = block | {"base_qty": str(pieces), "base_uom": "EA"}
    return event | {"data": event["data"] | {"q": both}}


def _records() -> list[tuple[float, Cloud]]:
    """Return what is said of cases, each behind its share of all events: rarely at first."""
    items = [
        (0.02 * number, _record(item, 0, "item", item, base_uom="EA"))
        for number, item in enumerate(FACTORS)
    ]
    factors = [
        (0.3 + 0.2 * turn + 0.05 * number, _factor(item, turn, num))
        for number, (item, told) in enumerate(FACTORS.items())
        for turn, num in enumerate(told)
    ]
    return sorted(items + factors, key=lambda each: each[0])


def _factor(item: str, turn: int, num: int) -> Cloud:
    return _record(
        f"{item}/CS", turn, "item_uom", f"{item}/CS", item=item, uom="CS", num=num, den=1
    )


def _record(name: str, version: int, entity: str, key: str, **fields: Any) -> Cloud:
    """Return a master record that holds for all times."""
    return cloud(
        "master.record_changed",
        id=f"{name}-{version}",
        entity=entity,
        key=key,
        valid_from="1970-01-01",
        version=version + 1,
        fields=fields,
    )


def lines(clouds: list[Cloud], *, seed: int) -> list[bytes]:
    """Return `clouds` as NDJSON lines with a bad line now and then."""
    chance = Random(seed)  # noqa: S311 - a repeatable world, not a secret
    return [line for each in clouds for line in _with_noise(chance, each)]


def _as_sent(chance: Random, events: list[Cloud]) -> list[Cloud]:
    """Return `events` in another order, some of them more than once."""
    day = len(events) / DAYS
    arrivals: list[tuple[float, Cloud]] = []
    for number, event in enumerate(events):
        at = number + chance.uniform(0, 20)
        if chance.random() < LATE:
            at += chance.uniform(10, 20) * day
        arrivals.append((at, event))
        if chance.random() < REPEATED:
            arrivals.append((at + chance.expovariate(1 / 400), event))
        if chance.random() < CONTRADICTED and not _is_about_cases(event):
            arrivals.append((at + chance.expovariate(1 / 400), _contradicted(event)))
    return [event for _, event in sorted(arrivals, key=lambda each: each[0])]


def _with_noise(chance: Random, each: Cloud) -> Iterator[bytes]:
    if chance.random() < POISONED:
        yield chance.choice(BAD)
    yield json.dumps(each).encode()


def _is_about_cases(event: Cloud) -> bool:
    """Tell whether `event` is a record or waits for one: it would be refused another way."""
    return "entity" in event["data"] or event["data"].get("q", {}).get("uom") == "CS"


def _contradicted(event: Cloud) -> Cloud:
    return event | {"data": event["data"] | {"reason_code": "CHANGED"}}


def _episode(chance: Random, name: str, minute: float) -> list[Cloud]:
    """Return what happens next: an order, a delivery, a transfer, a count, cases…"""
    item, loc = f"I{chance.randint(1, 40)}", chance.choice(LOCS)
    tell = (_order, _order, _order, _delivery, _delivery, _transfer, _count, _approval, _cases)
    return chance.choice(tell)(chance, name, minute, item, loc)


def _order(chance: Random, name: str, minute: float, item: str, loc: str) -> list[Cloud]:
    line: dict[str, Any] = {"order_line": f"OL{name}", "item": item, "loc": loc}
    qty = chance.randint(1, 20)
    events = [
        cloud("demand.line_placed", id=f"{name}p", minute=minute, q=qty, version=1, **line)
    ]
    if chance.random() < 0.2:
        changed = chance.randint(1, 30)
        events.append(
            cloud(
                "demand.line_changed",
                id=f"{name}c",
                minute=minute + 90,
                q=changed,
                version=2,
                **line,
            )
        )
    events.append(
        cloud(
            "allocation.changed",
            id=f"{name}a",
            minute=minute + 30,
            q=qty,
            kind="hard",
            policy_rank=1,
            **line,
        )
    )
    if chance.random() < 0.1:
        events.append(
            cloud(
                "demand.line_cancelled",
                id=f"{name}x",
                minute=minute + 200,
                q=1,
                version=2,
                **line,
            )
        )
    if chance.random() < 0.8:
        events.append(
            cloud("inventory.shipment", id=f"{name}s", minute=minute + 300, q=qty, **line)
        )
        if chance.random() < 0.05:
            events.append(_reversal(f"{name}s", minute + 1500, item, loc))
    return events


def _delivery(chance: Random, name: str, minute: float, item: str, loc: str) -> list[Cloud]:
    line: dict[str, Any] = {"po_line": f"PL{name}", "item": item, "loc": loc}
    qty = chance.randint(10, 80)
    late = 40 * 24 * 60 if chance.random() < 0.02 else 0
    return [
        cloud("supply.po_released", id=f"{name}r", minute=minute, q=qty, version=1, **line),
        cloud("supply.asn", id=f"{name}n", minute=minute + 2000, q=qty, asn_line="N", **line),
        cloud(
            "inventory.receipt",
            id=f"{name}g",
            minute=minute + 4000 - late,
            q=qty - 1,
            asn_line="N",
            **line,
        ),
    ]


def _transfer(chance: Random, name: str, minute: float, item: str, loc: str) -> list[Cloud]:
    to_loc = LOCS[(LOCS.index(loc) + 1) % len(LOCS)]
    line: dict[str, Any] = {
        "transfer_line": f"T{name}",
        "item": item,
        "from_loc": loc,
        "to_loc": to_loc,
    }
    qty = chance.randint(2, 12)
    return [
        cloud("transfer.requested", id=f"{name}q", minute=minute, q=qty, version=1, **line),
        cloud("transfer.shipped", id=f"{name}s", minute=minute + 60, q=qty, **line),
        cloud(
            "transfer.received",
            id=f"{name}r",
            minute=minute + 900,
            q=qty - 1,
            short_q=1,
            **line,
        ),
    ]


def _count(chance: Random, name: str, minute: float, item: str, loc: str) -> list[Cloud]:
    place: dict[str, Any] = {"item": item, "loc": loc}
    counted = chance.randint(0, 120)
    return [
        cloud("inventory.counted", id=f"{name}c", minute=minute, q=counted, **place),
        cloud("inventory.adjusted", id=f"{name}j", minute=minute + 20, q=-1, **place),
    ]


def _cases(chance: Random, name: str, minute: float, item: str, loc: str) -> list[Cloud]:
    """Return movements in cases of an item whose factor comes late, changes, or never comes."""
    del item
    place: dict[str, Any] = {"item": chance.choice((*FACTORS, UNKNOWN)), "loc": loc}
    kinds = (
        ("receipt", "receipt", "issue", "counted") if place["item"] != UNKNOWN else ("issue",)
    )
    kind = f"inventory.{chance.choice(kinds)}"
    event = cloud(kind, id=f"{name}k", minute=minute, **place)
    event["data"]["q"] = {"qty": str(chance.randint(1, 9)), "uom": "CS"}
    return [event]


def _approval(chance: Random, name: str, minute: float, item: str, loc: str) -> list[Cloud]:
    del item, loc
    steps = [
        "asked",
        "checked",
        *(["asked", "checked"] if chance.random() < 0.3 else []),
        "paid",
    ]
    return [
        cloud(
            "process.activity",
            id=f"{name}-{number}",
            minute=minute + 70 * number,
            process="payments",
            case=f"C{name}",
            activity=step,
            resource=chance.choice("ABC"),
        )
        for number, step in enumerate(steps)
    ]


def _reversal(name: str, minute: float, item: str, loc: str) -> Cloud:
    return cloud(
        "inventory.reversed",
        id=f"{name}-undo",
        minute=minute,
        item=item,
        loc=loc,
        reverses=name,
    )

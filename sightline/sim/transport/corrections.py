# SPDX-License-Identifier: AGPL-3.0-or-later
"""Movements that somebody posts wrong, takes back and posts again; the world never knows."""

from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from sightline.sim.engine.moments import HOUR, MINUTE, Ints, stamp
from sightline.sim.systems import ids
from sightline.sim.systems.envelopes import sequences, ties, ties_of
from sightline.sim.systems.recorded import FULL, KIND_AT, Recorded
from sightline.sim.transport.chances import Chances

KINDS = np.array(
    [
        KIND_AT[f"inventory.{name}"]
        for name in ("receipt", "shipment", "issue", "adjusted", "returned")
    ]
)
REVERSED = "inventory.reversed"
NOTICED = (10 * MINUTE, 3 * HOUR)  # after the wrong one was recorded
REASON = "WRONG_QTY"
TEN = 10

Event = dict[str, Any]


def corrected(recorded: Recorded, chances: Chances) -> tuple[Recorded, int]:
    """Return `recorded` with some movements as three events each; and how many.

    The right event keeps its id, so that whatever refers to it still does; it says which one
    it replaces and is recorded later.
    """
    chosen = np.isin(recorded.kind, KINDS) & chances.corrected(recorded.bits)
    rows = np.flatnonzero(chosen)
    rows = rows[[_is_plain(recorded.line[int(row)].as_py()) for row in rows]]
    if not len(rows):
        return recorded, 0
    right = recorded.taken(rows)
    noticed = right.recorded_at + chances.between("noticed", right.bits, *NOTICED)
    events = [msgspec.json.decode(line.as_py()) for line in right.line]
    wrong = _wrong(right, events)
    undone = _undone(right, events, wrong, noticed)
    rest = recorded.taken(np.setdiff1d(np.arange(len(recorded)), rows))
    parts = [rest, wrong, undone, _right(right, events, wrong, noticed)]
    return Recorded.joined(parts), len(rows)


def _is_plain(line: bytes) -> bool:
    """Tell whether a movement is neither the end of an advice nor a correction itself."""
    return b'"final":true' not in line and b'"corrects":' not in line


def _wrong(right: Recorded, events: list[Event]) -> Recorded:
    bits, texts, event_ids = _named(events, "wrong")
    spelt = sequences(right.recorded_at, ties_of(right.kind, bits)).to_pylist()
    lines = [
        event | {"id": name, "sequence": text, "data": _with_wrong_quantity(event["data"])}
        for event, name, text in zip(events, event_ids, spelt, strict=True)
    ]
    tie = ties_of(right.kind, bits)
    return _again(right, right.at, right.recorded_at, tie, bits, right.kind, texts, lines)


def _undone(right: Recorded, events: list[Event], wrong: Recorded, noticed: Ints) -> Recorded:
    bits, texts, event_ids = _named(events, "reversed")
    at = noticed // 1_000_000 * 1_000_000 - 2_000_000
    kind = np.full(len(events), KIND_AT[REVERSED])
    tie = ties(REVERSED, bits)
    before = noticed - 1_000
    stated = zip(
        *(events, event_ids, wrong.id.to_pylist(), at.tolist(), before.tolist()),
        sequences(before, tie).to_pylist(),
        strict=True,
    )
    lines = [_reversal(*each) for each in stated]
    return _again(right, at, before, tie, bits, kind, texts, lines)


def _reversal(  # noqa: PLR0913, PLR0917  one for each attribute
    event: Event, name: str, undone: str, at: int, recorded_at: int, sequence: str
) -> Event:
    data, kept = event["data"], ("item", "loc", "order_line")
    told = {each: data[each] for each in kept if each in data}
    told |= {"reverses": undone, "reason": REASON}
    told |= {each: data[each] for each in ("objects", "synthetic")}
    return event | {
        "id": name,
        "type": FULL[KIND_AT[REVERSED]],
        "time": stamp(at),
        "recordedtime": stamp(recorded_at),
        "sequence": sequence,
        "causationid": undone,
        "data": told,
    }


def _right(right: Recorded, events: list[Event], wrong: Recorded, noticed: Ints) -> Recorded:
    spelt = sequences(noticed, right.tie).to_pylist()
    stated = zip(events, wrong.id.to_pylist(), noticed.tolist(), spelt, strict=True)
    lines = [
        event
        | {"recordedtime": stamp(at), "sequence": text}
        | {"data": event["data"] | {"corrects": replaced}}
        for event, replaced, at, text in stated
    ]
    return _again(right, right.at, noticed, right.tie, right.bits, right.kind, right.id, lines)


def _again(  # noqa: PLR0913, PLR0917  the columns that differ
    model: Recorded,
    at: Ints,
    recorded_at: Ints,
    tie: Ints,
    bits: Any,
    kind: Ints,
    texts: pa.Array,
    events: list[Event],
) -> Recorded:
    lines = [msgspec.json.encode(_data_last(event)) + b"\n" for event in events]
    line = pa.array(lines, pa.binary())
    return Recorded(at, recorded_at, tie, bits, model.source, kind, texts, model.key, line)


def _data_last(event: Event) -> Event:
    return {name: event[name] for name in event if name != "data"} | {"data": event["data"]}


def _named(events: list[Event], what: str) -> tuple[Any, pa.Array, list[str]]:
    """Return bits and ids of further events, which follow from the ids of `events`."""
    names = [f"{event['source']}/{event['id']}/{what}".encode() for event in events]
    found = ids.digests(names)
    texts = ids.texts_of(found)
    return ids.bits_of(found), texts, texts.to_pylist()


def _with_wrong_quantity(data: Event) -> Event:
    """Return `data` with one digit too many, or one piece too many where that is plainer."""
    block = data["q"]
    stated = int(block["qty"])
    told = stated * 10 if abs(stated) < TEN else stated + 1
    base = told * block.get("conv_num", 1)
    return data | {"q": block | {"qty": str(told), "base_qty": str(base)}}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""One month of a distribution business in order of time, as Arrow batches.

Of 1000 events about 250 place an order line, 250 allocate it, 215 ship it, 65 release a
purchase order, 60 receive it, 125 adjust stock and 35 count it.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sightline.events.columns import QUANTITY, SCHEMA, TIME
from sightline.events.partition import partition_of

ITEMS, LOCS = 10_000, 3
PARTITIONS = 8
BATCH = 20_000
START_MS = 1_772_434_800_000
MONTH_MS = 30 * 24 * 3_600_000
MINUTE_MS = 60_000

KINDS = (
    "demand.line_placed",
    "allocation.changed",
    "inventory.shipment",
    "supply.po_released",
    "inventory.receipt",
    "inventory.adjusted",
    "inventory.counted",
)
SHIPPED_SHARE, RECEIVED_SHARE = 0.86, 0.92
PLACED, ALLOCATED, SHIPPED, RELEASED, RECEIVED, ADJUSTED, COUNTED = range(len(KINDS))


@dataclass(frozen=True, slots=True)
class Mix:
    """Events in order of time, one entry per event; quantities in whole pieces.

    Attributes
    ----------
    place
        Item-location, 0 to one less than `ITEMS` times `LOCS`.
    line
        Number of the order line or purchase order line, -1 for movements without one.
    """

    kind: np.ndarray
    place: np.ndarray
    line: np.ndarray
    qty: np.ndarray
    time: np.ndarray


def make(events: int, *, seed: int) -> Mix:
    """Draw about `events` events."""
    rng = np.random.default_rng(seed)
    orders, purchases = events // 4, events * 65 // 1000
    parts = [
        *_orders(rng, orders),
        *_purchases(rng, purchases),
        _alone(rng, ADJUSTED, events * 125 // 1000),
        _alone(rng, COUNTED, events * 35 // 1000),
    ]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[-1], kind="stable")
    return Mix(*(column[order] for column in columns))


Part = tuple[np.ndarray, ...]


def _orders(rng: np.random.Generator, count: int) -> list[Part]:
    place = rng.integers(0, ITEMS * LOCS, count)
    line = np.arange(count)
    ordered = rng.integers(1, 20, count)
    allocated = np.maximum(1, ordered - rng.integers(0, 3, count))
    placed_at = START_MS + rng.integers(0, MONTH_MS, count)
    allocated_at = placed_at + rng.integers(1, 60, count) * MINUTE_MS
    shipped_at = allocated_at + rng.integers(60, 2000, count) * MINUTE_MS
    is_shipped = rng.random(count) < SHIPPED_SHARE
    return [
        _part(PLACED, place, line, ordered, placed_at),
        _part(ALLOCATED, place, line, allocated, allocated_at),
        tuple(c[is_shipped] for c in _part(SHIPPED, place, line, allocated, shipped_at)),
    ]


def _purchases(rng: np.random.Generator, count: int) -> list[Part]:
    place = rng.integers(0, ITEMS * LOCS, count)
    line = np.arange(count)
    ordered = rng.integers(20, 200, count)
    received = ordered - rng.integers(-2, 10, count)
    released_at = START_MS + rng.integers(0, MONTH_MS, count)
    received_at = released_at + rng.integers(2000, 10_000, count) * MINUTE_MS
    is_received = rng.random(count) < RECEIVED_SHARE
    return [
        _part(RELEASED, place, line, ordered, released_at),
        tuple(c[is_received] for c in _part(RECEIVED, place, line, received, received_at)),
    ]


def _alone(rng: np.random.Generator, kind: int, count: int) -> Part:
    place = rng.integers(0, ITEMS * LOCS, count)
    signed = rng.integers(1, 6, count) * rng.choice([-1, 1], count)
    qty = rng.integers(0, 300, count) if kind == COUNTED else signed
    time = START_MS + rng.integers(0, MONTH_MS, count)
    return _part(kind, place, np.full(count, -1), qty, time)


def _part(
    kind: int, place: np.ndarray, line: np.ndarray, qty: np.ndarray, time: np.ndarray
) -> Part:
    return np.full(len(place), kind), place, line, qty, time


def items() -> np.ndarray:
    """Return the item id of every place."""
    return np.array([f"ITEM-{place // LOCS:05d}" for place in range(ITEMS * LOCS)])


def locs() -> np.ndarray:
    """Return the location id of every place."""
    return np.array([f"DC{place % LOCS + 1}" for place in range(ITEMS * LOCS)])


def batches(mix: Mix) -> list[tuple[int, pa.Table]]:
    """Return (partition, table) in order of time, `BATCH` events each.

    Tables are as decoding hands them on: canonical columns and ``off``.
    """
    home = np.array([partition_of("main", item, "", "", PARTITIONS) for item in items()])
    part = home[mix.place]
    table = _table(mix)
    found = []
    for number in range(PARTITIONS):
        rows = np.flatnonzero(part == number)
        for at in range(0, len(rows), BATCH):
            cut = rows[at : at + BATCH]
            found.append((int(cut[-1]), number, table.take(pa.array(cut)).combine_chunks()))
    return [(number, cut) for _, number, cut in sorted(found, key=lambda each: each[0])]


def _table(mix: Mix) -> pa.Table:
    count = len(mix.kind)
    names = [f"io.sightline.{kind}.v1" for kind in KINDS]
    is_order = mix.kind <= SHIPPED
    is_purchase = (mix.kind == RELEASED) | (mix.kind == RECEIVED)
    stated = np.isin(mix.kind, (PLACED, RELEASED))
    ids = pa.array([f"event-{number:08d}" for number in range(count)])
    given = {
        "id": ids,
        "source": _same("erp://bench", count),
        "type": pa.array(np.array(names)[mix.kind]),
        "time": pa.array(mix.time, TIME),
        "recordedtime": pa.array(mix.time, TIME),
        "tenant": _same("main", count),
        "item": pa.array(items()[mix.place]),
        "loc": pa.array(locs()[mix.place]),
        "order_line": _lines("OL", mix.line, is_order),
        "po_line": _lines("PL", mix.line, is_purchase),
        "base_qty": pa.array(mix.qty.astype(np.int32)).cast(QUANTITY),
        "version": pa.array(np.ones(count, np.int64), mask=~stated),
        "policy_rank": pa.array(np.ones(count, np.int32), mask=mix.kind != ALLOCATED),
        "closes": pa.array(np.zeros(count, bool)),
        "content": pa.array(np.arange(count, dtype=np.uint64)),
        "non_stock": pa.array(np.zeros(count, bool)),
    }
    columns = [
        given[field.name] if field.name in given else _absent(field, count) for field in SCHEMA
    ]
    table = pa.Table.from_arrays(columns, schema=SCHEMA)
    return table.append_column("off", pa.array(np.arange(count), pa.uint64()))


def _lines(prefix: str, line: np.ndarray, named: np.ndarray) -> pa.Array:
    pairs = zip(line.tolist(), named.tolist(), strict=True)
    return pa.array([f"{prefix}{number:07d}" if is_named else "" for number, is_named in pairs])


def _absent(field: pa.Field, count: int) -> pa.Array:
    if pa.types.is_string(field.type):
        return _same("", count)
    return pa.nulls(count, field.type)


def _same(text: str, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(text), count)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Demand per item, location and day, as one chunk of events adds to it."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import hash64
from streams.logic.arrays import codes, milliseconds, ten_thousandths
from streams.logic.demand.anew import asked_anew
from streams.logic.demand.asked import DAY_MS, Asked, Source
from streams.logic.intake import Fresh
from streams.logic.tally import COUNTED, by_source, watermark

_LAST = np.iinfo(np.uint64).max
_PLACED = "io.sightline.demand.line_placed.v1"
_STATED = ["item", "loc", "customer", "base_qty", "version", "non_stock", "off"]


class Appended(NamedTuple):
    """What one append to the log brought to one partition.

    Attributes
    ----------
    row
        Row id of the append's last piece.
    watermarks
        Latest business time per (tenant, source), ms since 1970.
    """

    row: int
    watermarks: dict[Source, int]
    asked: list[Asked]


class Sums(NamedTuple):
    """The demand in a chunk, append by append, with how far the partition has read."""

    part: int
    frontier: int
    appends: list[Appended]


def sum_demand(fresh: Fresh) -> Sums:
    """Sum the quantities that customers first asked for.

    The demand of an order line is what its first version states: later changes, cancels and
    returns tell how it was served, not what was wanted.
    """
    table = fresh.table.select([*COUNTED, *_STATED])  # the rest would be copied
    first = np.array([off for off, _ in fresh.appends], np.uint64)
    edges = [*np.searchsorted(np.asarray(table["off"]), first).tolist(), len(table)]
    stops = [*first.tolist()[1:], _LAST]
    appends = [
        _appended(
            row,
            table.slice(start, end - start),
            asked_anew(fresh.restated, since, stop),
        )
        for (since, row), stop, start, end in zip(
            fresh.appends, stops, edges, edges[1:], strict=False
        )
    ]
    return Sums(fresh.part, fresh.frontier, appends)


def _appended(row: int, table: pa.Table, anew: list[Asked]) -> Appended:
    counted = table.select(COUNTED)
    watermarks = {source: watermark(rows) for source, rows in by_source(counted)}
    if len(table):
        first = pc.less_equal(pc.fill_null(table["version"], 1), 1)
        wanted = pc.and_(pc.equal(table["type"], _PLACED), pc.invert(table["non_stock"]))
        table = table.filter(pc.and_(pc.and_(wanted, first), pc.not_equal(table["loc"], "")))
    return Appended(row, watermarks, [*_by_location(table), *anew])


def _by_location(table: pa.Table) -> list[Asked]:
    if not len(table):
        return []
    loc, locs = codes(table["loc"])
    tenant, tenants = codes(table["tenant"])
    place = tenant.astype(np.int64) * len(locs) + loc
    return [
        _asked(
            tenants[each // len(locs)],
            locs[each % len(locs)],
            table.filter(pa.array(place == each)),
        )
        for each in np.unique(place).tolist()
    ]


def _asked(tenant: str, loc: str, table: pa.Table) -> Asked:
    item, items = codes(table["item"])
    nobody = np.asarray(pc.equal(table["customer"], ""))
    customer = np.where(nobody, np.uint64(0), hash64(table["customer"]))
    day = milliseconds(table["time"]) // DAY_MS
    order = np.lexsort((customer, day, item))
    key = np.column_stack((item[order], day[order], customer[order].view(np.int64)))
    first = np.flatnonzero(np.any(np.diff(key, axis=0, prepend=key[:1] - 1), axis=1))
    q, _ = ten_thousandths(table["base_qty"])
    return Asked(
        tenant,
        loc,
        frozenset((tenant, name) for name in pc.unique(table["source"]).to_pylist()),
        [items[each] for each in item[order][first].tolist()],
        day[order][first],
        customer[order][first],
        np.add.reduceat(q[order], first),
        np.diff(first, append=len(order)),
        np.maximum.reduceat(np.asarray(table["off"])[order], first),
    )

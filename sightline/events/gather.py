# SPDX-License-Identifier: AGPL-3.0-or-later
"""Typed events become the canonical table; what is wrong with their values is noted by row.

Works type by type: only the columns that a type has are touched for its events.
"""

from collections import defaultdict
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sightline.events import moments, relations, wire
from sightline.events.cells import Cells, decimals
from sightline.events.columns import SCHEMA, TIME
from sightline.events.content import content_hash
from sightline.events.moments import Milliseconds
from sightline.events.plan import PLANS
from sightline.events.reading import Readings
from sightline.events.refusal import Fault
from sightline.events.relations import Relations

MAIN_TENANT = "main"
SKEW_MS = 5 * 60 * 1000
ENVELOPE = tuple(
    attrgetter(name)
    for name in (
        *("id", "source", "time", "recordedtime"),
        *("tenantid", "sequence", "correlationid", "authid"),
    )
)
FLAGS = np.array(["no_recordedtime", "clock_skew", "rounded"], dtype=object)


class Gathered(NamedTuple):
    """A table of all events, and the first fault of each row that has one."""

    table: pa.Table
    faults: dict[int, Fault]


def gather(readings: Readings, *, ingest_ms: Milliseconds) -> Gathered:
    """Return `readings` as a table in the order of `SCHEMA`, one row each.

    `ingest_ms` says of each when it came in.
    """
    cells = Cells(len(readings.events))
    vocabulary: dict[str, int] = {}
    listed, named = Relations(vocabulary), Relations(vocabulary)
    faults: dict[int, Fault] = {}
    listed.add_lists([event.data.objects for event in readings.events])
    for struct, rows in _by_type(readings).items():
        datas = [readings.events[row].data for row in rows]
        PLANS[struct].fill(cells, np.array(rows), datas, faults)
        PLANS[struct].namer.name(named, np.array(rows), datas)
    columns = _envelope(cells, readings, faults, ingest_ms=ingest_ms)
    columns |= _data(cells)
    columns["objects"] = relations.column(listed, named, rows=cells.rows)
    return Gathered(pa.table([columns[name] for name in SCHEMA.names], schema=SCHEMA), faults)


def faults_of(readings: Readings) -> dict[int, Fault]:
    """Return the faults that `gather` would note, without making a table."""
    cells = Cells(len(readings.events))
    faults: dict[int, Fault] = {}
    for struct, rows in _by_type(readings).items():
        datas = [readings.events[row].data for row in rows]
        PLANS[struct].fill(cells, np.array(rows), datas, faults)
    _moments([event.time for event in readings.events], faults, at="time")
    _moments([event.recordedtime for event in readings.events], faults, at="recordedtime")
    return faults


def _by_type(readings: Readings) -> dict[type, list[int]]:
    rows: dict[type, list[int]] = defaultdict(list)
    for row, event in enumerate(readings.events):
        rows[type(event)].append(row)
    return rows


def _envelope(
    cells: Cells, readings: Readings, faults: dict[int, Fault], *, ingest_ms: Milliseconds
) -> dict[str, pa.Array]:
    """Return the columns that come from the envelope, and those that judge it."""
    ids, sources, times, recorded, tenants, sequences, flows, actors = (
        list(map(get, readings.events)) for get in ENVELOPE
    )
    time = _moments(times, faults, at="time")
    known = _moments(recorded, faults, at="recordedtime")
    unknown = np.array([text is None for text in recorded])
    if actors.count(None) < cells.rows:
        cells.put("authid", np.arange(cells.rows), actors)
    names = [wire.FULL_NAME[type(event)] for event in readings.events]
    texts = [wire.data_text(text) for text in readings.texts]
    skewed = time > np.where(unknown, ingest_ms, known) + SKEW_MS
    types = pa.array(names, pa.string())
    return {
        "id": pa.array(ids, pa.string()),
        "source": pa.array(sources, pa.string()),
        "type": types,
        "time": pa.array(time).cast(TIME),
        "recordedtime": pa.array(np.where(unknown, time, known)).cast(TIME),
        "tenant": pa.array(tenants, pa.string()).fill_null(MAIN_TENANT),
        "sequence": pa.array(sequences, pa.string()).fill_null(""),
        "correlationid": pa.array(flows, pa.string()).fill_null(""),
        "content": pa.array(content_hash(types, time, texts)),
        "data": pa.array(texts, pa.string()),
        "quality_flags": _flags(unknown, skewed, _was_rounded(cells)),
    }


def _data(cells: Cells) -> dict[str, pa.Array]:
    """Return the columns that come from ``data``."""
    texts = (
        *("item", "loc", "to_loc", "order_line", "po_line", "transfer_line", "asn_line"),
        *("base_uom", "currency", "mode", "reverses", "reverses_source", "customer"),
        *("supplier", "region", "process", "case_id", "activity", "lifecycle"),
    )
    return {name: cells.texts(name) for name in texts} | {
        "reason_code": cells.texts("reason_code", "reason"),
        "actor": cells.texts("actor_id", "resource", "authid"),
        "role": cells.texts("actor_role", "role"),
        "base_qty": _quantities(cells, "base_qty"),
        "short_qty": _quantities(cells, "short_qty"),
        "amount": _quantities(cells, "amount"),
        "version": cells.values("version", pa.int64()),
        "closes": cells.claims("closes"),
        "policy_rank": cells.values("policy_rank", pa.int32()),
        "due": cells.values("due", pa.date32()),
        "non_stock": cells.claims("non_stock"),
        "start_time": cells.values("start_ms", pa.int64()).cast(TIME),
    }


def _moments(texts: list[str | None], faults: dict[int, Fault], *, at: str) -> Milliseconds:
    millis = moments.parse(texts)
    wrong = (millis < moments.EARLIEST) | (millis >= moments.LATEST)
    for row in np.flatnonzero(wrong).tolist():
        text = texts[row]
        if text is not None and (fault := moments.fault(text, int(millis[row]), at=at)):
            faults[row] = fault
    return np.where(wrong, 0, millis)


def _quantities(cells: Cells, name: str) -> pa.Array:
    column = cells.get(name)
    if column is None:
        return pa.nulls(cells.rows, SCHEMA.field(name).type)
    known = np.array([value is not None for value in column])
    return decimals(np.where(known, column, 0).astype(np.int64), known)


def _was_rounded(cells: Cells) -> npt.NDArray[np.bool_]:
    column = cells.get("rounded")
    return np.zeros(cells.rows, bool) if column is None else column.astype(bool)


def _flags(*masks: npt.NDArray[np.bool_]) -> pa.ListArray:
    """Return the lists of `FLAGS` whose mask is true, row by row."""
    raised = np.stack(masks, axis=1)
    offsets = np.concatenate([[0], np.cumsum(raised.sum(axis=1))]).astype(np.int32)
    flat = FLAGS[np.nonzero(raised)[1]]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat, pa.string()))

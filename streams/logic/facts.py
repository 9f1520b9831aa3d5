# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the tables that keep what happened: events, e2o, dlq, exceptions, masters, plans."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.routing import RECORD
from streams.logic import masters
from streams.logic.chunk import Letter
from streams.logic.intake import Fresh
from streams.logic.objects import declared
from streams.logic.plans import CONSTRAINT, PROMOTION, constraints, promotions

_TIME = pa.timestamp("ms", "UTC")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET_BITS = 20  # of the offset, for changes of the same millisecond
_NOT_STORED = {"content", "key", "late", "objects"}
_STATING = pa.array([RECORD, PROMOTION, CONSTRAINT])
_EXCEPTIONS = tuple(
    f"io.sightline.exception.{verb}.v1" for verb in ("opened", "changed", "resolved")
)


class Rows(NamedTuple):
    """Rows on their way to one table."""

    table: str
    part: int
    rows: pa.Table


def facts(fresh: Fresh, *, gen: int) -> list[Rows]:
    """Return the rows that a chunk adds, one entry per table that gets any."""
    found = [
        Rows("events", fresh.part, _events(fresh, gen)),
        Rows("e2o", fresh.part, _relations(fresh, gen)),
        Rows("dlq", fresh.part, _dead(fresh, gen)),
        Rows("exceptions", fresh.part, exceptions(fresh.table)),
    ]
    found += [
        Rows(name, fresh.part, _stamp(rows, fresh, gen))
        for name, rows in stated(fresh.table).items()
    ]
    told = declared(fresh.table)
    found += [Rows(name, fresh.part, rows) for name, rows in told._asdict().items()]
    found += [Rows(name, fresh.part, rows) for name, rows in fresh.counted.items()]
    return [each for each in found if len(each.rows)]


def stated(table: pa.Table) -> dict[str, pa.Table]:
    """Return the rows of the tables of master data, promotions and constraints."""
    if not pc.any(pc.is_in(table["type"], _STATING)).as_py():
        return {}
    plans = {"promotions": promotions(table), "constraints": constraints(table)}
    return masters.records(table) | plans


def _stamp(rows: pa.Table, fresh: Fresh, gen: int) -> pa.Table:
    part = pa.array(np.full(len(rows), fresh.part, np.uint8))
    generation = pa.array(np.full(len(rows), gen, np.uint32))
    return rows.append_column("part", part).append_column("gen", generation)


def _events(fresh: Fresh, gen: int) -> pa.Table:
    kept = [name for name in fresh.table.column_names if name not in _NOT_STORED]
    return _stamp(fresh.table.select(kept), fresh, gen)


def _relations(fresh: Fresh, gen: int) -> pa.Table:
    """Return one row per event and related object, in the order of the events."""
    table = fresh.table.combine_chunks()
    count = np.asarray(pc.fill_null(pc.list_value_length(table["objects"]), 0))
    event = pa.array(np.repeat(np.arange(len(table)), count))
    objects = pc.list_flatten(table["objects"])  # passes over nulls
    if isinstance(objects, pa.ChunkedArray):
        objects = objects.combine_chunks()
    columns = {
        name: table[name].take(event) for name in ("tenant", "time", "sequence", "type", "off")
    }
    columns["event_id"] = table["id"].take(event)
    for name, part in (("otype", "type"), ("oid", "id"), ("qualifier", "qualifier")):
        columns[name] = pc.struct_field(objects, part)
    return _stamp(pa.table(columns), fresh, gen)


def _dead(fresh: Fresh, gen: int) -> pa.Table:
    columns = list(zip(*fresh.letters, strict=True)) or [()] * len(Letter._fields)
    rows = dict(zip(Letter._fields, columns, strict=True))
    table = pa.table(
        {
            name: pa.array(rows[name], pa.string())
            for name in ("kind", "reason", "field", "source", "id", "raw")
        }
        | {
            "off": pa.array(rows["off"], pa.uint64()),
            "at": pa.array(rows["at_ms"], pa.int64()).cast(_TIME),
        }
    )
    return _stamp(table, fresh, gen)


_EXCEPTION_COLUMNS = pa.schema(
    [
        ("tenant", pa.string()),
        ("exception_id", pa.string()),
        ("revision", pa.uint64()),
        ("time", _TIME),
        *[(name, pa.string()) for name in ("kind", "severity", "item", "loc", "object")],
        ("opened", _TIME),
        ("state", pa.string()),
        ("owner", pa.string()),
        ("sla_due", _TIME),
        ("priority", pa.float64()),
        ("money", pa.decimal128(18, 4)),
        ("deadline", _TIME),
        *[(name, pa.string()) for name in ("rule", "rule_version", "drivers")],
        ("evidence", pa.list_(pa.string())),
    ]
)
_EXCEPTION_TEXTS = [each.name for each in _EXCEPTION_COLUMNS if each.type == pa.string()]


def exceptions(table: pa.Table) -> pa.Table:
    """Return one row of table exceptions per event of an exception's life."""
    if not len(table):
        return _EXCEPTION_COLUMNS.empty_table()
    mine = table.filter(pc.is_in(table["type"], pa.array(_EXCEPTIONS)))
    rows = [_exception(row) for row in mine.to_pylist()]
    return pa.Table.from_pylist(rows, schema=_EXCEPTION_COLUMNS)


def _exception(row: dict[str, Any]) -> dict[str, Any]:
    data = json.loads(row["data"])
    resolved = row["type"] == _EXCEPTIONS[2]
    drivers = data.get("drivers")
    return {
        **{name: _text(data.get(name)) for name in _EXCEPTION_TEXTS},
        "tenant": row["tenant"],
        "exception_id": data["exc_id"],
        "revision": data.get("revision") or _by_time(row),
        "time": row["time"],
        "item": row["item"] or None,
        "loc": row["loc"] or None,
        **{name: _moment(data.get(name)) for name in ("opened", "sla_due", "deadline")},
        "state": _text(data.get("state")) or ("resolved" if resolved else "open"),
        "money": _money(data.get("money")),
        "priority": _number(data.get("priority")),
        "drivers": None if drivers is None else json.dumps(drivers, sort_keys=True),
        "evidence": [str(each) for each in data.get("evidence") or []],
    }


def _by_time(row: dict[str, Any]) -> int:
    """Return a revision for a system that states none: by time, since changes come shuffled."""
    since_epoch = max(0, int((row["time"] - _EPOCH) / timedelta(milliseconds=1)))
    return since_epoch << _OFFSET_BITS | (int(row["off"]) & ((1 << _OFFSET_BITS) - 1))


def _text(value: Any) -> str | None:
    """Return a text as it is; the catalogue lets severity and rule_version be numbers."""
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _moment(text: Any) -> datetime | None:
    """Return the time that `text` states, to the millisecond."""
    try:
        found = datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
    return found and found.replace(microsecond=found.microsecond // 1000 * 1000)


def _money(value: Any) -> Any:
    amount = value.get("amount") if isinstance(value, dict) else value
    try:
        return pa.scalar(str(amount)).cast(pa.decimal128(18, 4)).as_py() if amount else None
    except pa.ArrowInvalid:
        return None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None

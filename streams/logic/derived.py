# SPDX-License-Identifier: AGPL-3.0-or-later
"""What we found out, as CloudEvents for other programs: anomalies and exceptions.

They are sent at least once. An id is made of what an event says, so that who hears it twice
can tell.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.encode import envelope_of
from sightline.events.partition import SEPARATOR
from streams.logic.facts import Rows

ANOMALY = "io.sightline.derived.demand_anomaly.v1"
SOURCE = "sightline://demand"
DELIVERY = {"delivery": "atleastonce"}
"""Extension attribute of every derived event."""
_EXCEPTION = "io.sightline.exception."


class Derived(NamedTuple):
    """An event for others; those about one item have one key."""

    key: bytes
    value: bytes


def derived(rows: Rows) -> list[Derived]:
    """Return what `rows` tell others: nothing, for most tables."""
    if rows.table == "anomalies":
        return [_derived(row, _anomaly(row)) for row in rows.rows.to_pylist()]
    if rows.table == "events":
        return list(_exceptions(rows.rows))
    return []


def _exceptions(events: pa.Table) -> Iterator[Derived]:
    """Yield the events of exceptions' lives as they are in the log."""
    for row in events.filter(pc.starts_with(events["type"], _EXCEPTION)).to_pylist():
        yield _derived(row, msgspec.json.decode(envelope_of(row), type=dict[str, Any]))


def _derived(row: Mapping[str, Any], event: dict[str, Any]) -> Derived:
    key = f"{row['tenant']}{SEPARATOR}{row['item']}".encode()
    return Derived(key, msgspec.json.encode(event | DELIVERY))


def _anomaly(row: Mapping[str, Any]) -> dict[str, Any]:
    bucket: datetime = row["bucket"]
    return {
        "specversion": "1.0",
        "id": f"{row['anomaly_id']}/{row['revision']}/{row['state']}",
        "source": SOURCE,
        "type": ANOMALY,
        "time": bucket.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "tenantid": row["tenant"],
        "subject": f"item/{row['item']}/loc/{row['loc']}",
        "datacontenttype": "application/json",
        "data": {
            **{name: row[name] for name in ("anomaly_id", "state", "item", "loc", "kind")},
            **{name: row[name] for name in ("direction", "score", "model_version")},
            "excess_qty": str(row["excess_qty"]),
            "explanation": json.loads(row["explanation"]),
        },
    }

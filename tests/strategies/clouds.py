# SPDX-License-Identifier: AGPL-3.0-or-later
"""Make CloudEvents dictionaries and the Arrow batches that the stream would see."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

from sightline.events.decode import decode_lines

Cloud = dict[str, Any]

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
INGEST_MS = 1_790_000_000_000


def cloud(  # noqa: PLR0913 - the envelope has that many fields
    kind: str,
    /,
    *,
    minute: float = 0,
    id: str,  # noqa: A002 - the name the envelope uses
    source: str = "erp://a",
    sequence: str = "",
    recorded_after: float = 0,
    tenant: str = "main",
    **data: Any,
) -> Cloud:
    """Return one event of short type `kind`, `minute` minutes after `START`.

    `data` goes in as it is, but ``q`` and ``short_q`` may be plain numbers of pieces.
    """
    time = START + timedelta(minutes=minute)
    for name in ("q", "short_q"):
        if name in data:
            data[name] = pieces(data[name])
    event = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": f"io.sightline.{kind}.v1",
        "time": stamp(time),
        "recordedtime": stamp(time + timedelta(minutes=recorded_after)),
        "tenantid": tenant,
        "data": data,
    }
    return event | ({"sequence": sequence} if sequence else {})


def pieces(qty: object) -> dict[str, str]:
    """Return the quantity block of `qty` pieces."""
    text = str(qty)
    return {"qty": text, "uom": "EA", "base_qty": text, "base_uom": "EA"}


def stamp(time: datetime) -> str:
    """Write `time` as RFC 3339, UTC, milliseconds."""
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def table_of(clouds: Sequence[Cloud]) -> pa.Table:
    """Decode `clouds` the way the stream does; every one must be acceptable."""
    decoded = decode_lines([json.dumps(each).encode() for each in clouds], ingest_ms=INGEST_MS)
    assert not decoded.refused, [refusal.reason for refusal in decoded.refused]
    return decoded.table

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A canonical row becomes a CloudEvent again."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from sightline.events.gather import MAIN_TENANT

NO_RECORDEDTIME = "no_recordedtime"
ACTIVITY = "io.sightline.process.activity.v1"


def envelope_of(row: Mapping[str, Any]) -> bytes:
    """Return `row` as one line of CloudEvents JSON; decoding it gives the row again.

    Parameters
    ----------
    row
        The columns of `sightline.events.columns.SCHEMA` by name, as `pa.Table.to_pylist`
        gives them; further columns are ignored. Flags that an import raised and columns that
        are not stated in ``data`` stay behind.
    """
    attributes = {
        "id": row["id"],
        "source": row["source"],
        "specversion": "1.0",
        "type": row["type"],
        "time": _moment(row["time"]),
        **_optional(row),
        "data": msgspec.Raw(row["data"].encode()),
    }
    return msgspec.json.encode(attributes)


def _optional(row: Mapping[str, Any]) -> dict[str, str]:
    known = NO_RECORDEDTIME not in row["quality_flags"]
    given = {
        "recordedtime": _moment(row["recordedtime"]) if known else "",
        "tenantid": row["tenant"] if row["tenant"] != MAIN_TENANT else "",
        "partitionkey": row["item"],
        "sequence": row["sequence"],
        "correlationid": row["correlationid"],
        "authid": row["actor"],
    }
    return {name: value for name, value in given.items() if value}


def _moment(moment: datetime) -> str:
    """Return RFC 3339 with milliseconds where there are any."""
    at = moment.astimezone(UTC)
    spec = "milliseconds" if at.microsecond else "seconds"
    return at.isoformat(timespec=spec).replace("+00:00", "Z")

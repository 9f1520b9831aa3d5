# SPDX-License-Identifier: AGPL-3.0-or-later
"""The canonical columns: one Arrow schema for events between every way in and the stream.

Strings are never null: "" means absent. Quantities are in the base unit with four decimals;
a null means that the event states none. Times have a resolution of one millisecond.
"""

import pyarrow as pa

TIME = pa.timestamp("ms", "UTC")
QUANTITY = pa.decimal128(18, 4)
OBJECT = pa.struct(
    [
        pa.field("type", pa.string()),
        pa.field("id", pa.string()),
        pa.field("qualifier", pa.string()),
    ]
)

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string()),
        pa.field("source", pa.string()),
        pa.field("type", pa.string()),  # in full: io.sightline.inventory.receipt.v1
        pa.field("time", TIME),
        pa.field("recordedtime", TIME),  # equals time where the source gives none
        pa.field("tenant", pa.string()),
        pa.field("item", pa.string()),
        pa.field("loc", pa.string()),  # transfers: from_loc
        pa.field("to_loc", pa.string()),  # transfers only
        pa.field("order_line", pa.string()),
        pa.field("po_line", pa.string()),
        pa.field("transfer_line", pa.string()),
        pa.field("asn_line", pa.string()),
        pa.field("base_qty", QUANTITY),  # signed where the type is signed
        pa.field("short_qty", QUANTITY),  # transfer.received: short_q
        pa.field("base_uom", pa.string()),
        pa.field("amount", QUANTITY),  # price, cost or approval amount, as the type says
        pa.field("currency", pa.string()),
        pa.field("version", pa.int64()),
        pa.field(
            "mode", pa.string()
        ),  # receipt.bucket, returned.disposition, hold_changed.hold; counted: statement
        pa.field("closes", pa.bool_()),  # receipt.final, po_changed.closed_short; never null
        pa.field("policy_rank", pa.int32()),
        pa.field("due", pa.date32()),  # requested_date or need_date; null when absent
        pa.field("reverses", pa.string()),
        pa.field("reverses_source", pa.string()),
        pa.field("non_stock", pa.bool_()),  # outside positions and demand; never null
        pa.field("customer", pa.string()),
        pa.field("supplier", pa.string()),
        pa.field("actor", pa.string()),
        pa.field("role", pa.string()),
        pa.field("region", pa.string()),
        pa.field("reason_code", pa.string()),
        pa.field("sequence", pa.string()),
        pa.field("correlationid", pa.string()),
        pa.field("process", pa.string()),  # process.activity only, as the next four
        pa.field("case_id", pa.string()),
        pa.field("activity", pa.string()),
        pa.field("lifecycle", pa.string()),
        pa.field("start_time", TIME),
        pa.field("content", pa.uint64()),  # hash of (type, time, canonical data)
        pa.field("quality_flags", pa.list_(pa.string())),
        pa.field("objects", pa.list_(OBJECT)),
        pa.field("data", pa.string()),  # the event's data as canonical JSON text
    ]
)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master records say what holds, not how far the business has come."""

import json
from datetime import UTC, datetime

import pyarrow as pa

from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.tally import Tally, watermark

INGEST_MS = int(datetime(2026, 6, 1, tzinfo=UTC).timestamp() * 1000)


def _line(kind: str, time: str, data: dict[str, object], source: str = "erp://x") -> bytes:
    event = {"specversion": "1.0", "id": f"{kind} {time}", "source": source, "time": time}
    return json.dumps(event | {"type": f"io.sightline.{kind}.v1", "data": data}).encode()


ITEM = {"entity": "item", "key": "A", "fields": {"base_uom": "EA"}}
COUNT = {"item": "A", "loc": "DC1", "count_id": "1", "q": {"qty": "1", "uom": "EA"}}


def test_a_record_that_holds_from_later_on_does_not_move_the_clock() -> None:
    # given a count in March, and a record that begins in May
    lines = [
        _line("inventory.counted", "2026-03-01T00:00:00Z", COUNT),
        _line("master.record_changed", "2026-05-01T00:00:00Z", ITEM),
    ]
    assert watermark(_table(lines)) == int(datetime(2026, 3, 1, tzinfo=UTC).timestamp() * 1000)


def test_a_source_of_master_data_only_has_reached_no_time() -> None:
    line = _line("master.record_changed", "2026-05-01T00:00:00Z", ITEM, "file://master-data")
    tally = Tally()
    tally.note(_table([line]), _table([]), [])
    (row,) = tally.changed(0, 1, 1).to_pylist()
    assert (row["watermark"].timestamp(), row["events"]) == (0, 1)
    assert tally.progress(0, 1, 1)["watermark"].to_pylist() == [None]


def _table(lines: list[bytes]) -> pa.Table:
    raw = [Raw("ndjson", len(lines), b"\n".join(lines), 0, INGEST_MS, append_row=0)]
    return decode(Chunk(0, raw if lines else [], 0)).table

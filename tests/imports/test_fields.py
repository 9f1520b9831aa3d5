# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every kind of field, from a file to the same event that its JSON would give."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from sightline.events.decode import decode_lines
from sightline.imports import Summary
from sightline.log.reading import events_of
from sightline.log.sqlite import SqliteLog

MAPPING = """
name: everything
source: test://everything
currency: EUR
zone: Europe/Berlin
tables:
  - name: rows
    time: {column: when}
    common: {item: {value: A100}, uom: {column: unit, map: {pc: EA}}}
    rules:
      - when: {what: {is: asn}}
        events:
          - type: supply.asn
            time: {column: sent}
            fields:
              loc: there
              po_line: "{po}-1"
              asn_line: asn
              qty: {column: size, round: 2}
              eta: {column: eta, formats: ["%d.%m.%Y %H:%M"]}
              ship_date: {column: day, formats: ["%d.%m.%Y"]}
              actor: who
      - when: {what: {in: [move, shift]}}
        events:
          - type: transfer.requested
            fields:
              from_loc: here
              to_loc: there
              transfer_line: po
              qty: {column: size, negate: true}
              need_by: {value: 2026-04-01}
              version: version
          - type: allocation.changed
            without: [uom]
            fields:
              uom: {value: KGM}
              loc: here
              order_line: po
              qty: size
      - when: {what: {starts: get}}
        events:
          - type: inventory.receipt
            fields: {loc: there, qty: {column: [size], abs: true}, final: last, bucket: where,
                     unit_cost: cost}
      - when: {what: {empty: true}}
        reject: nothing
      - events:
          - type: supply.milestone
            fields: {shipment: po, code: what, eta: {value: 2026-05-01 12:00:00}}
""".replace("column: [size]", "columns: [gone, size]")
ROW = {
    "what": "", "when": "2026-03-01 12:00", "unit": "pc", "po": "P1", "asn": "N1", "size": "5",
    "here": "DC1", "there": "DC2", "eta": "02.07.2026 08:30", "day": "03.03.2026", "who": "Ann",
    "version": "3", "last": "yes", "where": "quality", "cost": "1.23456", "gone": "",
    "sent": "2026-03-01T00:00:00Z",
}  # fmt: skip

Bring = Callable[..., Summary]
Write = Callable[[str, str | bytes], Path]
EventsIn = Callable[[SqliteLog], pa.Table]
Import = Callable[..., Summary]


@pytest.fixture
def take(bring: Bring, write: Write) -> Import:
    """Return a function that imports rows, each a change of `ROW`, through `MAPPING`."""
    mapping = write("everything.yaml", MAPPING)

    def take(*changes: dict[str, str], name: str = "a.csv") -> Summary:
        frame = pl.DataFrame([ROW | change for change in changes])
        text = frame.write_ndjson() if name.endswith("ndjson") else frame.write_csv()
        return bring(write(name, text), mapping=str(mapping))

    return take


def rejected(summary: Summary) -> dict[str, int]:
    return {name: count for name, count in summary.rejected.items() if count}


def only(table: pa.Table, name: str) -> dict[str, Any]:
    (found,) = (r for r in table.to_pylist() if r["type"] == f"io.sightline.{name}.v1")
    return {key: value for key, value in found.items() if value not in ("", None, [])}


def test_times_days_people_and_rounding(
    take: Import, log: SqliteLog, events_in: EventsIn
) -> None:
    take({"what": "asn", "size": "5.125"})
    event = only(events_in(log), "supply.asn")
    assert event["time"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert (event["actor"], event["base_qty"]) == ("Ann", Decimal("5.12"))
    assert event["quality_flags"] == ["rounded"]
    data = json.loads(event["data"])
    assert (data["eta"], data["ship_date"]) == ("2026-07-02T06:30:00Z", "2026-03-03")
    assert data["actor"] == {"id": "Ann"}


def test_two_ends_signs_and_versions(take: Import, log: SqliteLog, events_in: EventsIn) -> None:
    take({"what": "shift", "size": "-5"})
    table = events_in(log)
    event = only(table, "transfer.requested")
    assert event["time"] == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert (event["loc"], event["to_loc"], event["version"]) == ("DC1", "DC2", 3)
    assert event["base_qty"] == 5
    assert json.loads(event["data"])["need_by"] == "2026-04-01"
    assert [(o["type"], o["id"], o["qualifier"]) for o in event["objects"]][1:3] == [
        ("loc", "DC1", "from"), ("loc", "DC2", "to"),
    ]  # fmt: skip
    assert only(table, "allocation.changed")["base_qty"] == -5
    assert only(table, "allocation.changed")["base_uom"] == "KGM"


def test_claims_options_and_money(take: Import, log: SqliteLog, events_in: EventsIn) -> None:
    take({"what": "get"})
    event = only(events_in(log), "inventory.receipt")
    assert (event["closes"], event["mode"]) == (True, "quality")
    assert (event["amount"], event["currency"]) == (Decimal("1.2346"), "EUR")


def test_an_event_without_an_item(take: Import, log: SqliteLog, events_in: EventsIn) -> None:
    take({"what": "departed"})
    event = only(events_in(log), "supply.milestone")
    assert json.loads(event["data"]) == {
        "code": "departed", "eta": "2026-05-01T12:00:00Z", "shipment": "P1",
    }  # fmt: skip


def test_absent_values_are_left_out(take: Import, log: SqliteLog, events_in: EventsIn) -> None:
    take({"what": "get", "last": "", "where": "", "cost": ""})
    event = only(events_in(log), "inventory.receipt")
    assert event["mode"] == "available"
    assert event["closes"] is False
    assert "amount" not in event
    assert json.loads(event["data"]).keys() == {"item", "loc", "q"}


@pytest.mark.parametrize("name", ["a.csv", "a.ndjson"])
def test_all_of_it_equals_the_same_events_as_json(
    name: str, take: Import, log: SqliteLog, events_in: EventsIn
) -> None:
    sizes = {"asn": "5", "move": "-5", "get": "5", "departed": "5"}
    rows = [
        {"what": what, "size": size, "last": word, "version": version, "where": where}
        for what, size in sizes.items()
        for word, version, where in (("yes", "2", "blocked"), ("no", "", ""), ("", "7", ""))
    ]
    take(*rows, name=name)
    assert events_in(log).num_rows == 15
    for part in range(log.partitions):
        for batch in log.read(part, -1, events=100):
            table = pa.ipc.open_stream(batch.body).read_all().combine_chunks()
            decoded = decode_lines(list(events_of(batch)), ingest_ms=10**13)
            assert not decoded.refused
            kept = [name for name in table.column_names if name != "quality_flags"]
            assert table.select(kept).equals(decoded.table.select(kept))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"what": ""}, "nothing"),
        ({"what": "asn", "eta": "soon"}, "bad_time"),
        ({"what": "asn", "day": "2026-03-03"}, "bad_date"),
        ({"what": "asn", "sent": ""}, "no_time"),
        ({"what": "asn", "asn": ""}, "missing_asn_line"),
        ({"what": "move", "version": "1.5", "size": "-1"}, "not_whole"),
        ({"what": "move", "version": "-1", "size": "-1"}, "not_whole"),
        ({"what": "move", "size": "1"}, "negative"),
        ({"what": "get", "last": "perhaps"}, "not_a_flag"),
        ({"what": "get", "where": "roof"}, "unknown_bucket"),
        ({"what": "get", "unit": "box"}, "unknown_unit"),
        ({"what": "get", "cost": "much"}, "not_a_decimal"),
        ({"what": "arrived"}, "unknown_code"),
    ],
)
def test_what_does_not_fit_its_field_is_rejected(
    change: dict[str, str], code: str, take: Import
) -> None:
    summary = take({"what": "departed"}, change)
    assert (summary.accepted, rejected(summary)) == (1, {code: 1})


def test_lines_that_are_no_rows_are_rejected_and_the_others_kept(
    bring: Bring, write: Write, log: SqliteLog,
    refused_in: Callable[[SqliteLog], list[dict[str, str]]],
) -> None:  # fmt: skip
    # given rows of JSON with other things between them
    mapping = write("everything.yaml", MAPPING)
    good = json.dumps(ROW | {"what": "departed", "size": 5, "last": None, "where": {"a": 1}})
    lines = [good, "no json", "", "[1]", '{"x":"%s"}' % ("y" * 2_000_000), good]
    summary = bring(write("a.ndjson", "\n".join(lines)), mapping=str(mapping))
    assert (summary.read, summary.accepted) == (5, 2)
    assert rejected(summary) == {"not_json": 1, "not_an_object": 1, "too_large": 1}
    assert sorted(json.loads(row["raw"])["row"] for row in refused_in(log)) == [2, 4, 5]


def test_typed_columns_of_parquet_are_taken_as_they_are(
    bring: Bring, write: Write, tmp_path: Path, log: SqliteLog, events_in: EventsIn
) -> None:
    # given a Parquet file with times, days, flags and numbers, and a nested column
    mapping = write("everything.yaml", MAPPING)
    row: dict[str, Any] = ROW | {
        "what": "get", "when": datetime(2026, 3, 1, 11, tzinfo=UTC), "last": True, "size": 5.0,
        "sent": date(2026, 3, 1), "version": 3, "cost": Decimal("1.5"), "nested": [1],
    }  # fmt: skip
    asn = row | {"what": "asn", "day": date(2026, 3, 3), "eta": datetime(2026, 7, 2, 8, 30)}  # noqa: DTZ001
    for i, each in enumerate((row, asn)):
        pl.DataFrame([each]).write_parquet(tmp_path / f"{i}.parquet")
        bring(tmp_path / f"{i}.parquet", mapping=str(mapping))
    # then they mean what they are
    receipt = only(events_in(log), "inventory.receipt")
    assert (receipt["closes"], receipt["amount"], receipt["base_qty"]) == (
        True,
        Decimal("1.5"),
        5,
    )
    assert receipt["time"] == datetime(2026, 3, 1, 11, tzinfo=UTC)
    sent = only(events_in(log), "supply.asn")
    assert sent["time"] == datetime(2026, 2, 28, 23, tzinfo=UTC)
    assert json.loads(sent["data"])["eta"] == "2026-07-02T06:30:00Z"

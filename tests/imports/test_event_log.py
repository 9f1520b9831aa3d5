# SPDX-License-Identifier: AGPL-3.0-or-later
import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from sightline.errors import MappingError
from sightline.imports import Summary
from sightline.log.sqlite import SqliteLog

XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org">
  <global scope="trace"><string key="concept:name" value="name"/></global>
  <string key="creator" value="somebody"/>
  <trace>
    <string key="concept:name" value="c1"/>
    <float key="amount" value="3.0"/>
    <int key="variant-index" value="7"/>
    <event>
      <string key="concept:name" value="ask"/>
      <string key="org:resource" value="Ann"/>
      <string key="org:role" value="Clerk"/>
      <string key="lifecycle:transition" value="complete"/>
      <date key="time:timestamp" value="2020-01-01T10:00:00.250+01:00"/>
      <date key="due" value="2020-02-01T00:00:00+01:00"/>
      <boolean key="urgent" value="true"/>
      <float key="share" value="0.125"/>
      <list key="nested"><values><string key="x" value="y"/></values></list>
    </event>
    <event>
      <string key="concept:name" value="ask"/>
      <date key="time:timestamp" value="2020-01-01T09:00:00.250Z"/>
    </event>
  </trace>
  <trace>
    <event>
      <string key="concept:name" value="ask"/>
      <date key="time:timestamp" value="2020-01-01T09:00:00Z"/>
    </event>
  </trace>
</log>"""

Bring = Callable[..., Summary]
Write = Callable[[str, str | bytes], Path]
EventsIn = Callable[[SqliteLog], pa.Table]


def as_parquet(folder: Path, name: str) -> Path:
    """Write the same log as other tools do: wide, typed, nulls where an event lacks a value."""
    at = datetime(2020, 1, 1, 9, 0, 0, 250_000, tzinfo=UTC)
    frame = pl.DataFrame(
        {
            "concept:name": ["ask", "ask", "ask"],
            "org:resource": ["Ann", None, None],
            "org:role": ["Clerk", None, None],
            "lifecycle:transition": ["complete", None, None],
            "time:timestamp": [at, at, at.replace(microsecond=0)],
            "due": [datetime(2020, 1, 31, 23, tzinfo=UTC), None, None],
            "urgent": [True, None, None],
            "share": [0.125, None, None],
            "nested:x": ["y", None, None],
            "case:concept:name": ["c1", "c1", None],
            "case:amount": [3.0, 3.0, None],
            "case:variant-index": [7.0, 7.0, None],
        }
    )
    frame.write_parquet(folder / name)
    return folder / name


def test_an_activity_says_who_did_what_when(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    summary = bring(write("asking.xes", XES))
    first = events_in(log).to_pylist()[0]
    assert (first["process"], first["case_id"], first["activity"]) == ("asking", "c1", "ask")
    assert (first["actor"], first["role"], first["lifecycle"]) == ("Ann", "Clerk", "complete")
    assert first["time"] == datetime(2020, 1, 1, 9, 0, 0, 250_000, tzinfo=UTC)
    assert first["source"] == "log://asking"
    assert first["data"] == (
        '{"activity":"ask","attributes":{"case:amount":3,"case:variant-index":7,'
        '"due":"2020-01-31T23:00:00Z","nested:x":"y","share":0.125,"urgent":true},"case":"c1",'
        '"lifecycle":"complete","process":"asking","resource":"Ann","role":"Clerk"}'
    )
    assert (summary.read, summary.accepted) == (3, 2)


def test_what_lies_inside_an_attribute_is_kept(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    # given an attribute with attributes, and a list with equal and with different members
    inside = (
        '<float key="cost" value="2.5"><string key="currency" value="EUR"/></float>'
        '<list key="tags"><values><string key="tag" value="a"/><string key="tag" value="b"/>'
        '<int key="size" value="3"/></values></list>'
    )
    step = '<string key="concept:name" value="ask"/>'
    step += '<date key="time:timestamp" value="2020-01-01"/>'
    case = '<string key="concept:name" value="c1"/>'
    xes = f"<log><trace>{case}<event>{step}{inside}</event></trace></log>"
    bring(write("asking.xes", xes))
    (event,) = events_in(log).to_pylist()
    assert json.loads(event["data"])["attributes"] == {
        "cost": 2.5, "cost:currency": "EUR", "tags:tag": ["a", "b"], "tags:size": 3,
    }  # fmt: skip


def test_a_null_case_is_rejected(
    bring: Bring, write: Write, log: SqliteLog,
    refused_in: Callable[[SqliteLog], list[dict[str, str]]],
) -> None:  # fmt: skip
    summary = bring(write("asking.xes", XES))
    assert summary.rejected["missing_case"] == 1
    (refusal,) = refused_in(log)
    assert refusal["reason"] == "missing_case: case; expected a value"


def test_xes_and_parquet_of_one_log_give_the_same_events(
    bring: Bring, write: Write, tmp_path: Path, log: SqliteLog, events_in: EventsIn
) -> None:
    # given one log as packed XES and as Parquet
    bring(write("a.xes.gz", gzip.compress(XES.encode())), process="asking")
    from_xes = events_in(log)
    # when the Parquet file is imported under the same name of the process
    bring(as_parquet(tmp_path, "a.parquet"), process="asking")
    both = events_in(log)
    # then ids and content repeat, so that the stream drops the second copy
    assert both.num_rows == 2 * from_xes.num_rows == 4
    keys = both.select(["id", "content", "data"]).to_pylist()
    assert len({tuple(key.values()) for key in keys}) == 2
    assert len({key["id"] for key in keys}) == 2


def test_equal_steps_at_the_same_moment_stay_apart(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = ["case_id,activity,timestamp"] + ["1,a,2020-01-01T00:00:00Z"] * 3
    summary = bring(write("a.csv", "\n".join(rows)))
    assert len(set(events_in(log)["id"].to_pylist())) == 3
    assert summary.flagged["possible_duplicate"] == 2


def test_a_step_with_a_start_is_dated_by_its_end(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    bring(
        write(
            "a.csv",
            "case_id,activity,start_time,end_time\n1,a,2020-01-01 08:00,2020-01-01 09:30\n",
        )
    )
    (event,) = events_in(log).to_pylist()
    assert event["time"] == datetime(2020, 1, 1, 9, 30, tzinfo=UTC)
    assert event["start_time"] == datetime(2020, 1, 1, 8, tzinfo=UTC)


def test_only_complete_steps_when_asked_for(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    rows = (
        "case_id,activity,timestamp,lifecycle\n1,a,2020-01-01,START\n1,a,2020-01-02,COMPLETE\n"
    )
    file = write("a.csv", rows)
    summary = bring(file, lifecycle="complete")
    assert events_in(log)["lifecycle"].to_pylist() == ["COMPLETE"]
    assert (summary.read, summary.accepted) == (2, 1)
    assert summary.rejected["lifecycle_not_complete"] == 1
    again = bring(file, lifecycle="complete")
    assert (again.read, again.duplicates) == (2, 2)


def test_columns_can_be_named_in_a_mapping(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    mapping = write(
        "mine.yaml",
        "kind: event_log\nprocess: claims\nzone: Europe/Berlin\n"
        "columns: {case: Claim, activity: Step, time: When, resource: Who}\n",
    )
    bring(
        write("a.csv", "Claim;Step;When;Who\n1;a;2020-07-01 12:00:00;Ann\n"),
        mapping=str(mapping),
    )
    (event,) = events_in(log).to_pylist()
    assert (event["process"], event["case_id"], event["actor"]) == ("claims", "1", "Ann")
    assert event["time"] == datetime(2020, 7, 1, 10, tzinfo=UTC)


def test_a_role_without_a_column_is_named(bring: Bring, write: Write) -> None:
    file = write("a.csv", "Claim,activity,timestamp\n1,a,2020-01-01\n")
    with pytest.raises(
        MappingError, match=r"has no column for the case: expected case:concept"
    ):
        bring(file, mapping="event_log")


def test_options_of_event_logs_are_refused_elsewhere(bring: Bring, write: Write) -> None:
    with pytest.raises(MappingError, match="is an event log, but online_retail explains rows"):
        bring(write("a.xes", XES), mapping="online_retail")
    with pytest.raises(MappingError, match="event_log knows no --as-of"):
        bring(write("a.xes", XES), as_of=datetime(2020, 1, 1, tzinfo=UTC).date())


def test_ties_across_chunks_keep_counting(
    bring: Bring, write: Write, log: SqliteLog, events_in: EventsIn
) -> None:
    # given more equal steps at one moment than one append takes
    rows = ["case_id,activity,timestamp"] + ["1,a,2020-01-01T00:00:00Z"] * 120_000
    bring(write("a.csv", "\n".join([*rows, "1,a,2020-01-02T00:00:00Z"])))
    # then every one has its own id
    assert len(set(events_in(log)["id"].to_pylist())) == 120_001


def test_times_are_read_as_the_mapping_says(
    write: Callable[[str, str | bytes], Path],
    bring: Callable[..., Summary],
    log: SqliteLog,
    events_in: Callable[[SqliteLog], pa.Table],
) -> None:
    # given a log whose times are no ISO 8601, and one line that is in another format
    mapping = write(
        "m.yaml",
        "kind: event_log\nzone: Europe/Berlin\nformats: ['%d.%m.%Y %H:%M']\n"
        "columns: {case: Fall, activity: Schritt, time: Wann}\n",
    )
    file = write(
        "faelle.csv", "Fall;Schritt;Wann\n1;a;31.01.2024 10:00\n1;b;2024-02-01T10:00:00Z\n"
    )
    # when it is imported
    summary = bring(file, mapping=str(mapping))
    # then its times are of that zone, and the other line is rejected
    assert (summary.accepted, +summary.rejected) == (1, {"bad_time": 1})
    assert events_in(log)["time"][0].as_py().isoformat() == "2024-01-31T09:00:00+00:00"

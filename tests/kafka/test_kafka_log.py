# SPDX-License-Identifier: AGPL-3.0-or-later
"""A topic behind the door of the event log."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from sightline.clock import wall_clock
from sightline.errors import LogError, SettingsError
from sightline.events.decode import decode_lines
from sightline.events.publish import to_piece
from sightline.log import Piece, open_any, open_log
from sightline.log.kafka.config import properties
from sightline.log.kafka.stretches import ROW_MS
from sightline.log.ledger import Imported
from sightline.settings import Settings
from tests.kafka.conftest import Broker, Opener
from tests.strategies.clouds import cloud

NOON = 1_780_000_000_000


def test_what_was_appended_is_read_back_in_order(opened: Opener) -> None:
    # given an append to two partitions, with what an import had refused
    log = opened(partitions=3)
    refusal = b'{"kind":"malformed","reason":"no date"}'
    log.append(
        [
            Piece(0, "ndjson", 2, b"a\nb\n"),
            Piece(2, "ndjson", 1, b"c\n"),
            Piece(0, "refused", 1, refusal + b"\n"),
        ]
    )
    # then each partition has its own, at the offsets of its messages, in their forms
    found = [each for part in range(3) for each in log.read(part, -1, events=9)]
    lines = [
        (each.part, each.fmt, each.first + i, line)
        for each in found
        for i, line in enumerate(each.body.splitlines())
    ]
    assert lines == [
        (0, "ndjson", 0, b"a"),
        (0, "ndjson", 1, b"b"),
        (0, "refused", 2, refusal),
        (2, "ndjson", 0, b"c"),
    ]
    assert log.heads() == {0: 2, 2: 0}
    # and reading goes on after an offset
    assert [each.first for each in log.read(0, 1, events=9)] == [2]
    assert log.read(0, 2, events=9) == []


def test_an_event_in_columns_becomes_one_message_that_says_the_same(opened: Opener) -> None:
    # given an event on its way into the log as an import brings it
    log, line = opened(partitions=1), {"item": "A", "loc": "DC1", "q": 3}
    event = cloud("inventory.issue", id="e1", **line)
    (piece,) = to_piece([event], 1)
    table = decode_lines(piece.body.splitlines(), ingest_ms=NOON).table
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    log.append([Piece(0, "arrow", 1, sink.getvalue().to_pybytes())])
    # then the topic has it as JSON
    (batch,) = log.read(0, -1, events=1)
    found = json.loads(batch.body)
    assert (found["id"], found["data"]) == ("e1", event["data"])


def test_gaps_in_time_and_form_cut_a_stretch_and_rows_never_fall(
    broker: Broker, opened: Opener
) -> None:
    # given messages of two seconds, the clock of one of them behind
    topic = broker.topic(1)
    times = [NOON, NOON, NOON + 1_700, NOON + 200]
    broker.send(topic, [(0, b"%d" % i, at) for i, at in enumerate(times)])
    found = opened(topic).read(0, -1, events=9)
    # then they come in stretches of one time, and what came is at least as late as before
    assert [(each.first, each.events, each.at_ms) for each in found] == [
        (0, 2, NOON),
        (2, 1, NOON + 1_700),
        (3, 1, NOON + 200),
    ]
    second = NOON // ROW_MS
    assert [each.append_row for each in found] == [second, second + 1, second + 1]


def test_whatever_others_send_is_one_line_for_each_message(
    broker: Broker, opened: Opener
) -> None:
    # given a message without a value, one over two lines, and two that are nothing
    topic = broker.topic(1)
    values = [None, b'{"a":\n 1.50}', b'{"a":\n', b'{"kind":"malformed"}']
    broker.send(topic, [(0, value, NOON) for value in values])
    found = opened(topic).read(0, -1, events=9)
    # then each is a line of its own; what cannot be one is refused with what it was
    assert [(each.fmt, each.first, each.events) for each in found] == [
        ("ndjson", 0, 2),
        ("refused", 2, 1),
        ("ndjson", 3, 1),
    ]
    assert found[0].body == b'\n{"a":1.50}\n'
    assert json.loads(found[1].body)["raw"] == '{"a":\n'


def test_what_waits_is_counted_in_messages_since_it_was_seen(opened: Opener) -> None:
    log = opened()
    log.append([Piece(1, "ndjson", 3, b"a\nb\nc\n")])
    before = int(wall_clock().timestamp() * 1000)
    (part, found), *none = log.waiting({1: 0}).items()
    assert (part, found.batches, none) == (1, 2, [])
    assert before - 1 <= found.since_ms <= wall_clock().timestamp() * 1000 + 1
    assert log.waiting({1: 2}) == {}


def test_the_ledger_of_imports_is_kept_beside_the_topic(broker: Broker, opened: Opener) -> None:
    topic, stretch = broker.topic(1), {"row_from": 0, "row_to": 1, "total": 1}
    entry = Imported(
        file_sha256="f", mapping_sha256="m", file="a.csv", events=1, rows=1, **stretch
    )
    opened(topic).append([Piece(0, "ndjson", 1, b"a\n")], imported=[entry])
    again = opened(topic)
    assert again.imported("f", "m").complete
    assert [each.file for each in again.files()] == ["a.csv"]


def test_an_impossible_partition_is_refused(opened: Opener) -> None:
    with pytest.raises(LogError, match="A piece for partition 2; expected a partition below 2"):
        opened().append([Piece(2, "ndjson", 1, b"a\n")])


def test_a_message_that_is_too_large_is_told_with_what_to_do(opened: Opener) -> None:
    with pytest.raises(LogError, match=r"of 5,000,000 bytes is larger than topic .* takes"):
        opened().append([Piece(0, "ndjson", 1, b"x" * 5_000_000)])


@pytest.mark.slow
def test_a_broker_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    nobody = Settings(home=tmp_path, log="kafka://127.0.0.1:9/events")
    with pytest.raises(LogError, match=r"^Kafka at 127.0.0.1:9 does not answer \(.*refused"):
        open_any(nobody)


def test_what_needs_the_embedded_log_says_so(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="needs the log that is embedded in SIGHTLINE_HOME"):
        open_log(Settings(home=tmp_path, log="kafka://127.0.0.1:9/events"))


@pytest.mark.parametrize(
    "url",
    ["kafka://broker/topic", "kafka://a:9092", "kafka://a:9092/", "kafka://a:9092/x y",
     "kafka://a:9092,/topic", "kafka://a:9092/a/b", "kafka:///topic"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match=r"expected kafka://host:9092\[,host2:9092\]/topic"):
        open_any(Settings(home=tmp_path, log=url))


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="states a user") as told:
        open_any(Settings(home=tmp_path, log="kafka://ana:s3cret@a:9092/events"))
    assert "s3cret" not in str(told.value)


def test_properties_are_read_and_comments_passed_over(tmp_path: Path) -> None:
    file = tmp_path / "kafka.properties"
    file.write_text("# ours\n\nsecurity.protocol = SASL_SSL\nsasl.password=a=b\n")
    found = {"security.protocol": "SASL_SSL", "sasl.password": "a=b"}
    assert properties(str(file)) == found
    assert properties("") == {}


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("group.id=x", "sets group.id, which Sightline decides itself"),
        ("enable.auto.commit=true", "sets enable.auto.commit, which"),
        ("plugin.library.paths=/tmp/x.so", "sets plugin.library.paths, which"),
        ("s3cret", "Line 1 of .* is no property"),
        ("= s3cret", "Line 1 of .* is no property"),
    ],
)
def test_a_line_that_is_not_taken_is_told_without_its_value(
    tmp_path: Path, line: str, told: str
) -> None:
    file = tmp_path / "kafka.properties"
    file.write_text(line)
    with pytest.raises(SettingsError, match=told) as found:
        properties(str(file))
    assert "s3cret" not in str(found.value)


@pytest.mark.parametrize("line", ["no.such.thing=s3cret", "security.protocol=s3cret"])
def test_what_librdkafka_does_not_take_is_named_without_its_value(
    broker: Broker, tmp_path: Path, line: str
) -> None:
    file = tmp_path / "kafka.properties"
    file.write_text(line)
    with pytest.raises(SettingsError, match=line.partition("=")[0]) as told:
        open_any(Settings(home=tmp_path, log=broker.url("events"), kafka_config=str(file)))
    assert "s3cret" not in str(told.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="which cannot be read"):
        properties(str(tmp_path / "none"))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The stream over a topic: what is in it counts once, and what is missing is refused."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event

import pyarrow as pa
import pytest
from confluent_kafka import Consumer, TopicPartition

from sightline.errors import LogError, SettingsError, StoreError
from sightline.events.routing import part_of_event
from sightline.log import open_log
from sightline.log.kafka import KafkaLog
from sightline.settings import Settings
from sightline.store import Store
from streams.io.kafka_source import SLACK_MS, KafkaSource
from streams.logic.chunk import Chunk
from streams.runner import RunSummary, run_until_idle
from tests.kafka.conftest import Broker
from tests.strategies.clouds import Cloud, cloud

PARTITIONS = 2
NOON = 1_780_000_000_000
Run = Callable[[Settings], RunSummary]


@pytest.fixture
def topical(broker: Broker, settings: Settings) -> Settings:
    """Give settings with an empty home and store, and a new topic as the log."""
    return replace(settings, log=broker.url(broker.topic(PARTITIONS)))


@pytest.fixture
def once(store: Store) -> Run:
    def run(settings: Settings) -> RunSummary:
        log = KafkaLog.open(settings)
        try:
            return run_until_idle(settings, store, log)
        finally:
            log.close()

    return run


def issue(number: int, item: str = "") -> Cloud:
    return cloud(
        "inventory.issue", id=f"e{number}", minute=number, item=item or f"I{number % 7}",
        loc="DC1", q=1,
    )  # fmt: skip


def send(broker: Broker, settings: Settings, events: list[Cloud], *, at_ms: int = NOON) -> None:
    """Send `events` to the partitions of their items."""
    broker.send(
        topic_of(settings),
        [(part_of_event(e, PARTITIONS), json.dumps(e).encode(), at_ms) for e in events],
    )


def topic_of(settings: Settings) -> str:
    return settings.log.rpartition("/")[2]


def counts(summary: RunSummary) -> tuple[int, int, int]:
    return summary.events, summary.duplicates, summary.dead_letters


def test_what_is_in_a_topic_counts_once_and_reading_goes_on_where_it_stopped(
    broker: Broker, topical: Settings, store: Store, once: Run
) -> None:
    # given events, two of them twice, and messages that are none
    send(broker, topical, [*map(issue, range(20)), issue(3), issue(4)])
    broker.send(
        topic_of(topical), [(0, None, NOON), (1, b"no json", NOON), (0, b'{"a":\n1}', NOON)]
    )
    # when they are read, and more comes
    assert counts(once(topical)) == (20, 2, 3)
    send(broker, topical, [issue(5), *map(issue, range(20, 25))])
    # then a second run takes in that only, and a third nothing
    assert counts(once(topical)) == (5, 1, 0)
    assert counts(once(topical)) == (0, 0, 0)
    # and the positions are those of all events
    rows = store.ask("SELECT item, on_hand FROM v_positions").to_pylist()
    wanted = {f"I{n}": -sum(1 for each in range(25) if each % 7 == n) for n in range(7)}
    assert {row["item"]: int(row["on_hand"]) for row in rows} == wanted


def test_an_event_of_an_item_in_a_foreign_partition_is_a_dead_letter_that_says_where_to(
    broker: Broker, topical: Settings, store: Store, once: Run
) -> None:
    # given an event of an item in the other partition, and one of no item there
    event = issue(1, "A100")
    own = part_of_event(event, PARTITIONS)
    asked = cloud("process.activity", id="p", process="p", case="C1", activity="ask")
    elsewhere = 1 - own
    broker.send(
        topic_of(topical),
        [(elsewhere, json.dumps(each).encode(), NOON) for each in (event, asked)],
    )
    send(broker, topical, [issue(2, "A100")])
    # then only the first is refused
    assert counts(once(topical)) == (2, 0, 1)
    (letter,) = store.ask("SELECT reason, field, id, part FROM dlq").to_pylist()
    assert letter["reason"].startswith(
        f"wrong_partition: item A100 came in partition {elsewhere}"
    )
    assert f"expected {own}, which is crc32 of tenant, byte 31 and item" in letter["reason"]
    assert (letter["field"], letter["id"], letter["part"]) == ("item", "e1", elsewhere)


def test_another_topic_is_not_taken_for_a_replay(
    broker: Broker, topical: Settings, once: Run, store: Store
) -> None:
    # given tables that came from one topic, and another topic
    send(broker, topical, [issue(1)])
    once(topical)
    other = replace(topical, log=broker.url(broker.topic(PARTITIONS)))
    # then the other one is refused, whether the state is kept or not
    with pytest.raises(StoreError, match=r"^The tables came from a topic with topic events-"):
        once(other)
    # and so is the embedded log of the same home
    plain = replace(topical, log=f"sqlite:///{topical.home}/log.db")
    log = open_log(plain)
    with pytest.raises(StoreError, match=r"came from topic events-\d+ of Kafka, not from this"):
        run_until_idle(plain, store, log)
    log.close()


def test_tables_that_are_ahead_of_the_topic_tell_that_it_was_made_anew(
    broker: Broker, topical: Settings, once: Run, store: Store
) -> None:
    # given tables that hold more of a partition than the topic has
    send(broker, topical, [issue(1)])
    once(topical)
    (row,) = store.ask("SELECT part FROM progress").to_pylist()[:1]
    part = row["part"]
    store.insert_arrow("progress", _progress(part, 50))
    with pytest.raises(StoreError, match=rf"Partition {part} of topic .* but the tables hold"):
        once(topical)


def test_messages_that_retention_deleted_before_they_were_read_are_missed(
    broker: Broker, topical: Settings, store: Store, once: Run
) -> None:
    # given a stream that has read the beginning of a partition
    topic, filler = topic_of(topical), b"x" * 100_000
    broker.send(topic, [(0, b"first", NOON), (1, b"first", NOON)])
    assert counts(once(topical)) == (0, 0, 2)
    # when more comes than the broker keeps
    broker.send(topic, [(0, filler, NOON)] * 70)
    # then the stream says what is missing and what to do
    with pytest.raises(
        LogError, match="does not have offset 1 of partition 0 any more"
    ) as told:
        once(topical)
    assert "keep messages longer (retention.ms)" in str(told.value)
    assert store.ask("SELECT count() AS n FROM dlq")["n"].to_pylist() == [2]


@pytest.fixture
def source(topical: Settings) -> Iterator[KafkaSource]:
    """Give a live source whose clock stands at noon."""
    log = KafkaLog.open(topical)
    noon = datetime.fromtimestamp(NOON / 1000, UTC)
    begins = dict.fromkeys(range(PARTITIONS), 0)
    found = KafkaSource(log, range(PARTITIONS), Event(), False, {}, begins, lambda: noon)  # noqa: FBT003
    yield found
    found.close()
    log.close()


def test_an_idle_partition_moves_on_by_the_clock_and_a_busy_one_by_what_it_reads(
    broker: Broker, topical: Settings, source: KafkaSource
) -> None:
    # given a partition with two messages of an hour ago, and one without any
    then = NOON - 3_600_000
    broker.send(topic_of(topical), [(0, b"a", then - 5_000), (0, b"b", then)])
    busy, idle = (source.build_part("read_log", str(part), None) for part in (0, 1))
    # when both are read to their ends
    found: dict[int, list[Chunk]] = {0: [], 1: []}
    for _ in range(500):
        for each in (busy, idle):
            found[each.part] += [chunk for _, chunk in each.next_batch()]
        if all(chunks and not chunks[-1].raws for chunks in found.values()):
            break
    # then what was read is known up to the second before the last, for more may come in it
    first, *_, last = found[0]
    assert (first.raws[0].first, first.frontier) == (0, then // 1000 - 1)
    # and at their ends both move on to what the clock says, but for what is under way
    quiet = (NOON - SLACK_MS) // 1000
    assert (last.raws, last.frontier, found[1][-1].frontier) == ([], quiet, quiet)
    assert busy.snapshot() == (1, quiet, then // 1000)
    # and told to stop, they end
    source.stop.set()
    with pytest.raises(StopIteration):
        busy.next_batch()


def test_exceptions_are_published_with_the_mark_that_they_may_come_twice(
    broker: Broker, topical: Settings, once: Run
) -> None:
    # given a topic for derived events, and an exception in the log
    name = broker.topic(1)
    opened = cloud(
        "exception.opened", id="x1/1", exc_id="x1", revision=1, kind="shortage",
        severity="high", dedup_key="k", item="A", loc="DC1", opened="2026-03-02T06:00:00Z",
        state="open", rule="r", rule_version=1, drivers=[], evidence=[],
    )  # fmt: skip
    settings = replace(topical, kafka_derived=name)
    send(broker, settings, [opened, issue(1)])
    assert counts(once(settings)) == (2, 0, 0)
    # then it is in that topic, alone, with its id
    reader = Consumer({"bootstrap.servers": broker.servers, "group.id": "t"})
    reader.assign([TopicPartition(name, 0, 0)])
    (message,) = reader.consume(2, 3.0)
    reader.close()
    said = json.loads(message.value() or b"")
    assert (said["id"], said["type"]) == ("x1/1", "io.sightline.exception.opened.v1")
    assert said["delivery"] == "atleastonce"
    assert ("delivery", b"at-least-once") in (message.headers() or [])


def test_derived_events_do_not_go_into_the_log(topical: Settings, once: Run) -> None:
    with pytest.raises(SettingsError, match="expected the name of a topic, and not that"):
        once(replace(topical, kafka_derived=topic_of(topical)))


def _progress(part: int, off: int) -> pa.Table:
    return pa.table({"part": pa.array([part], pa.uint8()), "gen": pa.array([1], pa.uint32()),
                     "off": pa.array([off], pa.uint64())})  # fmt: skip

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a topic is: its partitions, its identity, where each partition begins and ends."""

from contextlib import suppress
from typing import NamedTuple

from confluent_kafka import Consumer, KafkaException, TopicCollection, TopicPartition

from sightline.errors import LogError
from sightline.log.kafka.client import Cluster
from sightline.log.kafka.failure import explained

ASK_S = 10.0
TELL_S = 1.0
MOST_PARTITIONS = 256


class Identity(NamedTuple):
    """What tells a topic from another one of its name; "" where the broker does not say."""

    topic: str
    cluster: str
    topic_id: str


class Span(NamedTuple):
    """Offsets of one partition: the first one that is there, and the one after the last."""

    low: int
    high: int


def partitions_of(consumer: Consumer, cluster: Cluster) -> int:
    """Return the number of partitions of the cluster's topic.

    Raises
    ------
    LogError
        The brokers do not answer, or there is no such topic, or it has too many.
    """
    topic = cluster.address.topic
    try:
        found = consumer.list_topics(topic, timeout=ASK_S).topics[topic]
    except KafkaException as error:
        consumer.consume(1, 0)  # hands over what it knows of its connections
        raise explained(error, cluster.address, cluster.trouble) from error
    if found.error is not None:
        raise explained(found.error, cluster.address)
    if not 1 <= len(found.partitions) <= MOST_PARTITIONS:
        raise LogError(
            f"Topic {topic} has {len(found.partitions)} partitions; expected 1 to "
            f"{MOST_PARTITIONS}. Create one with fewer."
        )
    return len(found.partitions)


def identity_of(consumer: Consumer, cluster: Cluster) -> Identity:
    """Return who the topic is, as far as its broker tells."""
    topic = cluster.address.topic
    try:
        found = consumer.list_topics(topic, timeout=ASK_S)
    except KafkaException as error:
        raise explained(error, cluster.address, cluster.trouble) from error
    return Identity(topic, found.cluster_id or "", _topic_id(cluster, topic))


def _topic_id(cluster: Cluster, topic: str) -> str:
    client = cluster.admin()  # its promises die with it
    asked = client.describe_topics(TopicCollection([topic]), request_timeout=TELL_S)
    with suppress(KafkaException, TimeoutError):  # not every broker knows such a thing
        return str(getattr(asked[topic].result(2 * TELL_S), "topic_id", None) or "")
    return ""


def span_of(consumer: Consumer, cluster: Cluster, part: int, *, wait_s: float = ASK_S) -> Span:
    """Ask the broker where partition `part` begins and ends.

    Raises
    ------
    LogError
        It does not answer in time.
    """
    place = TopicPartition(cluster.address.topic, part)
    try:
        found = consumer.get_watermark_offsets(place, timeout=wait_s, cached=False)
    except KafkaException as error:
        raise explained(error, cluster.address, cluster.trouble) from error
    if found is None:
        raise LogError(f"Kafka at {cluster.address.servers} does not answer; try again.")
    return Span(*found)

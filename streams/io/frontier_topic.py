# SPDX-License-Identifier: AGPL-3.0-or-later
"""The topic in which processes that share the partitions tell each other of demand.

It is read from its beginning by who starts afresh, so nothing in it may be deleted but what a
later message with the same key replaces.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime
from threading import Event

import msgspec
from bytewax.inputs import FixedPartitionedSource, StatefulSourcePartition
from bytewax.outputs import DynamicSink, StatelessSinkPartition
from confluent_kafka import KafkaException
from confluent_kafka.admin import NewTopic  # type: ignore[attr-defined]

from sightline.clock import wall_clock
from sightline.errors import LogError
from sightline.log.kafka.client import Cluster
from sightline.log.kafka.reader import Reader
from sightline.log.kafka.sending import Outgoing, Sender
from sightline.log.kafka.topic import ASK_S, partitions_of
from streams.io.log_source import TICK
from streams.logic.demand.shared import heard, told
from streams.logic.demand.sums import Sums

SUFFIX = ".frontier"
_PART = 0
_TRIES = 10
Keyed = tuple[str, Sums]


def frontier_cluster(log: Cluster) -> Cluster:
    """Return the cluster with the internal topic of its log, made when it is missing.

    Raises
    ------
    LogError
        It cannot be made, or has more than one partition.
    """
    cluster = log.other(f"{log.address.topic}{SUFFIX}")
    consumer = cluster.consumer()
    try:
        found = _partitions(cluster, lambda: partitions_of(consumer, cluster))
    finally:
        consumer.close()
    if found != 1:
        raise LogError(
            f"Topic {cluster.address.topic} has {found} partitions; expected one. Delete it: "
            "it is made anew, and all processes replay."
        )
    return cluster


def _partitions(cluster: Cluster, ask: Callable[[], int]) -> int:
    with suppress(LogError):
        return ask()
    topic = NewTopic(
        cluster.address.topic, 1, config={"cleanup.policy": "compact", "retention.ms": "-1"}
    )
    client = cluster.admin()  # its promises die with it
    try:
        client.create_topics([topic], request_timeout=ASK_S)[topic.topic].result(ASK_S)
    except (KafkaException, TimeoutError) as error:
        raise LogError(
            f"Topic {topic.topic} is missing and cannot be created; expected one with a single "
            "partition and cleanup.policy=compact. Create it, or allow us to."
        ) from error
    for _ in range(_TRIES):
        with suppress(LogError):  # brokers learn of it one by one
            return ask()
        Event().wait(0.5)
    return ask()


class FrontierSource(FixedPartitionedSource[Keyed, int]):
    """What other processes told, from the beginning or from where it was taken up to.

    Parameters
    ----------
    own
        Partitions of this process: what it told itself is passed over.
    partitions
        Partitions of the log.
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        own: Collection[int],
        partitions: int,
        stop: Event,
        until_idle: bool,
    ) -> None:
        self.cluster = cluster
        self.others = frozenset(range(partitions)) - frozenset(own)
        self.stop = stop
        self.until_idle = until_idle

    def list_parts(self) -> list[str]:
        """Return the one partition of the topic."""
        return ["frontier"]

    def build_part(
        self, step_id: str, for_part: str, resume_state: int | None
    ) -> "FrontierPartition":
        """Open it after the last offset that was read."""
        del step_id, for_part
        return FrontierPartition(self, resume_state if resume_state is not None else 0)


class FrontierPartition(StatefulSourcePartition[Keyed, int]):
    """Reads the topic; `at` is the next offset wanted."""

    def __init__(self, source: FrontierSource, at: int) -> None:
        self.source = source
        self.at = at
        self.reader = Reader(source.cluster, {_PART: at})
        self.is_idle = False

    def next_batch(self) -> list[Keyed]:
        """Return what others told since the last call."""
        if self.source.stop.is_set():
            raise StopIteration
        batches = self.reader.take(_PART, 0)
        self.is_idle = not batches
        if not batches and self.source.until_idle and self.reader.is_at_end(_PART):
            raise StopIteration
        lines = [line for each in batches for line in each.body.splitlines()]
        self.at = batches[-1].last + 1 if batches else self.at
        return [("all", sums) for sums in self._heard(lines)]

    def next_awake(self) -> datetime | None:
        """Return a tick from now when there is nothing to hear, else at once."""
        waits = self.is_idle and not self.source.until_idle
        return wall_clock() + TICK if waits else None

    def snapshot(self) -> int:
        """Return the next offset wanted."""
        return self.at

    def close(self) -> None:
        """End the consumer."""
        self.reader.close()

    def _heard(self, lines: list[bytes]) -> Iterator[Sums]:
        for line in lines:
            with suppress(msgspec.MsgspecError):  # not ours: nothing to be learnt from it
                sums = heard(line)
                if sums.part in self.source.others:
                    yield sums


class FrontierSink(DynamicSink[Sums]):
    """Tells others what this process's partitions brought; again after a restart."""

    def __init__(self, cluster: Cluster) -> None:
        self.cluster = cluster

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "_FrontierWriter":
        """Open a producer."""
        del step_id, worker_index, worker_count
        return _FrontierWriter(Sender(self.cluster))


class _FrontierWriter(StatelessSinkPartition[Sums]):
    def __init__(self, sender: Sender) -> None:
        self.sender = sender

    def write_batch(self, items: list[Sums]) -> None:
        """Send, and wait: what an epoch has taken in must have been told when it ends."""
        self.sender.send(
            Outgoing(value, _PART, key) for sums in items for key, value in told(sums)
        )

    def close(self) -> None:
        """Send what is queued."""
        self.sender.close()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading partitions from given offsets on: one consumer for all, in batches."""

from collections import defaultdict
from collections.abc import Mapping

from confluent_kafka import KafkaError, KafkaException, Message, TopicPartition

from sightline.errors import LogError
from sightline.log.kafka.client import Cluster
from sightline.log.kafka.failure import LASTING, explained
from sightline.log.kafka.stretches import batches_of
from sightline.log.kafka.topic import Span, span_of
from sightline.log.pieces import Batch

AT_A_TIME = 10_000
MOST_HELD = 20_000  # messages that other partitions have still to take
_WAIT_S = 0.02
_END = KafkaError._PARTITION_EOF  # noqa: SLF001 - the client's own name
_GONE = {KafkaError._AUTO_OFFSET_RESET, KafkaError.OFFSET_OUT_OF_RANGE}  # noqa: SLF001


class Reader:
    """Reads some partitions of a topic; for one thread.

    Parameters
    ----------
    starts
        The first offset wanted of each partition.
    """

    def __init__(self, cluster: Cluster, starts: Mapping[int, int]) -> None:
        self._cluster = cluster
        self._starts = dict(starts)
        self._consumer = cluster.consumer()
        self._held: dict[int, list[Message]] = defaultdict(list)
        self._ends: dict[int, int] = {}
        topic = cluster.address.topic
        self._consumer.assign([TopicPartition(topic, *each) for each in starts.items()])

    def take(self, part: int, row: int) -> list[Batch]:
        """Return what has come of `part` since the last call; `row` as in `batches_of`.

        Nothing when nothing has come: at the end, or while brokers are away.

        Raises
        ------
        LogError
            An offset that is wanted is there no more, or the topic is not.
        """
        if not self._held[part] and sum(map(len, self._held.values())) < MOST_HELD:
            self._fetch(0.0 if self.is_at_end(part) else _WAIT_S)
        messages, self._held[part] = self._held[part], []
        return batches_of(part, messages, row)

    def is_at_end(self, part: int) -> bool:
        """Tell whether `take` has given all that there was when it was last looked."""
        return part in self._ends and not self._held[part]

    def end(self, part: int) -> int:
        """Return the offset after the last one there; -1 while it was not reached."""
        return self._ends.get(part, -1)

    def span(self, part: int, *, wait_s: float) -> Span:
        """Ask the broker for the offsets of `part`; `LogError` when it does not answer."""
        return span_of(self._consumer, self._cluster, part, wait_s=wait_s)

    def close(self) -> None:
        """End the consumer."""
        self._consumer.close()

    def _fetch(self, wait_s: float) -> None:
        try:
            found = self._consumer.consume(AT_A_TIME, wait_s)
        except KafkaException as error:
            raise explained(error, self._cluster.address, self._cluster.trouble) from error
        for message in found:
            told = message.error()
            if told is None:
                part = int(message.partition() or 0)
                self._held[part].append(message)
                self._ends.pop(part, None)
            else:
                self._note(told, message)
        if found:
            self._cluster.trouble.clear()

    def _note(self, error: KafkaError, message: Message) -> None:
        part = message.partition()
        if error.code() == _END and part is not None:
            self._ends[part] = int(message.offset() or 0)
        elif error.code() in _GONE:
            raise gone(self._cluster.address.topic, part, None)
        elif error.code() in LASTING:
            raise explained(error, self._cluster.address)
        else:
            self._cluster.trouble.note(error)


def gone(topic: str, part: int | None, wanted: int | None) -> LogError:
    """Return the refusal to go on where messages are missing."""
    what = "an offset" if wanted is None else f"offset {wanted}"
    return LogError(
        f"Topic {topic} does not have {what} of partition {part} any more: its retention "
        "deleted what was not read yet, or the topic was made anew. Positions without it would "
        "be wrong: keep messages longer (retention.ms), and start with an empty SIGHTLINE_HOME "
        "and store on a topic that has all of them."
    )

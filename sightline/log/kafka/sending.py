# SPDX-License-Identifier: AGPL-3.0-or-later
"""Messages on their way into a topic; who sends them waits until they are kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import NamedTuple

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from sightline.errors import LogError
from sightline.log.kafka.client import DELIVERY_S, Cluster
from sightline.log.kafka.failure import explained

_POLL_S = 0.05
_BY_KEY = -1
_SLACK_S = 5.0  # beyond the client's own limit, which tells why


class Outgoing(NamedTuple):
    """One message; `part` None leaves the partition to its key."""

    value: bytes
    part: int | None = None
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class _Delivery:
    """What became of the messages of one append."""

    left: int = 0
    error: KafkaError | None = None
    lock: Lock = field(default_factory=Lock)

    def told(self, error: KafkaError | None, _message: Message) -> None:
        with self.lock:
            self.left -= 1
            self.error = self.error or error


class Sender:
    """One producer, shared by the threads of a process."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._producer: Producer = cluster.producer()

    def send(self, messages: Iterable[Outgoing]) -> None:
        """Send `messages`; on return all replicas that count have them, in their order.

        Raises
        ------
        LogError
            Not all of them are known to be kept; some may be.
        """
        delivery = _Delivery()
        for each in messages:
            self._produce(each, delivery)
        while delivery.left and not delivery.error:
            self._producer.poll(_POLL_S)
        if delivery.error:
            raise self._failure(delivery.error)
        self._cluster.trouble.clear()

    def close(self) -> None:
        """Send what is queued, as long as that may take."""
        self._producer.flush(DELIVERY_S + _SLACK_S)

    def _produce(self, each: Outgoing, delivery: _Delivery) -> None:
        with delivery.lock:
            delivery.left += 1
        while True:
            try:
                self._producer.produce(
                    self._cluster.address.topic,
                    value=each.value,
                    key=each.key,
                    partition=_BY_KEY if each.part is None else each.part,
                    headers=list(each.headers) or None,
                    on_delivery=delivery.told,
                )
            except BufferError:
                self._producer.poll(_POLL_S)
            except KafkaException as error:
                raise self._failure(error, each) from error
            else:
                return

    def _failure(
        self, error: KafkaException | KafkaError, about: Outgoing | None = None
    ) -> LogError:
        found = error if isinstance(error, KafkaError) else error.args[0]
        if found.code() == KafkaError.MSG_SIZE_TOO_LARGE:
            size = f" of {len(about.value):,} bytes" if about else ""
            return LogError(
                f"An event{size} is larger than topic {self._cluster.address.topic} takes. "
                "Raise max.message.bytes of the topic, and message.max.bytes in the file of "
                "SIGHTLINE_KAFKA_CONFIG."
            )
        return explained(found, self._cluster.address, self._cluster.trouble)

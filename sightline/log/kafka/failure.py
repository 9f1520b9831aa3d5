# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Kafka's errors mean, each in one line."""

from dataclasses import dataclass, field
from threading import Lock

from confluent_kafka import KafkaError, KafkaException

from sightline.errors import LogError, one_line
from sightline.log.kafka.address import Address

_AWAY = {
    KafkaError._TRANSPORT,  # noqa: SLF001 - the client's own names
    KafkaError._ALL_BROKERS_DOWN,  # noqa: SLF001
    KafkaError._TIMED_OUT,  # noqa: SLF001
    KafkaError._MSG_TIMED_OUT,  # noqa: SLF001
    KafkaError._RESOLVE,  # noqa: SLF001
}
_REFUSED = {
    KafkaError._AUTHENTICATION,  # noqa: SLF001
    KafkaError._SSL,  # noqa: SLF001
    KafkaError.SASL_AUTHENTICATION_FAILED,
    KafkaError.UNSUPPORTED_SASL_MECHANISM,
    KafkaError.ILLEGAL_SASL_STATE,
}
_FORBIDDEN = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
}
_UNKNOWN = {
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError._UNKNOWN_TOPIC,  # noqa: SLF001
    KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001
}
LASTING = _FORBIDDEN | _UNKNOWN
"""Waiting does not mend these."""


@dataclass(slots=True)
class Trouble:
    """The last thing that a client told of its connections; share it between threads."""

    _last: KafkaError | None = None
    _lock: Lock = field(default_factory=Lock)

    def note(self, error: KafkaError) -> None:
        """Keep `error`; that all brokers are away says less than what was told before."""
        with self._lock:
            vague = error.code() == KafkaError._ALL_BROKERS_DOWN  # noqa: SLF001
            if self._last is None or not vague:
                self._last = error

    def clear(self) -> None:
        """Forget it: something was heard again."""
        with self._lock:
            self._last = None

    @property
    def last(self) -> KafkaError | None:
        """Return it, None when all is well."""
        return self._last


def kafka_error(error: KafkaException | KafkaError) -> KafkaError:
    """Return what an exception of the client carries."""
    return error if isinstance(error, KafkaError) else error.args[0]


def explained(
    error: KafkaException | KafkaError, address: Address, trouble: Trouble | None = None
) -> LogError:
    """Say in one line what went wrong with `address` and what to do.

    Parameters
    ----------
    trouble
        What was told of connections: it knows better why something took too long.
    """
    found = kafka_error(error)
    if found.code() in _AWAY and trouble is not None and trouble.last is not None:
        found = trouble.last
    code, told = found.code(), one_line(found.str())
    if code in _REFUSED:
        return LogError(
            f"Kafka at {address.servers} refuses the connection ({told}). Check "
            "security.protocol, sasl.* and ssl.* in the file of SIGHTLINE_KAFKA_CONFIG."
        )
    if code in _AWAY:
        return LogError(
            f"Kafka at {address.servers} does not answer ({told}); expected a broker there. "
            "Check SIGHTLINE_LOG, that the broker runs, and security.protocol."
        )
    if code in _FORBIDDEN:
        return LogError(
            f"Kafka does not allow us topic {address.topic} ({told}). Have reading, writing "
            "and describing allowed to the user of SIGHTLINE_KAFKA_CONFIG."
        )
    if code in _UNKNOWN:
        return LogError(
            f"Kafka at {address.servers} has no topic {address.topic}, or fewer partitions of "
            "it than before. Create the topic, with as many partitions as it shall ever have."
        )
    return LogError(f"Kafka failed with topic {address.topic}: {told}.")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clients of one cluster, with what exactness needs set."""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, TypeVar

from confluent_kafka import Consumer, KafkaException, Producer
from confluent_kafka.admin import AdminClient

from sightline.errors import SettingsError
from sightline.log.kafka.address import Address
from sightline.log.kafka.config import VARIABLE, properties
from sightline.log.kafka.failure import Trouble, kafka_error
from sightline.settings import Settings

T = TypeVar("T")
DELIVERY_S = 30.0
_LARGEST = 1 << 22  # an event that the intake takes fits, and its envelope
_logger = logging.getLogger("sightline.kafka")
_logger.addHandler(logging.NullHandler())  # else its lines go to stderr


@dataclass(frozen=True, slots=True)
class Cluster:
    """How to reach a topic.

    Attributes
    ----------
    given
        The operator's properties; values can be secrets.
    trouble
        What clients told of their connections.
    """

    address: Address
    given: Mapping[str, str] = field(default_factory=dict, repr=False)
    trouble: Trouble = field(default_factory=Trouble, repr=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return what `settings` say."""
        return cls(Address.of(settings.log), properties(settings.kafka_config))

    def other(self, topic: str) -> Self:
        """Return the same cluster with another topic."""
        return replace(self, address=replace(self.address, topic=topic))

    def consumer(self) -> Consumer:
        """Return a consumer that belongs to no group and commits nothing.

        An offset that is not there is an error, never a leap to another one.
        """
        return self._made(
            Consumer,
            {
                "group.id": "sightline-reads-by-itself",  # the client insists on a name
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "error",
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "allow.auto.create.topics": False,
                "fetch.queue.backoff.ms": 20,
            },
        )

    def producer(self) -> Producer:
        """Return a producer whose messages are kept in order and by all replicas."""
        return self._made(
            Producer,
            {
                "enable.idempotence": True,
                "acks": "all",
                "message.timeout.ms": int(DELIVERY_S * 1000),
                "message.max.bytes": int(self.given.get("message.max.bytes", _LARGEST)),
            },
        )

    def admin(self) -> AdminClient:
        """Return a client for what only administrators ask and do."""
        return self._made(AdminClient, {})

    def _made(self, kind: Callable[[dict[str, Any]], T], ours: Mapping[str, Any]) -> T:
        whole = {
            "client.id": "sightline",
            **self.given,
            **ours,
            "bootstrap.servers": self.address.servers,
            "error_cb": self.trouble.note,
            "logger": _logger,
        }
        try:
            return kind(whole)
        except KafkaException as error:
            raise _misconfigured(error) from None


def _misconfigured(error: KafkaException) -> SettingsError:
    """Name the property at fault; a message of the client may repeat its value."""
    named = re.search(r'property[: ]+"?([a-z][\w.]*)', kafka_error(error).str())
    if named:
        return SettingsError(
            f"The file of {VARIABLE} sets {named[1]} to what librdkafka does not take; "
            "expected a property and a value of its CONFIGURATION.md. Change or remove it."
        )
    return SettingsError(
        f"librdkafka does not take the properties of {VARIABLE} together; expected a working "
        "set, such as security.protocol=SASL_SSL with sasl.mechanisms, sasl.username and "
        "sasl.password. Check them and the files that they name."
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a topic is: ``kafka://host:9092[,host2:9092]/topic``."""

import re
from dataclasses import dataclass
from typing import Self

from sightline.errors import SettingsError

SCHEME = "kafka://"
_SERVER = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:/@\[\],]+):\d{1,5}")
_TOPIC = re.compile(r"[A-Za-z0-9._-]{1,240}")  # Kafka allows 249; ours add a suffix


@dataclass(frozen=True, slots=True)
class Address:
    """Brokers to ask first, and a topic."""

    servers: str
    topic: str

    def __str__(self) -> str:
        return f"{SCHEME}{self.servers}/{self.topic}"

    @classmethod
    def of(cls, url: str) -> Self:
        """Read `url`.

        Raises
        ------
        SettingsError
            It is no such address, or states a password.

        Examples
        --------
        >>> Address.of("kafka://a:9092,b:9092/events")
        Address(servers='a:9092,b:9092', topic='events')
        """
        servers, _, topic = url.removeprefix(SCHEME).partition("/")
        if "@" in servers:
            raise SettingsError(
                "SIGHTLINE_LOG states a user; expected kafka://host:9092/topic without one. "
                "Put sasl.username and sasl.password into the file of SIGHTLINE_KAFKA_CONFIG."
            )
        if not all(map(_SERVER.fullmatch, servers.split(","))) or not is_topic(topic):
            raise SettingsError(
                f"SIGHTLINE_LOG is {url!r}; expected kafka://host:9092[,host2:9092]/topic."
            )
        return cls(servers, topic)


def is_topic(name: str) -> bool:
    """Tell whether `name` can be the name of a topic."""
    return _TOPIC.fullmatch(name) is not None and name not in (".", "..")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A broker that is reached over TCP, in another process."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from sightline.log.kafka import KafkaLog
from sightline.settings import Settings
from tests.support import kafka_cluster

MEMORY = "chdb://memory"
_names = count()


@dataclass(frozen=True)
class Broker:
    """The mock cluster; each test makes topics of its own."""

    process: "subprocess.Popen[str]"
    servers: str

    def topic(self, partitions: int) -> str:
        """Make a topic and return its name."""
        name = f"events-{next(_names)}"
        self.say(f"topic {name} {partitions}")
        return name

    def url(self, topic: str) -> str:
        return f"kafka://{self.servers}/{topic}"

    def say(self, words: str) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline().strip() == kafka_cluster.DONE

    def send(self, topic: str, messages: list[tuple[int, bytes | None, int]]) -> None:
        kafka_cluster.produced(self.servers, topic, messages)


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """Yield a cluster of one broker, alive as long as the tests."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, kafka_cluster.__file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield Broker(process, process.stdout.readline().strip())
        assert process.stdin
        process.stdin.close()
        process.wait()


Opener = Callable[..., KafkaLog]


@pytest.fixture
def opened(broker: Broker, tmp_path: Path) -> Iterator[Opener]:
    """Give a function that opens a topic, a new one unless told which."""
    logs: list[KafkaLog] = []

    def open_topic(topic: str = "", *, partitions: int = 2) -> KafkaLog:
        url = broker.url(topic or broker.topic(partitions))
        logs.append(KafkaLog.open(Settings(home=tmp_path / "home", store=MEMORY, log=url)))
        return logs[-1]

    yield open_topic
    for log in logs:
        log.close()

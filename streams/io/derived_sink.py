# SPDX-License-Identifier: AGPL-3.0-or-later
"""Derived events on their way to a topic: at least once, for a replay sends them again."""

from dataclasses import dataclass

from bytewax.outputs import DynamicSink, StatelessSinkPartition

from sightline.log.kafka.client import Cluster
from sightline.log.kafka.sending import Outgoing, Sender
from streams.logic.derived import derived
from streams.logic.facts import Rows

HEADERS = (
    ("content-type", b"application/cloudevents+json; charset=UTF-8"),
    ("delivery", b"at-least-once"),
)


@dataclass(slots=True)
class DerivedSink(DynamicSink[Rows]):
    """Publishes what rows tell others to the topic of `cluster`."""

    cluster: Cluster

    def build(self, step_id: str, worker_index: int, worker_count: int) -> "_Publisher":
        """Open a producer."""
        del step_id, worker_index, worker_count
        return _Publisher(Sender(self.cluster))


class _Publisher(StatelessSinkPartition[Rows]):
    def __init__(self, sender: Sender) -> None:
        self.sender = sender

    def write_batch(self, items: list[Rows]) -> None:
        """Send, and wait: what an epoch derived must be out when it ends."""
        self.sender.send(
            Outgoing(each.value, None, each.key, HEADERS)
            for rows in items
            for each in derived(rows)
        )

    def close(self) -> None:
        """Send what is queued."""
        self.sender.close()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where one run reads from, by the kind of its log."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from bytewax.inputs import Source
from bytewax.outputs import Sink

from sightline.errors import SettingsError
from sightline.log import Log
from sightline.log.kafka import KafkaLog
from sightline.log.kafka.address import is_topic
from sightline.log.kafka.client import Cluster
from sightline.log.kafka.topic import partitions_of
from sightline.settings import Settings
from sightline.store import Store
from streams.flows.spine import Outside
from streams.io.derived_sink import DerivedSink
from streams.io.frontier_topic import FrontierSink, FrontierSource, frontier_cluster
from streams.io.generations import check_embedded, check_topic
from streams.io.kafka_source import KafkaSource
from streams.io.log_source import LogSource
from streams.logic.chunk import Chunk
from streams.logic.facts import Rows


@dataclass(frozen=True, slots=True)
class Reading:
    """A source, what goes with it, and how to close it."""

    source: Source[tuple[str, Chunk]]
    outside: Outside
    close: Callable[[], None] = field(default=lambda: None)


def reading(  # noqa: PLR0913 - all that decides where a run reads
    settings: Settings,
    store: Store,
    log: Log,
    *,
    stop: Event,
    until_idle: bool,
    stored: Mapping[int, int],
    share: Collection[int] | None = None,
) -> Reading:
    """Return the source of `log`.

    Parameters
    ----------
    share
        Partitions to read, of a topic of Kafka; None for all of them.

    Raises
    ------
    StoreError
        The tables came from another log.
    LogError
        The topic cannot be read, or the other topics that are needed not be written.
    """
    if not isinstance(log, KafkaLog):
        check_embedded(store, log)
        return Reading(LogSource(log, stop, until_idle, stored), Outside())
    parts = sorted(share if share is not None else range(log.partitions))
    begins = check_topic(store, log, parts, stored)
    source = KafkaSource(log, parts, stop, until_idle, stored, begins)
    shared: dict[str, Any] = {}
    if len(parts) < log.partitions:
        cluster = frontier_cluster(log.cluster)
        shared["others"] = FrontierSource(
            cluster, own=parts, partitions=log.partitions, stop=stop, until_idle=until_idle
        )
        shared["tell"] = FrontierSink(cluster)
    derived = _derived(settings, log.cluster)
    return Reading(
        source, Outside(placed=log.partitions, derived=derived, **shared), source.close
    )


def _derived(settings: Settings, log: Cluster) -> Sink[Rows] | None:
    name = settings.kafka_derived
    if not name:
        return None
    if not is_topic(name) or name == log.address.topic:
        raise SettingsError(
            f"SIGHTLINE_KAFKA_DERIVED is {name!r}; expected the name of a topic, and not that "
            "of the log."
        )
    cluster = log.other(name)
    consumer = cluster.consumer()
    try:
        partitions_of(consumer, cluster)
    finally:
        consumer.close()
    return DerivedSink(cluster)

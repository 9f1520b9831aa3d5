# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is this the log that the tables came from? A topic that was made anew is refused.

Its offsets begin again at 0: taken for the old topic, its events would pass for repeats of
what the tables hold and be dropped.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from sightline.errors import StoreError
from sightline.log import Log
from sightline.log.kafka import KafkaLog
from sightline.log.kafka.topic import Identity, Span
from sightline.store import Store

_AGAIN = (
    "Use an empty SIGHTLINE_HOME and store for it, or point SIGHTLINE_LOG at the log that the "
    "tables came from."
)


def check_embedded(store: Store, log: Log) -> None:
    """Raise `StoreError` when the tables came from a topic of Kafka."""
    if rows := _known(store, log.generation):
        topic = next(iter(rows.values()))["topic"]
        raise StoreError(
            f"The tables came from topic {topic} of Kafka, not from this log. {_AGAIN}"
        )


def check_topic(
    store: Store, log: KafkaLog, parts: Iterable[int], stored: Mapping[int, int]
) -> dict[int, int]:
    """Return the first offset that the tables need of each of `parts`, and remember it.

    Raises
    ------
    StoreError
        The tables came from another topic, or from one of this name that is no more.
    """
    known, identity = _known(store, log.generation), log.identity()
    begins, fresh = {}, []
    for part in parts:
        span, row = log.span(part), known.get(part)
        if part in stored:
            _check(row, identity, part, span, stored[part])
        if row is not None and part in stored:
            begins[part] = int(row["begins"])
        else:
            begins[part] = span.low
            fresh.append((part, span.low))
    store.insert_arrow("generations", _rows(fresh, identity, log.generation))
    return begins


def _known(store: Store, gen: int) -> dict[int, dict[str, Any]]:
    rows = store.read_arrow("stream_generations", gen=gen).to_pylist()
    return {row["part"]: row for row in rows}


def _check(
    row: Mapping[str, Any] | None, identity: Identity, part: int, span: Span, stored: int
) -> None:
    if row is None:
        raise StoreError(
            f"The tables hold events of partition {part} that did not come from Kafka. {_AGAIN}"
        )
    for name, now in identity._asdict().items():
        if row[name] and now and row[name] != now:
            raise StoreError(
                f"The tables came from a topic with {name} {row[name]}, but topic "
                f"{identity.topic} has {now}: it is another one, or was made anew. {_AGAIN}"
            )
    if stored >= span.high:
        raise StoreError(
            f"Partition {part} of topic {identity.topic} ends at offset {span.high - 1}, but "
            f"the tables hold it up to {stored}: the topic was made anew or cut off. {_AGAIN}"
        )


def _rows(fresh: list[tuple[int, int]], identity: Identity, gen: int) -> pa.Table:
    count = len(fresh)
    return pa.table(
        {
            "gen": pa.array([gen] * count, pa.uint32()),
            "part": pa.array([part for part, _ in fresh], pa.uint8()),
            **{name: [told] * count for name, told in identity._asdict().items()},
            "begins": pa.array([low for _, low in fresh], pa.uint64()),
            "ver": pa.array([1] * count, pa.uint64()),
        }
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What passed: events, duplicates and dead letters per source, with watermarks."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.routing import RECORD
from streams.logic.arrays import codes, milliseconds
from streams.logic.chunk import Letter
from streams.logic.runs import Block

_TIME = pa.timestamp("ms", "UTC")
COUNTED = ["tenant", "source", "type", "time", "ingest_time"]  # the rest would be copied
COUNTS = ("events", "duplicates", "dead_letters", "late", "reused", "restated")
_FEEDS = pa.schema(
    [
        ("tenant", pa.string()),
        ("source", pa.string()),
        ("part", pa.uint8()),
        ("gen", pa.uint32()),
        ("watermark", _TIME),
        ("ingested", _TIME),
        *((name, pa.uint64()) for name in COUNTS),
        ("off", pa.uint64()),
    ]
)


@dataclass(slots=True)
class Feed:
    """One source as one partition sees it; times in ms since 1970.

    Attributes
    ----------
    late, reused, restated
        Accepted events far behind the watermark; duplicates whose id came first long ago;
        accepted events that count for another quantity than they came with, once per change.
    """

    watermark: int = 0
    ingested: int = 0
    events: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    late: int = 0
    reused: int = 0
    restated: int = 0


@dataclass(slots=True)
class Tally:
    """Counts since the log began, of one partition."""

    feeds: dict[tuple[str, str], Feed] = field(default_factory=dict)
    touched: set[tuple[str, str]] = field(default_factory=set)

    def note(self, fresh: pa.Table, duplicates: pa.Table, letters: Iterable[Letter]) -> None:
        """Count a chunk: accepted rows, repeated rows, dead letters."""
        for key, rows in by_source(fresh.select(COUNTED)):
            feed = self._feed(key)
            feed.events += len(rows)
            feed.watermark = max(feed.watermark, watermark(rows))
            feed.ingested = max(feed.ingested, int(milliseconds(rows["ingest_time"]).max()))
        for key, rows in by_source(duplicates.select(COUNTED)):
            self._feed(key).duplicates += len(rows)
        for letter in letters:
            feed = self._feed(("main", letter.source))
            feed.dead_letters += 1
            feed.ingested = max(feed.ingested, letter.at_ms)

    def note_disorder(self, late: pa.Table, reused: pa.Table, restated: Block | None) -> None:
        """Count rows that came late, rows that came again late, and changed quantities."""
        for key, rows in by_source(late.select(COUNTED)):
            self._feed(key).late += len(rows)
        for key, rows in by_source(reused.select(COUNTED)):
            self._feed(key).reused += len(rows)
        if restated is not None:
            owners = zip(restated["tenant"].tolist(), restated["source"].tolist(), strict=True)
            for tenant, source in owners:
                self._feed((tenant.decode(), source.decode())).restated += 1

    def release(self, letters: Block | None) -> None:
        """Count dead letters no more whose events are accepted by now."""
        for source in [] if letters is None else letters["source"].tolist():
            self._feed(("main", source.decode())).dead_letters -= 1

    def progress(self, part: int, gen: int, last: int) -> pa.Table:
        """Return the row of table progress."""
        feeds = self.feeds.values()
        watermark = max((feed.watermark for feed in feeds), default=0)
        return pa.table(
            {
                "part": pa.array([part], pa.uint8()),
                "gen": pa.array([gen], pa.uint32()),
                "off": pa.array([last], pa.uint64()),
                "watermark": pa.array([watermark or None], pa.int64()).cast(_TIME),
                **{
                    name: pa.array([sum(getattr(feed, name) for feed in feeds)], pa.uint64())
                    for name in COUNTS
                },
            }
        )

    def changed(self, part: int, gen: int, last: int) -> pa.Table:
        """Return rows of table feeds for the sources touched since the last call."""
        rows = [
            (
                tenant,
                source,
                part,
                gen,
                f.watermark,
                f.ingested,
                *(getattr(f, name) for name in COUNTS),
                last,
            )
            for tenant, source in sorted(self.touched)
            for f in [self.feeds[tenant, source]]
        ]
        self.touched.clear()
        columns = zip(*rows, strict=True) if rows else [[]] * len(_FEEDS)
        return pa.table(
            [_column(values, each.type) for values, each in zip(columns, _FEEDS, strict=True)],
            schema=_FEEDS,
        )

    def _feed(self, key: tuple[str, str]) -> Feed:
        self.touched.add(key)
        return self.feeds.setdefault(key, Feed())


def watermark(rows: pa.Table) -> int:
    """Return the latest business time of `rows`, ms since 1970, none later than its arrival.

    A clock ahead of ours must not pull a watermark into the future, and neither must a master
    record: it may hold from long after, or long before, what happens in the business now.
    """
    time = np.minimum(milliseconds(rows["time"]), milliseconds(rows["ingest_time"]))
    happened = np.asarray(pc.not_equal(rows["type"], RECORD))
    return int(time[happened].max(initial=0))


def _column(values: Iterable[object], kind: pa.DataType) -> pa.Array:
    if kind == _TIME:
        return pa.array(list(values), pa.int64()).cast(kind)
    return pa.array(list(values), kind)


def by_source(table: pa.Table) -> list[tuple[tuple[str, str], pa.Table]]:
    """Return the rows of each (tenant, source)."""
    if not len(table):
        return []
    tenant, tenants = codes(table["tenant"])
    source, sources = codes(table["source"])
    key = tenant.astype(np.int64) * len(sources) + source
    distinct = np.unique(key)
    if len(distinct) == 1:
        return [((tenants[tenant[0]], sources[source[0]]), table)]
    return [
        (
            (tenants[each // len(sources)], sources[each % len(sources)]),
            table.filter(pa.array(key == each)),
        )
        for each in distinct.tolist()
    ]

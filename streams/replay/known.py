# SPDX-License-Identifier: AGPL-3.0-or-later
"""As known then: positions at one moment of the business, as known at another.

What was known at K is what was recorded by K. Those events, up to the moment T asked for, go
through the engine of the stream itself: as they are stored, or read once more where a master
record that was recorded later may have a part in what is stored (`streams.replay.reread`). A
reversal undoes at the time of its original whenever it happened, so it counts as soon as it is
known; that is also how position_hour reads.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.store import Store
from streams.logic.kinds import OF_TYPE
from streams.logic.near_counts import WINDOW_MS, NearCounts
from streams.logic.positions import PartitionState
from streams.replay.reread import Reading, read_again

EVENTS_AT_ONCE = 500_000
"""Events are read so many at a time, whole items each: it bounds the memory."""

EVER = datetime(2299, 12, 31, tzinfo=UTC)
"""Later than any time that the tables can hold."""

_KEY = ("tenant", "source", "id", "item")


def known_then(  # noqa: PLR0913 - all that the question can say
    store: Store,
    item: str = "",
    loc: str = "",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    *,
    window_ms: int = WINDOW_MS,
) -> pa.Table:
    """Return positions at `as_of` as they were known at `known_at`, in the columns of now.

    Parameters
    ----------
    item, loc
        Only these; "" means all.
    as_of
        Moment in the business, to the millisecond; None means everything that happened.
    known_at
        What was recorded later is left out; None means everything known now. An event that
        states no recording time was recorded when it happened.
    window_ms
        How near to a count of another source a movement is in doubt.
    """
    found = list(in_pieces(store, item, as_of, known_at, window_ms=window_ms))
    rows = pa.concat_tables(found) if found else None
    wanted = store.read_arrow("positions", item="\0", loc="\0").schema
    if rows is None:
        return wanted.empty_table()
    if loc:
        rows = rows.filter(pc.equal(rows["loc"], loc))
    rows = rows.sort_by([(name, "ascending") for name in ("tenant", "item", "loc")])
    return _as(wanted, rows)


def in_pieces(  # noqa: PLR0913 - as above
    store: Store,
    item: str = "",
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    *,
    window_ms: int = WINDOW_MS,
    events_at_once: int = EVENTS_AT_ONCE,
) -> Iterator[pa.Table]:
    """Yield the positions of `known_then` by groups of items, as the engine reports them."""
    about = {"item": item, "types": list(OF_TYPE)}
    (size,) = store.read_arrow("known_size", **about)["events"].to_pylist()
    buckets = 1 if item else max(1, -(-size // events_at_once))
    moments = {"as_of": _whole(as_of or EVER), "known_at": _whole(known_at or EVER)}
    for bucket in range(buckets):
        cut = {"buckets": buckets, "bucket": bucket}
        events = store.read_arrow("known_events", **about, **moments, **cut)
        yield from positions_of(events, moments["as_of"], window_ms=window_ms)
        if known_at is not None:
            then = {"item": item, "known_at": moments["known_at"]}
            events = store.read_arrow("known_again", **then, **cut)
            yield from positions_of(events, moments["as_of"], window_ms=window_ms, again=True)


def positions_of(
    events: pa.Table, as_of: datetime, *, window_ms: int = WINDOW_MS, again: bool = False
) -> Iterator[pa.Table]:
    """Yield the positions that `events` add up to, a table for each partition of the log.

    Parameters
    ----------
    events
        Rows of query known_events: all of an item or none.
    again
        They are those of known_again: their quantities are read from what they state.
    """
    place = np.asarray(events["gen"]).astype(np.int64) << 8 | np.asarray(events["part"])
    for each in np.unique(place).tolist():
        gen, part = divmod(each, 1 << 8)
        rows = events.filter(pa.array(place == each))
        read = read_again(rows, part, gen) if again else Reading(rows, None)
        state = PartitionState(part, gen, near=NearCounts(window_ms))
        state.apply(_undoing(read.events, as_of), read.restated)
        yield _until(state.current(), as_of)


def _undoing(events: pa.Table, as_of: datetime) -> pa.Table:
    """Leave out later reversals of what had not happened yet: they say nothing of a place."""
    later = pc.greater(events["time"], pa.scalar(as_of, events["time"].type))
    if not pc.any(later).as_py():
        return events
    happened, reversals = events.filter(pc.invert(later)), events.filter(later)
    named = happened.filter(pc.is_in(happened["id"], reversals["reverses"].combine_chunks()))
    keys = zip(*(named[each].to_pylist() for each in _KEY), strict=True)
    known = set(keys)
    kept = [_target(row) in known for row in reversals.to_pylist()]
    return pa.concat_tables([happened, reversals.filter(pa.array(kept, pa.bool_()))]).sort_by(
        [("off", "ascending")]
    )


def _target(reversal: dict[str, Any]) -> tuple[str, str, str, str]:
    source = reversal["reverses_source"] or reversal["source"]
    return reversal["tenant"], source, reversal["reverses"], reversal["item"]


def _until(rows: pa.Table, as_of: datetime) -> pa.Table:
    """Let no position be newer than asked: a reversal that came later may have touched it."""
    at = rows.column_names.index("as_of")
    last = pa.scalar(as_of, rows["as_of"].type)
    capped = pc.if_else(pc.greater(rows["as_of"], last), last, rows["as_of"])
    return rows.set_column(at, "as_of", capped)


def _as(wanted: pa.Schema, rows: pa.Table) -> pa.Table:
    """Return `rows` in the columns and types of `wanted`."""
    columns = {each.name: rows[each.name].cast(each.type) for each in wanted}
    return pa.table(columns, schema=wanted)


def _whole(moment: datetime) -> datetime:
    """Return `moment` in UTC, cut to the millisecond as times in the tables are."""
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

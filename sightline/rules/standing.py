# SPDX-License-Identifier: AGPL-3.0-or-later
"""What time is it in the business? The clock when live, the watermark in a replay."""

from datetime import UTC, datetime, timedelta

from sightline.desk import SOURCE, Desk
from sightline.log import Log
from sightline.store import Store

LIVE = timedelta(days=1)
PROMPT = timedelta(seconds=30)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def business_time(store: Store, desk: Desk, *, now: datetime) -> datetime | None:
    """Return the time that rules judge by; None before the first event.

    The latest watermark of any source, or `now` when that is at most a day behind: a live
    system that is quiet for an hour still sees lines become due. What was due stays due, so
    the answer is never earlier than at the last evaluation.
    """
    (row,) = store.read_arrow("latest_watermark", own=SOURCE).to_pylist()
    watermark: datetime | None = row["watermark"]
    if watermark is None:
        return None
    before = desk.recall("clock").get("as_of")
    found = now if watermark >= now - LIVE else watermark
    if before is not None:
        found = max(found, datetime.fromisoformat(before))
    return found.replace(microsecond=found.microsecond // 1000 * 1000)


def is_prompt(store: Store, log: Log, *, now: datetime) -> bool:
    """Return whether the stream keeps up: nothing waits in the log for half a minute.

    While it catches up, the tables show states that were over long ago.
    """
    rows = store.read_arrow("stream_progress", gen=log.generation).to_pylist()
    read = {row["part"]: row["off"] for row in rows}
    behind = [part for part, head in log.heads().items() if head > read.get(part, -1)]
    if not behind:
        return True
    slowest = min(behind, key=lambda part: read.get(part, -1))
    waiting = log.read(slowest, read.get(slowest, -1), events=1)
    return not waiting or now - EPOCH - timedelta(milliseconds=waiting[0].at_ms) <= PROMPT

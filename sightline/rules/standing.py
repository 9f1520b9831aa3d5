# SPDX-License-Identifier: AGPL-3.0-or-later
"""What time is it in the business? The clock when live, the watermark in a replay."""

from datetime import datetime, timedelta

from sightline.desk import SOURCE, Desk
from sightline.store import Store

LIVE = timedelta(days=1)


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

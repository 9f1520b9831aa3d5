# SPDX-License-Identifier: AGPL-3.0-or-later
"""From when until when a record holds: half open, in milliseconds since 1970, UTC.

A day begins at midnight UTC. What lies before 1970 means "always", what lies after 2200 (such
as 9999-12-31) means "without end".
"""

import re
from datetime import UTC, datetime, timedelta

from sightline.events.moments import EARLIEST, LATEST
from sightline.events.refusal import Fault, shown

WANTED = "a day such as 2026-03-02, or RFC 3339 with an offset"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def check(valid_from: str | None, valid_to: str | None) -> Fault | None:
    """Return what is wrong with the two texts, None when nothing is."""
    moments = []
    for name, text in (("valid_from", valid_from), ("valid_to", valid_to)):
        moments.append(moment(text) if text else None)
        if text and moments[-1] is None:
            path = f"data.{name}"
            return Fault("not_a_time", path, f"{path} is {shown(text)}; expected {WANTED}")
    begin, end = moments
    if begin is not None and end is not None and end <= begin:
        text = f"data.valid_to is {shown(valid_to)}; expected a time after {shown(valid_from)}"
        return Fault("ends_before_it_begins", "data.valid_to", text)
    return None


def moment(text: str) -> int | None:
    """Return the moment that `text` states, None when it states none.

    >>> moment("2026-03-02") == moment("2026-03-02T01:00:00+01:00")
    True
    """
    day = _DAY.fullmatch(text)
    if not day and not _MOMENT.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(f"{text}T00:00:00Z" if day else text.upper())
    except ValueError:
        return None
    return min(max((found - _EPOCH) // _MILLISECOND, EARLIEST), LATEST)


def span(valid_from: str | None, valid_to: str | None, time_ms: int) -> tuple[int, int | None]:
    """Return from when until when a record holds, as far as it says so.

    Parameters
    ----------
    time_ms
        When its event happened: a record without `valid_from` holds from then on.
    """
    begin = moment(valid_from) if valid_from else None
    end = moment(valid_to) if valid_to else None
    return (time_ms if begin is None else begin), end

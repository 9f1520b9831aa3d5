# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates and times as both standards write them."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sightline.imports.edi.refused import Refused

DIGITS = re.compile("[0-9]*", re.ASCII)
SHORT_YEAR, LONG_YEAR = 6, 8
END_OF_DAY = time(23, 59, 59)
HOURS = {"UT": 0, "GM": 0, "ES": -5, "ED": -4, "CS": -6, "CD": -5, "MS": -7, "MD": -6,
         "PS": -8, "PD": -7}  # fmt: skip
"""X12's codes of zones with a fixed offset; the others leave it to the mapping."""
EDIFACT_FORMS = {
    "2": "%d%m%y",
    "101": "%y%m%d",
    "102": "%Y%m%d",
    "201": "%y%m%d%H%M",
    "203": "%Y%m%d%H%M",
    "204": "%Y%m%d%H%M%S",
}
LENGTHS = {"%d": 2, "%m": 2, "%y": 2, "%Y": 4, "%H": 2, "%M": 2, "%S": 2}


class When(NamedTuple):
    """A day, with the time of day and the offset where they are stated."""

    day: date
    clock: time | None = None
    offset: timezone | None = None


def parsed(text: str, form: str) -> datetime | None:
    """Return `text` in the strict `form`, None when it is not.

    Examples
    --------
    >>> parsed("260302", "%y%m%d")
    datetime.datetime(2026, 3, 2, 0, 0)
    >>> parsed("26032", "%y%m%d") is None
    True
    """
    wanted = sum(LENGTHS[form[at : at + 2]] for at in range(0, len(form), 2))
    if len(text) != wanted or not DIGITS.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007  the zone is the partner's
    except ValueError:
        return None


def x12_when(day: str, clock: str, field: str, code: str = "") -> When | None:
    """Return a date of 6 or 8 digits with a time of 4, 6 or more; None when there is none.

    Raises
    ------
    Refused
        It is no date.
    """
    if not day:
        return None
    found = parsed(day, "%Y%m%d" if len(day) == LONG_YEAR else "%y%m%d")
    if found is None:
        raise _no_date(day, field, "CCYYMMDD")
    hour = None
    if clock:
        stated = parsed(clock[:6], "%H%M%S") or parsed(clock, "%H%M")
        if stated is None:
            raise _no_date(clock, field, "a time as HHMM")
        hour = stated.time()
    offset = timezone(timedelta(hours=HOURS[code])) if code in HOURS else None
    return When(found.date(), hour, offset)


def edifact_when(text: str, form: str, field: str) -> When | None:
    """Return a date in the form that DTM 2379 names; None when there is none.

    Raises
    ------
    Refused
        It is no date, or its form is not read.
    """
    if not text:
        return None
    if form not in EDIFACT_FORMS:
        raise _no_date(
            text, field, f"one of the formats {', '.join(EDIFACT_FORMS)}, not {form}"
        )
    found = parsed(text, EDIFACT_FORMS[form])
    if found is None:
        raise _no_date(text, field, f"format {form}")
    return When(found.date(), found.time() if "%H" in EDIFACT_FORMS[form] else None)


def moment(when: When, zone: ZoneInfo, *, default: time = time()) -> datetime:
    """Return `when` in UTC; a day alone means `default` on it, in `zone`."""
    hour = default if when.clock is None else when.clock
    local = datetime.combine(when.day, hour, tzinfo=when.offset or zone)
    return local.astimezone(UTC)


def written(at: datetime) -> str:
    """Return a moment in UTC as events write it.

    Examples
    --------
    >>> written(datetime(2026, 3, 2, 6, tzinfo=UTC))
    '2026-03-02T06:00:00Z'
    """
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def _no_date(text: str, field: str, wanted: str) -> Refused:
    return Refused("not_a_date", f"{field} is {text!r}; expected {wanted}", field)

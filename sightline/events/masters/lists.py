# SPDX-License-Identifier: AGPL-3.0-or-later
"""Lists: as JSON, or as one text with commas as files have them."""

import re
from datetime import date
from typing import Any

from sightline.events.masters.texts import name
from sightline.events.masters.wrong import WrongValueError
from sightline.events.values import FIRST_DAY, LAST_DAY

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_LIST = 4096
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = {word: at for words in (WEEK, _LONG) for at, word in enumerate(words)}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def weekdays(value: Any) -> list[str]:
    """Read weekdays; they come out in the order of the week, each once."""
    days: set[int] = set()
    for part in _parts(value):
        first, _, last = part.lower().replace(" ", "").partition("-")
        begin, end = _day(first), _day(last or first)
        days |= {at % 7 for at in range(begin, end + 1 if begin <= end else end + 8)}
    return [WEEK[at] for at in sorted(days)]


def dates(value: Any) -> list[date]:
    """Read days; they come out in order, each once."""
    return sorted({_date(part) for part in _parts(value)})


def names(value: Any) -> list[str]:
    """Read texts in their order."""
    return [name(part) for part in _parts(value)]


def _parts(value: Any) -> list[str]:
    parts = re.split(r"[,;]", value) if isinstance(value, str) else value
    if not isinstance(parts, list) or len(parts) > LONGEST_LIST:
        raise WrongValueError
    if not all(isinstance(part, str) for part in parts):
        raise WrongValueError
    return [part.strip() for part in parts if part.strip()]


def _day(word: str) -> int:
    if word not in _DAY:
        raise WrongValueError
    return _DAY[word]


def _date(part: str) -> date:
    if not _DATE.fullmatch(part):
        raise WrongValueError
    try:
        day = date.fromisoformat(part)
    except ValueError as error:
        raise WrongValueError from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise WrongValueError
    return day

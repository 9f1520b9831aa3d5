# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts with a meaning: names, units, currencies, zones, hours, links."""

import re
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sightline.events import units
from sightline.events.blocks import LONGEST_NAME
from sightline.events.masters.wrong import WrongValueError
from sightline.events.quantities import CURRENCY

PLACEHOLDERS = frozenset({"id", "item", "loc", "type"})
LONGEST_LINK = 2048
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", re.ASCII | re.IGNORECASE)
_BRACES = re.compile(r"\{([^{}]*)\}")
_UNFIT = re.compile(r"[\x00-\x20\x7f\\<>\"'`]")
_SPAN = r"([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)"
_HOURS = re.compile(rf"{_SPAN}(,{_SPAN})*", re.ASCII)


def text(value: Any) -> str:
    """Read a text; a whole number such as a tier counts as one."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > LONGEST_NAME:
        raise WrongValueError
    return value


def name(value: Any) -> str:
    """Read the id of something, exactly as it is written."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME:
        raise WrongValueError
    return value


def unit(value: Any) -> str:
    """Read the code of a unit of measure."""
    if not isinstance(value, str) or not units.is_known(value):
        raise WrongValueError
    return value


def currency(value: Any) -> str:
    """Read the code of a currency."""
    if not isinstance(value, str) or not CURRENCY.fullmatch(value):
        raise WrongValueError
    return value


def zone(value: Any) -> str:
    """Read the name of a time zone."""
    if not isinstance(value, str) or not _is_zone(value):
        raise WrongValueError
    return value


def hours(value: Any) -> str:
    """Read opening hours; each span ends after it begins."""
    if not isinstance(value, str):
        raise WrongValueError
    plain = value.replace(" ", "")
    if not _HOURS.fullmatch(plain):
        raise WrongValueError
    for span in plain.split(","):
        begin, _, end = span.partition("-")
        if begin >= end:
            raise WrongValueError
    return plain


def link(value: Any) -> str:
    """Read a template of links; what is filled in can change neither scheme nor host."""
    if not isinstance(value, str) or len(value) > LONGEST_LINK or _UNFIT.search(value):
        raise WrongValueError
    if not set(_BRACES.findall(value)) <= PLACEHOLDERS or re.search(
        r"[{}]", _BRACES.sub("", value)
    ):
        raise WrongValueError
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError as error:
        raise WrongValueError from error
    if parts.scheme != "https" or not _HOST.fullmatch(parts.netloc) or port == 0:
        raise WrongValueError
    return value


@lru_cache(maxsize=1024)
def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Texts and naive times become milliseconds since 1970, UTC."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from sightline.events.moments import EARLIEST, LATEST
from sightline.imports.mapping import Spec

REPAIRS = ("month_day_year",)
"""``month_day_year``: 2005-03-13 is a damaged 5/3/13 (year less 2000 is the month, …)."""
DATE_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y")
DAMAGED = r"^20(\d\d)-(\d\d)-(\d\d)$"
SHEET_TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$"
MIDNIGHT = " 00:00:00"
OFFSET = r"(?:[zZ]|\d\d:\d\d[^ ]*[+-]\d\d:?(?:\d\d)?)$"
DAY_MS = 86_400_000
ANY = Spec()


def to_ms(values: pl.Series, spec: Spec, *, zone: str) -> pl.Series:
    """Return Int64 milliseconds; null where `values` is null or is no time.

    Without formats the text has to be ISO 8601, with or without an offset. A time that the
    zone repeats in autumn is the first of the two; one that it skips in spring moves an hour.

    Parameters
    ----------
    values
        Texts, dates or datetimes.
    spec
        Its ``formats``, ``repair`` and ``zone`` hold.
    zone
        For times without an offset, when the spec names none.
    """
    zone = spec.zone or zone
    if values.dtype == pl.Date:
        values = values.cast(pl.Datetime("ms"))
    if isinstance(values.dtype, pl.Datetime):
        stamps = values if values.dtype.time_zone else in_zone(values, zone)
    elif values.dtype == pl.Null:
        return values.cast(pl.Int64)
    else:
        stamps = _read(values.cast(pl.String), spec, zone)
    result = stamps.dt.convert_time_zone("UTC").dt.epoch("ms")
    return result.set(~result.is_between(EARLIEST, LATEST, closed="left"), None)


def day_or_moment(values: pl.Series, spec: Spec = ANY, *, zone: str = "UTC") -> pl.Series:
    """Return days as ``2020-05-31`` and moments in RFC 3339, UTC; null where it is neither.

    A midnight without an offset is a day: spreadsheets know no other.

    >>> day_or_moment(pl.Series(["2020-05-31", "2020-05-31 08:30", "soon"])).to_list()
    ['2020-05-31', '2020-05-31T08:30:00Z', None]
    """
    local = to_ms(values, replace(spec, zone="UTC"), zone="UTC")
    moments = to_ms(values, spec, zone=zone)
    texts = moments.cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    is_day = (local % DAY_MS == 0).fill_null(value=False)
    if values.dtype == pl.String:
        is_day = is_day & ~values.str.contains(OFFSET).fill_null(value=True)
    return local.cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%d").zip_with(is_day, texts)


def day_of(milliseconds: int | None, zone: str) -> str | None:
    """Return the day in `zone` that a moment belongs to."""
    if milliseconds is None:
        return None
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def in_zone(naive: pl.Series, zone: str) -> pl.Series:
    """Return `naive` as times of `zone`."""
    naive = naive.dt.cast_time_unit("ms")
    if zone == "UTC":
        return naive.dt.replace_time_zone("UTC")
    local = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    skipped = naive.is_not_null() & local.is_null()
    if skipped.any():
        later = (naive + timedelta(hours=1)).dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        )
        local = later.zip_with(skipped, local)
    return local


def end_of(moment: date | datetime, zone: str) -> int:
    """Return a constant in milliseconds; a day without a time means its last millisecond."""
    if isinstance(moment, datetime):
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return round(aware.timestamp() * 1000)
    midnight = pl.Series([datetime.combine(moment + timedelta(days=1), time())])
    return int(in_zone(midnight, zone).dt.epoch("ms")[0]) - 1


def _read(texts: pl.Series, spec: Spec, zone: str) -> pl.Series:
    texts = texts.str.strip_chars()
    if spec.repair:
        texts = _repaired(texts)
    found = pl.Series(texts.name, [None] * len(texts), pl.Datetime("ms", "UTC"))
    for each in (*spec.formats, None) if spec.default else spec.formats or (None,):
        if found.null_count() == texts.null_count():
            break
        parsed = _iso(texts, zone) if each is None else _formatted(texts, each, zone)
        found = found.zip_with(found.is_not_null(), parsed)
    return (
        found.zip_with(found.is_not_null(), _of_sheets(texts, zone)) if spec.formats else found
    )


def _of_sheets(texts: pl.Series, zone: str) -> pl.Series:
    """Read what a sheet's real dates become in a column that has texts too."""
    plain = texts.str.contains(SHEET_TIME).fill_null(value=False)
    return _iso(texts.set(~plain, None), zone)


def _formatted(texts: pl.Series, pattern: str, zone: str) -> pl.Series:
    if "%z" in pattern:
        parsed = texts.str.to_datetime(pattern, strict=False, time_unit="ms")
        return parsed.dt.convert_time_zone("UTC")
    if "%H" not in pattern and "%I" not in pattern and "%T" not in pattern:
        texts, pattern = texts + MIDNIGHT, pattern + " %H:%M:%S"
    naive = texts.str.to_datetime(pattern, strict=False, time_unit="ms")
    return in_zone(naive, zone).dt.convert_time_zone("UTC")


def _iso(texts: pl.Series, zone: str) -> pl.Series:
    """Read ISO 8601: seconds, fractions and offset may be missing; a blank may stand for T."""
    plain = texts.str.replace(r"^(\d{4}-\d\d-\d\d) ", "${1}T").str.replace(r"[zZ]$", "+00:00")
    plain = plain.str.replace(r"^(\d{4}-\d\d-\d\d)$", "${1}T00:00:00")
    plain = plain.str.replace(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d)($|[+-])", "${1}:00${2}")
    plain = plain.str.replace(r"([+-]\d\d):?(\d\d)?$", "${1}:${2}").str.replace(r":$", ":00")
    offset = texts.str.contains(OFFSET)
    aware = plain.set(~offset, None).str.to_datetime(
        "%Y-%m-%dT%H:%M:%S%.f%:z", strict=False, time_unit="ms"
    )
    naive = texts.str.replace(r"^(\d{4}-\d\d-\d\d)[ T]?$", "${1}T00:00:00")
    naive = naive.str.replace(r"^(\d{4}-\d\d-\d\d) ", "${1}T")
    naive = naive.str.replace(r"^(\d{4}-\d\d-\d\dT\d\d:\d\d)$", "${1}:00").set(offset, None)
    local = naive.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", strict=False, time_unit="ms")
    utc = in_zone(local, zone).dt.convert_time_zone("UTC")
    return aware.dt.convert_time_zone("UTC").zip_with(offset.fill_null(value=False), utc)


def _repaired(texts: pl.Series) -> pl.Series:
    return texts.str.replace(DAMAGED, "${1}/${2}/${3}")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""How a column writes its times: formats, and whether the day or the month comes first."""

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl

from sightline.imports import times
from sightline.imports.mapping import Spec

MOST_TEXTS = 4000
ENOUGH, MOST = 0.45, 0.6
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
LONG_MONTHS = (
    "january|february|march|april|june|july|august|september|october|november|december"
)
YEARS = range(1950, 2101)
LARGEST_MONTH = 12
DAY_MS = 86_400_000
MANY_DAYS = 5
SHOWN = datetime(2024, 12, 31, 17, 9, 30, tzinfo=UTC)
DIGITS = re.compile(r"(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(.*)", re.DOTALL)
NAMED = re.compile(
    rf"(\d{{1,2}})([ -]|\. ?)({LONG_MONTHS}|{MONTHS})\2(\d{{2,4}})(.*)", re.IGNORECASE
)
AMERICAN = re.compile(rf"({LONG_MONTHS}|{MONTHS})( )(\d{{1,2}}), (\d{{4}})(.*)", re.IGNORECASE)
COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)([ T]?)(\d{4}|\d{6})?")
ISO = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:[zZ]|[+-]\d\d(?::?\d\d)?)?)?"
)
REST = re.compile(
    r"(?P<gap>,? ?T?| ?- ?)(?P<hours>\d{1,2})(?P<seconds>:\d\d)(?P<more>:\d\d)?(?P<part>\.\d+)?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:[+-]\d\d:?\d\d|Z))?"
)


@dataclass(frozen=True, slots=True)
class Moments:
    """How a column of times is written.

    Attributes
    ----------
    formats
        As in a mapping; none where it is ISO 8601 or the file knows that it is a time.
    order
        "day", "month" or "" where it does not matter.
    evidence
        What decided on the order, for people; "" where it was not decided.
    has_time, has_zone
        Whether it tells the time of the day, and its offset.
    share
        Of the values, how many are times.
    odd
        Texts that are none, the most frequent first.
    """

    formats: tuple[str, ...] = ()
    order: str = ""
    evidence: str = ""
    has_time: bool = False
    has_zone: bool = False
    share: float = 1.0
    odd: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has to say if the day or the month comes first."""
        return self.order != "" and not self.evidence


@dataclass(slots=True)
class _Seen:
    """Shapes of the texts of one column, and what they say about days and months."""

    shapes: Counter[str] = field(default_factory=Counter)
    separators: Counter[str] = field(default_factory=Counter)
    first_above: int = 0
    second_above: int = 0
    firsts: set[int] = field(default_factory=set)
    seconds: set[int] = field(default_factory=set)
    odd: Counter[str] = field(default_factory=Counter)
    zones: int = 0
    hours: int = 0


def moments_of(values: pl.Series) -> Moments | None:
    """Return how `values` write times; None when they are none.

    Parameters
    ----------
    values
        Texts or times of a file, in its order; null where there is nothing.
    """
    if values.dtype == pl.Date:
        return Moments()
    if isinstance(values.dtype, pl.Datetime):
        late = values.drop_nulls().dt.epoch("ms") % DAY_MS != 0
        return Moments(has_time=bool(late.any()), has_zone=values.dtype.time_zone is not None)
    if values.dtype != pl.String:
        return None
    texts = values.drop_nulls().str.strip_chars()
    counted = Counter(texts.to_list()).most_common(MOST_TEXTS)
    seen = _Seen()
    for text, count in counted:
        _look(text, count, seen)
    good, bad = sum(seen.shapes.values()), sum(seen.odd.values())
    if not good or good / (good + bad) < ENOUGH:
        return None
    return _judged(texts, seen, good / (good + bad))


def moment_in(form: str) -> str:
    """Return how one moment looks in a format, for people.

    >>> moment_in("%m/%d/%Y %I:%M %p"), moment_in("%d-%b-%y")
    ('12/31/2024 05:09 PM', '31-Dec-24')
    """
    plain = form.replace("%.f", ".250").replace("%z", "+0100")
    return SHOWN.strftime(plain)


def _judged(texts: pl.Series, seen: _Seen, share: float) -> Moments | None:
    order, evidence = _order(texts, seen)
    shapes = [shape for shape, count in seen.shapes.most_common() if count]
    formats = [
        shape.replace("{d}", "%d" if order == "day" else "%m").replace(
            "{m}", "%m" if order == "day" else "%d"
        )
        for shape in shapes
    ]
    plain = [each for each in formats if each != "iso"]
    if "iso" in formats and plain:
        plain += ["%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
    told = Moments(
        formats=tuple(dict.fromkeys(plain)),
        order=order,
        evidence=evidence,
        has_time=seen.hours > 0,
        has_zone=seen.zones > 0,
        share=share,
        odd=tuple(text for text, _ in seen.odd.most_common(8)),
    )
    return told if _reads(texts, told) >= MOST * share else None


def _order(texts: pl.Series, seen: _Seen) -> tuple[str, str]:
    """Return whether the day or the month comes first, and what shows it."""
    if not any("{d}" in shape for shape in seen.shapes):
        return "", ""
    if seen.first_above and not seen.second_above:
        return "day", "some first numbers are above 12"
    if seen.second_above and not seen.first_above:
        return "month", "some second numbers are above 12"
    if seen.first_above and seen.second_above:
        order = "day" if seen.first_above >= seen.second_above else "month"
        return order, "most numbers above 12 stand there; the others do not fit"
    if seen.separators.most_common(1)[0][0] == ".":
        return "day", "dates with dots are written so"
    return _by_change(seen) or _by_sequence(texts, seen)


def _by_change(seen: _Seen) -> tuple[str, str] | None:
    """Look which number stays while the other changes: over few days, that is the month."""
    for order, staying, changing in (
        ("day", seen.seconds, seen.firsts),
        ("month", seen.firsts, seen.seconds),
    ):
        if len(staying) == 1 and len(changing) >= MANY_DAYS and staying != {1}:
            return order, f"{min(staying):02} stays while the other number changes"
    return None


def _by_sequence(texts: pl.Series, seen: _Seen) -> tuple[str, str]:
    """Look which reading keeps the rows in order of time."""
    rising: dict[str, float] = {}
    for order in ("day", "month"):
        formats = [
            shape.replace("{d}", "%d" if order == "day" else "%m").replace(
                "{m}", "%m" if order == "day" else "%d"
            )
            for shape in seen.shapes
            if shape != "iso"
        ]
        read = times.to_ms(texts, Spec(formats=tuple(formats)), zone="UTC").drop_nulls()
        steps = read.diff().drop_nulls()
        moved = steps.filter(steps != 0)
        up = float((moved > 0).sum()) / len(moved) if len(moved) else 0.5
        rising[order] = max(up, 1 - up) if len(moved) > 3 else 0.0  # noqa: PLR2004
    best = max(rising, key=lambda order: rising[order])
    other = min(rising.values())
    if rising[best] >= 0.97 and other < 0.9:  # noqa: PLR2004
        return best, "read so, the rows are in order of time"
    return "day", ""


def _look(text: str, count: int, seen: _Seen) -> None:
    """Note the shape of one text; ``{d}`` and ``{m}`` stand where the order is not known."""
    shape = _shape(text, count, seen)
    if shape:
        seen.shapes[shape] += count
    else:
        seen.odd[text] += count


def _shape(text: str, count: int, seen: _Seen) -> str:
    if ISO.fullmatch(text) and int(text[:4]) in YEARS:
        seen.hours += count if ":" in text else 0
        seen.zones += count if re.search(r"[zZ]$|:\d\d(?:\.\d+)?[+-]\d\d", text) else 0
        return "iso"
    if found := COMPACT.fullmatch(text):
        return _compact(found, count, seen)
    if found := DIGITS.fullmatch(text):
        return _digits(found, count, seen)
    if found := NAMED.fullmatch(text):
        _, gap, month, year, rest = found.groups()
        tail = _rest(rest, count, seen)
        return "" if tail is None else f"%d{gap}{_month(month)}{gap}{_year(year)}{tail}"
    if found := AMERICAN.fullmatch(text):
        month, _, _, _, rest = found.groups()
        tail = _rest(rest, count, seen)
        return "" if tail is None else f"{_month(month)} %d, %Y{tail}"
    return ""


def _compact(found: re.Match[str], count: int, seen: _Seen) -> str:
    year, month, day, gap, clock = found.groups()
    fits = int(year) in YEARS and 1 <= int(month) <= LARGEST_MONTH and 1 <= int(day) <= 31  # noqa: PLR2004
    if not fits:
        return ""
    if clock is None:
        return "" if gap else "%Y%m%d"
    seen.hours += count
    return f"%Y%m%d{gap}%H%M" + ("%S" if len(clock) == 6 else "")  # noqa: PLR2004


def _digits(found: re.Match[str], count: int, seen: _Seen) -> str:
    first, gap, second, third, rest = found.groups()
    tail = _rest(rest, count, seen)
    if tail is None:
        return ""
    if len(first) == 4:  # noqa: PLR2004
        fits = int(first) in YEARS and 1 <= int(second) <= LARGEST_MONTH
        return f"%Y{gap}%m{gap}%d{tail}" if fits and len(third) <= 2 else ""  # noqa: PLR2004
    if len(first) > 2 or len(third) not in {2, 4}:  # noqa: PLR2004
        return ""
    one, two = int(first), int(second)
    if not (1 <= one <= 31 and 1 <= two <= 31) or min(one, two) > LARGEST_MONTH:  # noqa: PLR2004
        return ""
    seen.first_above += count if one > LARGEST_MONTH else 0
    seen.second_above += count if two > LARGEST_MONTH else 0
    seen.firsts.add(one)
    seen.seconds.add(two)
    seen.separators[gap] += count
    return f"{{d}}{gap}{{m}}{gap}{_year(third)}{tail}"


def _rest(rest: str, count: int, seen: _Seen) -> str | None:
    """Return the format of what follows the day; None when it is no time."""
    if not rest:
        return ""
    found = REST.fullmatch(rest)
    if not found:
        return None
    seen.hours += count
    seen.zones += count if found["zone"] else 0
    clock = "%I:%M" if found["half"] else "%H:%M"
    clock += ":%S" if found["more"] else ""
    clock += "%.f" if found["part"] else ""
    if found["half"]:
        clock += " %p" if found["half"].startswith(" ") else "%p"
    if found["zone"]:
        clock += (" " if found["zone"].startswith(" ") else "") + "%z"
    return found["gap"] + clock


def _month(text: str) -> str:
    return "%B" if len(text) > 3 and text.lower() != "sept" else "%b"  # noqa: PLR2004


def _year(text: str) -> str:
    return "%Y" if len(text) == 4 else "%y"  # noqa: PLR2004


def _reads(texts: pl.Series, told: Moments) -> float:
    """Return what share of `texts` the importer would read so."""
    some = texts.unique(maintain_order=True).head(MOST_TEXTS)
    read = times.to_ms(some, Spec(formats=told.formats), zone="UTC")
    return 1 - read.null_count() / len(some) if len(some) else 0.0

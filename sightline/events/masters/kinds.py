# SPDX-License-Identifier: AGPL-3.0-or-later
"""Kinds of values that a master record may state, each read from JSON or from text.

Files give everything as text, so numbers and truths are read from text as well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sightline.events.masters import lists, numbers, texts


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes
    ----------
    wanted
        What is expected, in words, for messages and documents.
    arrow, column
        Its type in Arrow and in a table; a list is empty where nothing is stated.
    read
        Turns what is stated into a value, or raises `WrongValueError`.
    code
        One word to count its faults by.
    """

    wanted: str
    arrow: pa.DataType
    column: str
    read: Callable[[Any], Any]
    code: str = "wrong_type"


def whole(least: int = 0) -> Kind:
    """Return the kind of whole numbers from `least`."""
    words = f"a whole number from {least}"
    return Kind(words, pa.int64(), "Nullable(Int64)", numbers.whole(least))


def amount(meaning: str = "a number") -> Kind:
    """Return the kind of quantities, prices and durations: exact in four decimals."""
    words = f"{meaning} from 0 with at most 4 decimals, such as '12.5'"
    read = numbers.decimal(places=4, whole_digits=11)
    return Kind(words, pa.decimal128(18, 4), "Nullable(Decimal(18, 4))", read)


_TEXT = "Nullable(String)"
TEXT = Kind("a text of at most 256 characters", pa.string(), _TEXT, texts.text)
NAME = Kind("a text of 1 to 256 characters", pa.string(), _TEXT, texts.name)
UNIT = Kind(
    "a UNECE Rec 20 code such as EA, KGM or CT", pa.string(), _TEXT, texts.unit, "unknown_unit"
)
CURRENCY = Kind(
    "an ISO 4217 code such as EUR", pa.string(), _TEXT, texts.currency, "not_a_currency"
)
ZONE = Kind(
    "an IANA time zone such as Europe/Berlin", pa.string(), _TEXT, texts.zone, "unknown_zone"
)
HOURS = Kind(
    "opening hours such as 08:00-17:00, several with commas", pa.string(), _TEXT, texts.hours
)
LINK = Kind(
    "an https address with a plain host and placeholders among {id}, {item}, {loc}, {type}",
    pa.string(),
    _TEXT,
    texts.link,
    "not_a_link",
)
MEASURE = Kind(
    "a number from 0 with at most 9 decimals, such as '0.0025'",
    pa.decimal128(18, 9),
    "Nullable(Decimal(18, 9))",
    numbers.decimal(places=9, whole_digits=9),
)
SHARE = Kind("a share from 0 to 1, such as 0.95", pa.float64(), "Nullable(Float64)",
             numbers.share)  # fmt: skip
TRUTH = Kind("true or false", pa.bool_(), "Nullable(Bool)", numbers.truth)
WEEKDAYS = Kind(
    "weekdays such as mon,tue,wed or mon-fri",
    pa.list_(pa.string()),
    "Array(LowCardinality(String))",
    lists.weekdays,
)
DATES = Kind(
    "dates such as 2026-12-25, several with commas",
    pa.list_(pa.date32()),
    "Array(Date32)",
    lists.dates,
)
NAMES = Kind(
    "texts in order, as a list or with commas",
    pa.list_(pa.string()),
    "Array(String)",
    lists.names,
)

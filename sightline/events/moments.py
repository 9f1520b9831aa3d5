# SPDX-License-Identifier: AGPL-3.0-or-later
"""RFC 3339 texts become milliseconds since 1970, UTC; anything finer is cut off."""

import re
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.refusal import Fault, shown

SHAPE = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
EARLIEST = 0
LATEST = 7_289_654_400_000  # 2201-01-01
UNREADABLE = -(1 << 62)
RFC_3339 = re.compile(SHAPE)
FRACTION = re.compile(r"\.([0-9]+)")
Milliseconds = npt.NDArray[np.int64]


def parse(texts: Sequence[str | None]) -> Milliseconds:
    """Return each text in milliseconds; `UNREADABLE` for None and for what is no moment.

    All at once when all are well, one by one otherwise, with the same result.
    """
    column = pa.array(texts, pa.string())
    given = pc.drop_null(column)
    if pc.all(pc.match_substring_regex(given, SHAPE)).as_py() is not False:
        try:
            return _cast(column)
        except pa.ArrowInvalid:
            pass
    return np.array([_one(text) for text in texts], np.int64)


def fault(text: str, millis: int, *, at: str) -> Fault | None:
    """Return what is wrong with the moment `text`, read as `millis`; None when nothing."""
    if EARLIEST <= millis < LATEST:
        return None
    if millis != UNREADABLE:
        wanted = "a year from 1970 to 2200"
        return Fault("out_of_range", at, f"{at} is {shown(text)}; expected {wanted}")
    code = "no_offset" if _is_local(text) else "not_a_time"
    wanted = "RFC 3339 with an offset, such as 2026-03-02T06:00:00Z"
    return Fault(code, at, f"{at} is {shown(text)}; expected {wanted}")


def _cast(column: pa.Array) -> Milliseconds:
    exact = column.cast(pa.timestamp("ns", "UTC")).cast(pa.int64())
    nanos = exact.fill_null(0).to_numpy(zero_copy_only=False)
    return np.where(exact.is_null().to_numpy(zero_copy_only=False), UNREADABLE, nanos // 10**6)


def _one(text: str | None) -> int:
    if text is None or not RFC_3339.match(text):
        return UNREADABLE
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return UNREADABLE
    since = moment - datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000


def _is_local(text: str) -> bool:
    """Tell whether `text` is a date or a time without an offset."""
    try:
        return datetime.fromisoformat(text).tzinfo is None
    except ValueError:
        return False

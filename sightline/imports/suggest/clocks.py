# SPDX-License-Identifier: AGPL-3.0-or-later
"""Times of the day that stand in a column of their own."""

import re
from collections.abc import Sequence

DAY_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")


def is_time_of_day(texts: Sequence[str]) -> bool:
    """Tell whether `texts` are all times without a day, such as 14:05 or 140500."""
    colons = bool(texts) and all(DAY_TIME.fullmatch(text) for text in texts)
    digits = bool(texts) and all(re.fullmatch(r"[0-2]\d[0-5]\d[0-5]\d", text) for text in texts)
    return colons or digits


def time_format(text: str) -> str:
    """Return the format of one time without a day."""
    if ":" not in text:
        return "%H%M%S"
    return "%H:%M:%S" if text.count(":") > 1 else "%H:%M"

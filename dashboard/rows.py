# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of a frame as mappings, for what is drawn row by row."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

Row = Mapping[str, Any]


def records(frame: pd.DataFrame) -> list[Row]:
    """Return each row as column → value, in order."""
    return [
        {str(name): value for name, value in row.items()} for row in frame.to_dict("records")
    ]


def is_missing(value: object) -> bool:
    """Tell whether a cell is empty: None, NaN or NaT.

    >>> is_missing(None), is_missing(float("nan")), is_missing(0)
    (True, True, False)
    """
    return value is None or value is pd.NaT or value != value  # noqa: PLR0124  NaN is not itself

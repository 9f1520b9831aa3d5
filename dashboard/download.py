# SPDX-License-Identifier: AGPL-3.0-or-later
"""Downloads: the only place where rows of a page become a file."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from pandas.api.types import is_numeric_dtype

from dashboard import markup

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def button(rows: pd.DataFrame, name: str) -> None:
    """Offer `rows` as a CSV file called `name`."""
    st.download_button(
        "Download CSV",
        lambda: csv(rows),
        file_name=name,
        mime="text/csv",
        icon=":material/download:",
        key=f"download {name}",
        on_click="ignore",
    )


def later(label: str, rows: Callable[[], pd.DataFrame], name: str) -> None:
    """Offer what `rows` returns as a CSV file; it is asked when somebody wants the file."""
    st.download_button(
        markup.plain(label),
        lambda: csv(rows()),
        file_name=name,
        mime="text/csv",
        icon=":material/download:",
        key=f"download {label} {name}",
        on_click="ignore",
    )


def plain_lines(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of which no cell is a formula to a spreadsheet.

    For files that come back: an apostrophe before a code would make it another code.
    """
    odd = rows.map(lambda cell: isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA))
    return rows[~odd.any(axis=1)]


def csv(rows: pd.DataFrame) -> bytes:
    r"""Return `rows` as CSV in UTF-8; no text in it is a formula to a spreadsheet.

    A text that would be one gets an apostrophe before it. Numbers stay as they are.

    References
    ----------
    OWASP, CSV Injection.

    Examples
    --------
    >>> csv(pd.DataFrame({"item": ["=1+1", "A-1"], "units": [-3, 4]}))
    b"item,units\r\n'=1+1,-3\r\nA-1,4\r\n"
    """
    safe = rows.rename(columns=_plain)
    for name in safe.columns:
        if not is_numeric_dtype(safe[name]):
            safe[name] = safe[name].map(_plain)
    # as RFC 4180 ends lines: only then does pandas quote a cell with a carriage return in it
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8")


def _plain(cell: Any) -> Any:
    if isinstance(cell, list | tuple | np.ndarray):
        return _plain("; ".join(map(str, cell)))
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(STARTS_A_FORMULA) else cell

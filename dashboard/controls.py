# SPDX-License-Identifier: AGPL-3.0-or-later
"""Filters and selections; each lives in the URL, so that every view can be shared."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal, cast, get_args

import pandas as pd
import streamlit as st

from dashboard.figures.process_map import Label
from sightline.aid.letters.book import Asked
from sightline.aid.quality import Finding

EVERYWHERE = "All locations"


def search(what: str = "Item") -> str:
    """Ask for a part of a name or code; ``?q=``."""
    return (
        st.text_input("Search", key="q", placeholder=what, type="search", bind="query-params")
        or ""
    ).strip()


def location(names: Sequence[str]) -> str:
    """Ask for a location; empty means all; ``?site=``."""
    chosen = st.selectbox(
        "Location",
        [EVERYWHERE, *names],
        key="site",
        bind="query-params",
        filter_mode="contains",
    )
    return "" if chosen in (None, EVERYWHERE) else str(chosen)


def only_problems() -> bool:
    """Ask whether to hide what is in order; ``?problems=``."""
    return st.toggle("Only problems", key="problems", bind="query-params")


def process(names: Sequence[str]) -> str:
    """Ask for one of `names`; ``?process=``."""
    chosen = st.selectbox("Process", names, key="process", bind="query-params", width=520)
    return str(chosen or names[0])


def coverage() -> float:
    """Ask how much of what happens the map must show, as a share; ``?cover=``."""
    percent = st.slider(
        "Show paths covering", 10, 100, 90, 5, format="%d %%", key="cover", bind="query-params"
    )
    return int(percent) / 100


def map_label() -> Label:
    """Ask what paths are labelled with; ``?label=``."""
    chosen = st.segmented_control(
        "Label",
        ["wait", "cases"],
        default="wait",
        format_func={"wait": "Wait", "cases": "Times"}.__getitem__,
        required=True,
        key="label",
        bind="query-params",
    )
    return cast("Label", chosen or "wait")


def selected(name: Literal["item", "loc", "exception", "letter", "finding", "upload"]) -> str:
    """Return what the URL selects, empty for nothing."""
    return st.query_params.get(name, "")


def finding(found: Sequence[Finding]) -> Finding | None:
    """Return the finding that the URL selects, None when it selects none; ``?finding=``."""
    name = selected("finding")
    return next((each for each in found if each.rule.name == name), None)


def back_to_findings() -> None:
    """Offer the way back from one finding to all of them."""
    st.button(
        "All findings", icon=":material/arrow_back:", type="tertiary", on_click=_close_finding
    )


def _close_finding() -> None:
    st.query_params.pop("finding", None)


def back_to_all() -> None:
    """Offer the way back from one position to all of them; filters are kept."""
    st.button("All positions", icon=":material/arrow_back:", type="tertiary", on_click=_close)


def _close() -> None:
    for name in ("item", "loc", "exception"):
        st.query_params.pop(name, None)


def reason(counts: pd.DataFrame) -> str:
    """Ask for the reason of dead letters; empty means all; ``?reason=`` has its code."""
    words = dict(zip(counts["code"], counts["words"], strict=True))
    codes = ["", *words]
    asked = st.query_params.get("reason", "")
    chosen = st.selectbox(
        "Reason",
        codes,
        index=codes.index(asked) if asked in words else 0,
        format_func=lambda code: words.get(code, "Every reason"),
        key="chosen reason",
        on_change=_take_reason,
    )
    return str(chosen or "")


def _take_reason() -> None:
    chosen = st.session_state["chosen reason"]
    if chosen:
        st.query_params["reason"] = chosen
    else:
        st.query_params.pop("reason", None)


def letter_state() -> Asked:
    """Ask for the state of dead letters; ``?state=``."""
    chosen = st.segmented_control(
        "State",
        [*get_args(Asked)],
        default="open",
        format_func=str.capitalize,
        required=True,
        key="state",
        bind="query-params",
    )
    return cast("Asked", chosen or "open")


def open_letter(names: Sequence[str], key: str) -> None:
    """Open the letter in the selected row of the table `key`, which shows `names`.

    As with positions, the name is taken from the rows as they were drawn.
    """
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(names):
        st.query_params["letter"] = names[rows[0]]


def back_to_letters() -> None:
    """Offer the way back from one letter to all of them; filters are kept."""
    st.button(
        "All letters", icon=":material/arrow_back:", type="tertiary", on_click=_close_letter
    )


def _close_letter() -> None:
    st.query_params.pop("letter", None)


def position_opener(shown: pd.DataFrame, key: str) -> Callable[[], None]:
    """Return what to do when a row of the table `key`, which shows `shown`, is selected.

    The position is taken from the rows as they were drawn: when a newer read has re-ranked
    the table, the same row number may mean another item.
    """
    names = list(zip(shown["item"].astype(str), shown["loc"].astype(str), strict=True))
    return partial(_open_row, names, key)


def _open_row(names: Sequence[tuple[str, str]], key: str) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    if rows and rows[0] < len(names):
        item, loc = names[rows[0]]
        st.query_params["item"] = item
        st.query_params["loc"] = loc

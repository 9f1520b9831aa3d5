# SPDX-License-Identifier: AGPL-3.0-or-later
"""The four numbers of Health; each is a count that its table really holds."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard import markup, wording
from dashboard.data import LIVE, Exceptions, Moment
from dashboard.markup import Kpi


def draw(
    found: Exceptions,
    shortages: pd.DataFrame,
    summary: Mapping[str, float],
    feeds: pd.DataFrame,
    moment: Moment,
) -> None:
    """Draw open exceptions, units short, positions below zero and the age of the data."""
    st.html(
        markup.kpis(
            [
                open_exceptions(found),
                units_short(shortages, summary),
                below_zero(summary),
                data_age(feeds, moment),
            ]
        )
    )


def open_exceptions(found: Exceptions) -> Kpi:
    """Count what is open, by severity."""
    counts = (("critical", found.critical), ("high", found.high), ("medium", found.medium))
    said = [f"{n} {name}" for name, n in counts if n]
    return Kpi(
        "Open exceptions",
        wording.number(found.total),
        note=", ".join(said) or "nothing to act on",
        parts=counts,
    )


def units_short(shortages: pd.DataFrame, summary: Mapping[str, float]) -> Kpi:
    """Add up the due units that cannot be served."""
    short, due = float(shortages["short"].sum()), summary["due_units"]
    where = wording.count(len(shortages), "position")
    note = (
        f"of {wording.number(due)} due, at {where}"
        if short
        else (f"{wording.number(due)} due, all can be met" if due else "nothing is due")
    )
    return Kpi(
        "Units short",
        wording.number(short),
        "units",
        note,
        parts=(("critical", short), ("ok", max(due - short, 0))),
    )


def below_zero(summary: Mapping[str, float]) -> Kpi:
    """Count positions with less than nothing on hand since they were counted."""
    negative, never = summary["negative"], summary["never"]
    counted = summary["positions"] - never
    note = f"of {wording.number(counted)} counted"
    if never:
        note += f"; {wording.number(never)} never counted"
    return Kpi(
        "Stock below zero",
        wording.number(negative),
        "position" if negative == 1 else "positions",
        note,
        parts=(("high", negative), ("ok", counted - negative)),
        whole=summary["positions"],
    )


def data_age(feeds: pd.DataFrame, moment: Moment) -> Kpi:
    """Tell how long ago the latest event of any source arrived."""
    fresh = int((feeds["watermark"] >= moment.now - LIVE).sum())
    received = moment.received or moment.now
    value, _, unit = wording.length((moment.now - received).total_seconds()).partition(" ")
    note = f"{fresh} of {wording.count(len(feeds), 'source')} up to date"
    if not moment.is_live and moment.watermark is not None:
        note = f"history up to {wording.day(moment.watermark)}"
    return Kpi("Latest arrival", value, f"{unit} ago", note, (("ok", fresh),), len(feeds))

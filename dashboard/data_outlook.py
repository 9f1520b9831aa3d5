# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cached reads of what lies ahead of a position, and of sources silent for too long."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pandas as pd
import streamlit as st

from dashboard import data, data_stock
from dashboard.data import Moment
from dashboard.rows import Row, records
from sightline.desk import SOURCE
from sightline.outlook import Bucket, Habit, look_ahead, repeated

RECENT = timedelta(days=56)


@st.cache_data(ttl="10s", max_entries=64, show_spinner=False)
def supply(as_of: date, item: str, loc: str) -> pd.DataFrame:
    """Read ``stock_supply``."""
    return data.store().read("stock_supply", as_of=as_of, item=item, loc=loc, zone=data.zone())


@st.cache_data(ttl="1m", max_entries=64, show_spinner=False)
def expected(as_of: date, item: str, loc: str) -> list[Bucket]:
    """Read what is expected to be asked for: published forecasts, then the demand model."""
    store, where = data.store(), {"as_of": as_of, "item": item, "loc": loc}
    published = [
        Bucket(pd.Timestamp(row["start"]).date(), int(row["days"]), float(row["qty"]),
               "forecast")
        for row in records(store.read("stock_forecast", **where))
    ]  # fmt: skip
    learnt = store.read("stock_expected", **where)
    weekdays = dict(zip(map(int, learnt["weekday"]), learnt["qty"], strict=True))
    return [*published, *repeated(as_of, weekdays)]


def ahead(row: Row, moment: Moment) -> pd.DataFrame:
    """Return the days ahead of the position in `row`, as `look_ahead` works them out."""
    where = (moment.today, str(row["item"]), str(row["loc"]))
    orders = data_stock.open_lines(*where)
    return look_ahead(
        moment.today, float(row["available"]), supply(*where), orders, expected(*where)
    )


def habits(moment: Moment) -> dict[str, Habit]:
    """Return the habit of each source: by arrival when live and known, else by business time.

    A source whose files are read once a night is silent by arrival, whatever they tell of.
    """
    return {
        str(row["source"]): _habit(row, is_live=moment.is_live)
        for row in records(_habits(moment.as_of))
        if row["source"] != SOURCE
    }


def stale(moment: Moment) -> dict[str, Habit]:
    """Return the sources that are silent for longer than their habit allows."""
    return {
        name: habit for name, habit in habits(moment).items() if habit.is_stale(moment.as_of)
    }


def stale_positions(moment: Moment) -> Mapping[tuple[str, str], list[str]]:
    """Return which silent sources feed each position; positions without one are left out."""
    silent = sorted(stale(moment))
    return _fed_by(tuple(silent), moment.as_of) if silent else {}


@st.cache_data(ttl="1m", show_spinner=False)
def _habits(_as_of: datetime) -> pd.DataFrame:
    return data.store().read("feed_habits", as_of=_as_of)


@st.cache_data(ttl="1m", max_entries=8, show_spinner=False)
def _fed_by(sources: tuple[str, ...], _as_of: datetime) -> dict[tuple[str, str], list[str]]:
    found = data.store().read("stale_positions", sources=list(sources), since=_as_of - RECENT)
    return {(str(r["item"]), str(r["loc"])): list(r["sources"]) for r in records(found)}


def _habit(row: Row, *, is_live: bool) -> Habit:
    by_arrival = _of(row, "arrived", "usual_after_s", "known_after_s")
    by_time = _of(row, "latest", "usual_s", "known_s")
    return by_arrival if is_live and by_arrival.is_learnt else by_time


def _of(row: Row, last: str, usual: str, known: str) -> Habit:
    gap = int(row[usual])
    return Habit(
        str(row["source"]),
        row[last].to_pydatetime(),
        timedelta(seconds=gap) if gap else None,
        timedelta(seconds=int(row[known])),
    )

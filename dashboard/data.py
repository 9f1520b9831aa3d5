# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cached reads: the only dashboard module that opens the store, the log and the clock."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pandas as pd
import streamlit as st

from sightline.clock import wall_clock
from sightline.desk import SOURCE
from sightline.jobs import Job, known
from sightline.log import EventLog, open_any
from sightline.log.waiting import Waiting
from sightline.outlook import today
from sightline.rules import standing
from sightline.settings import Settings
from sightline.store import Store, shared

LIVE = standing.LIVE
FRESH = timedelta(minutes=15)
SWIFT = timedelta(seconds=10)  # what the stream may need for what came just now
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""How far a source has come that has only sent master data: they move no clock."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What time it is in the business, and how fresh the data are.

    Attributes
    ----------
    now
        The clock, UTC.
    watermark
        Latest business time that any source has reached, UTC; None without data.
    received
        When the latest event of a source entered the event log, UTC; None without data.
    behind
        Log partitions in which something has been waiting for the stream for a while.
    zone
        Time zone of the business's days.
    """

    now: datetime
    watermark: datetime | None
    received: datetime | None
    behind: int
    zone: str = "UTC"

    @property
    def today(self) -> date:
        """Return the business's day: what is due by then is due."""
        return today(self.as_of, self.zone)

    @property
    def is_live(self) -> bool:
        """Tell whether the business's time is today's; else the data are history."""
        return self.watermark is not None and self.watermark >= self.now - LIVE

    @property
    def as_of(self) -> datetime:
        """Return the time by which things are due: the clock when live, else the watermark."""
        return self.now if self.watermark is None or self.is_live else self.watermark

    @property
    def near(self) -> datetime | None:
        """Return what business times are told relative to; None in history: tell the day."""
        return self.now if self.is_live else None

    @property
    def is_fresh(self) -> bool:
        """Tell whether something arrived lately."""
        return self.received is not None and self.received >= self.now - FRESH


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Open exceptions, the worst first, and how many there are in all."""

    rows: pd.DataFrame
    total: int
    critical: int
    high: int

    @property
    def worst(self) -> str:
        """Return the severity of the worst of them, empty when nothing is open."""
        return str(self.rows["severity"].iloc[0]) if len(self.rows) else ""

    @property
    def medium(self) -> int:
        """Return how many are neither critical nor high."""
        return self.total - self.critical - self.high


def store() -> Store:
    """Return the store of this process."""
    return shared(Settings.from_env(os.environ))


@st.cache_resource(show_spinner=False)
def log() -> EventLog:
    """Open the event log once per server process."""
    return open_any(Settings.from_env(os.environ))


def now() -> datetime:
    """Return the machine's time, UTC."""
    return wall_clock()


def moment() -> Moment:
    """Tell the business's time and the age of the data; the clock itself is never cached."""
    feeds = feeds_of_sources()
    return Moment(
        now=now(),
        watermark=_latest(feeds, "watermark"),
        received=_latest(feeds, "ingested"),
        behind=int((lag()["behind"] > 0).sum()),
        zone=zone(),
    )


def zone() -> str:
    """Return the time zone of the business's days."""
    return Settings.from_env(os.environ).zone


def feeds_of_sources() -> pd.DataFrame:
    """Read ``system_feeds`` without Sightline's own events about exceptions."""
    found = feeds()
    return found[found["source"] != SOURCE]


@st.cache_data(ttl="5s", show_spinner=False)
def feeds() -> pd.DataFrame:
    """Read ``system_feeds``."""
    return store().read("system_feeds")


@st.cache_data(ttl="5s", show_spinner=False)
def lag() -> pd.DataFrame:
    """Read ``system_progress`` with the log's heads, one row per partition of the log.

    Adds ``head``, the last offset in the log, ``waiting``: so many batches wait, and
    ``behind``: the same where they have been waiting for longer than the stream should need,
    ``waited_s``: for how long the oldest of them has.
    """
    heads = pd.DataFrame({"part": pd.Series(_heads(), dtype="int64").index})
    heads["head"] = [_heads()[part] for part in heads["part"]]
    read = store().read("system_progress").astype({"part": "int64", "off": "int64"})
    found = heads.merge(read, on="part", how="outer").sort_values("part")
    waiting = _waiting(found)
    return found.assign(
        waiting=[each.batches for each in waiting],
        behind=[each.batches if each.since_ms <= _late_ms() else 0 for each in waiting],
        waited_s=[_age_s(each) for each in waiting],
    )


def is_read() -> bool:
    """Tell whether the stream has read all that is in the log by now."""
    lag.clear()
    return not lag()["waiting"].any()


@st.cache_data(ttl="10s", show_spinner=False)
def summary(as_of: date) -> Mapping[str, float]:
    """Read ``health_summary`` as name → number."""
    row = store().read("health_summary", as_of=as_of).iloc[0]
    return {str(name): float(value) for name, value in row.items()}


@st.cache_data(ttl="10s", show_spinner=False)
def shortages(as_of: date) -> pd.DataFrame:
    """Read ``due_shortage`` with ``short``, the units that cannot be served, most first."""
    found = store().read("due_shortage", as_of=as_of)
    due, available = found["due_units"].astype(float), found["available"].astype(float)
    found["short"] = due - available.clip(lower=0)
    return found.sort_values("short", ascending=False, ignore_index=True)


@st.cache_data(ttl="10s", show_spinner=False)
def exceptions(most: int) -> Exceptions:
    """Read ``health_exceptions``."""
    rows = store().read("health_exceptions", most=most)
    counts = (
        int(rows[name].max()) if len(rows) else 0 for name in ("total", "critical", "high")
    )
    return Exceptions(rows, *counts)


@st.cache_data(ttl="10s", show_spinner=False)
def resolved(most: int) -> pd.DataFrame:
    """Read ``health_resolved``."""
    return store().read("health_resolved", most=most)


@st.cache_data(ttl="1m", show_spinner=False)
def exception_trend(until: datetime) -> pd.DataFrame:
    """Read ``health_trend`` for the 30 days that end with the day of `until`."""
    return store().read("health_trend", now=until)


@st.cache_data(ttl="1m", show_spinner=False)
def network_demand() -> pd.DataFrame:
    """Read ``health_demand``."""
    return store().read("health_demand")


@st.cache_data(ttl="1m", show_spinner=False)
def waits(most: int) -> pd.DataFrame:
    """Read ``health_waits``."""
    return store().read("health_waits", most=most)


@st.cache_data(ttl="1m", show_spinner=False)
def suppliers() -> pd.DataFrame:
    """Read ``suppliers_on_time``."""
    return store().read("suppliers_on_time")


@st.cache_data(ttl="1m", show_spinner=False)
def processes() -> pd.DataFrame:
    """Read ``processes``."""
    return store().read("processes")


@st.cache_data(ttl="1m", max_entries=64, show_spinner=False)
def of_process(name: str, process: str) -> pd.DataFrame:
    """Read the query called `name` for one process."""
    return store().read(name, process=process)


def rework_cases(process: str) -> int:
    """Count the cases of `process` in which some activity happened at least twice."""
    return int(of_process("process_rework", process)["cases"].iloc[0])


def silent(feeds: pd.DataFrame, moment: Moment) -> list[str]:
    """Return the names of the sources from which nothing came for a day, while others live."""
    if not moment.is_live:
        return []
    quiet = feeds[feeds["watermark"].between(EPOCH, moment.now - LIVE, inclusive="neither")]
    return [str(name) for name in quiet["source"]]


def jobs() -> list[Job]:
    """Return what the threads of this process report."""
    return known()


def _heads() -> dict[int, int]:
    return log().heads()


def _waiting(found: pd.DataFrame) -> list[Waiting]:
    read = found.dropna(subset=["off"]).astype({"off": "int64"})
    waiting = log().waiting(dict(zip(read["part"], read["off"], strict=True)))
    return [waiting.get(part, Waiting(since_ms=0, batches=0)) for part in found["part"]]


def _age_s(found: Waiting) -> float:
    return max(0.0, now().timestamp() - found.since_ms / 1000) if found.batches else 0.0


def _late_ms() -> int:
    return int((now() - SWIFT).timestamp() * 1000)


def _latest(found: pd.DataFrame, column: str) -> datetime | None:
    latest = found[column].max().to_pydatetime() if len(found) else EPOCH
    return latest if latest > EPOCH else None

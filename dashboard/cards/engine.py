# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether the machinery keeps up: totals, lag, refused events, jobs, versions."""

import platform
from importlib.metadata import version

import pandas as pd
import streamlit as st

from dashboard import markup, page, source, wording
from dashboard.data import Moment
from dashboard.markup import Column, Kpi
from dashboard.rows import Row, is_missing, records
from sightline.jobs import Job

LIBRARIES = ("streamlit", "bytewax", "clickhouse-connect", "chdb", "pm4py", "river", "pyarrow")
STATES = {"running": "info", "idle": "ok", "failed": "critical", "stopped": "medium"}


def numbers(lag: pd.DataFrame, suspects: int) -> None:
    """Draw what came in: accepted, set aside, duplicates, refused, and what waits.

    Parameters
    ----------
    suspects
        Accepted events that count for nothing until somebody settles their quantity.
    """
    events, doubled, refused = (
        float(lag[name].sum()) for name in ("events", "duplicates", "dead_letters")
    )
    sent = events + doubled + refused
    behind = int((lag["behind"] > 0).sum())
    share = wording.percent(refused / sent if sent else None)
    st.html(
        markup.kpis(
            [
                Kpi("Accepted", wording.number(events), "events", _of(sent), has_bar=False),
                Kpi(
                    "Set aside",
                    wording.number(suspects),
                    "events",
                    "accepted, quantity suspect",
                    has_bar=False,
                ),
                Kpi("Duplicates", wording.number(doubled), "events", "dropped", has_bar=False),
                Kpi(
                    "Refused",
                    wording.number(refused),
                    "events",
                    f"{share} of all",
                    has_bar=False,
                ),
                Kpi(
                    "Log partitions behind",
                    wording.number(behind),
                    f"of {len(lag)}",
                    "read to the end" if not behind else "being read",
                    has_bar=False,
                ),
            ]
        )
    )


def lag_by_partition(lag: pd.DataFrame, moment: Moment) -> None:
    """Draw how far each log partition has been read."""
    note = "Batches of all partitions share one counter: what waits is at most what is shown."
    with page.card("Stream, by log partition", note):
        if lag.empty:
            st.html(markup.quiet("The event log is empty."))
            return
        columns = (
            Column("Partition"),
            Column("State"),
            Column("Latest event"),
            Column("Events", is_number=True),
        )
        rows = [_partition(row, moment) for row in records(lag)]
        st.html(markup.table(columns, rows, caption="How far each log partition has been read"))


def jobs(found: list[Job], moment: Moment) -> None:
    """Draw what runs in this process."""
    with page.card("Jobs", "Threads of this process, as they report themselves."):
        if not found:
            text = "No job runs in this process: start everything with"
            st.html(markup.empty("The dashboard runs alone.", text, command="sightline up"))
            return
        columns = (
            Column("Job"),
            Column("State"),
            Column("Last success"),
            Column("Runs", is_number=True),
        )
        rows = [_job(each, moment) for each in found]
        st.html(markup.table(columns, rows, caption="Jobs of this process"))


def refused(reasons: pd.DataFrame, latest: pd.DataFrame, moment: Moment) -> None:
    """Draw why events were refused, and the latest of them as they came."""
    with page.card("Refused events", "Nothing is dropped silently: each is kept as it came."):
        if reasons.empty:
            st.html(markup.quiet("Nothing has been refused."))
            return
        columns = (
            Column("Why"),
            Column("Field"),
            Column("Events", is_number=True),
            Column("Latest"),
        )
        rows = [
            (
                _why(row),
                markup.text(row["field"] or wording.NONE),
                markup.text(wording.number(row["n"])),
                markup.when(row["latest"].to_pydatetime(), moment.now),
            )
            for row in records(reasons)
        ]
        st.html(markup.table(columns, rows, caption="Why events were refused"))
        mend = markup.link("/letters", "Mend, retry or discard them")
        st.html(f"<div>{mend}</div>")
        with st.expander(f"The latest {len(latest)}, as they came"):
            for row in records(latest):
                st.html(_letter(row, moment))


def versions() -> None:
    """Draw what runs here."""
    with page.card("Versions"):
        named = [("Sightline", source.version()), ("Python", platform.python_version())]
        named += [(name, version(name)) for name in LIBRARIES]
        rows = [(markup.text(name), markup.text(number)) for name, number in named]
        st.html(markup.table((Column("Part"), Column("Version")), rows, caption="Versions"))


def _why(row: Row) -> str:
    reason, example = str(row["reason"]), str(row["example"])
    more = f"<br>{markup.quiet(f'such as {example}')}" if example != reason else ""
    leads = markup.link("/letters", reason, {"reason": reason})
    return f"{leads} {markup.quiet(row['kind'])}{more}"


def _of(sent: float) -> str:
    return f"of {wording.exact(sent)} that arrived"


def _partition(row: Row, moment: Moment) -> tuple[str, ...]:
    behind = int(row["behind"])
    waits = wording.count(behind, "batch", "batches")
    told = f"{waits} wait, the oldest {wording.length(float(row['waited_s']))}"
    state = markup.mark("high", told) if behind else markup.mark("ok", "Read")
    latest = row["watermark"]
    return (
        markup.text(int(row["part"])),
        state,
        wording.NONE if is_missing(latest) else markup.when(latest.to_pydatetime(), moment.now),
        markup.text(wording.number(row["events"])),
    )


def _job(job: Job, moment: Moment) -> tuple[str, ...]:
    state = markup.mark(STATES[job.state], job.state.capitalize())
    if job.last_error:
        when = "" if job.failed_at is None else f" {wording.ago(job.failed_at, moment.now)}"
        state += f"<br>{markup.quiet(f'Failed{when}: {job.last_error}')}"
    last = wording.NONE if job.last_ok is None else markup.when(job.last_ok, moment.now)
    return (markup.text(job.name), state, last, markup.text(wording.number(job.runs)))


def _letter(row: Row, moment: Moment) -> str:
    field = f" ({row['field']})" if row["field"] else ""
    place = f"partition {row['part']}, offset {row['off']}"
    origin = " ".join(filter(None, (str(row["source"]), str(row["id"]))))
    return (
        f"<div><strong>{markup.text(row['reason'])}{markup.text(field)}</strong> "
        f"{markup.quiet(origin)} {markup.quiet(place)} "
        f"{markup.when(row['at'].to_pydatetime(), moment.now)}</div>"
        f'<pre class="sl-raw">{markup.text(row["raw"])}</pre>'
    )

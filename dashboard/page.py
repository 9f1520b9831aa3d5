# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every page is made of: its head, its sentence, cards, charts, its empty state."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard import data, download, faults, headline, markup, wording
from dashboard.data import Moment
from dashboard.headline import Headline
from sightline.aid.quality import Checkup

PLAIN = {"displayModeBar": False, "responsive": True}
BEAT, WALL_BOARD_BEAT = "10s", "30s"
Draw = Callable[[], None]


def is_dark() -> bool:
    """Tell whether the reader's theme is dark."""
    return bool(st.context.theme.type == "dark")


def head(title: str) -> None:
    """Draw the title of the page and, at its right, how old the data are."""
    with st.container(horizontal=True, vertical_alignment="center", key="page-head"):
        st.title(markup.plain(title), anchor=False, width="content")
        live(_age)


def live(draw: Draw) -> Draw:
    """Draw now, and again every few seconds while the page is open.

    What breaks inside becomes a card with an id.
    """

    @st.fragment(run_every=WALL_BOARD_BEAT if st.context.is_embedded else BEAT)
    def beat() -> None:
        with faults.caught():
            draw()

    beat()
    return draw


def still(draw: Draw) -> Draw:
    """Draw once; what breaks inside becomes a card with an id."""
    with faults.caught():
        draw()
    return draw


def lead(said: Headline, moment: Moment, what: str) -> None:
    """Draw the sentence that answers the page's question, and what it rests on."""
    open_it = ""
    if said.item:
        open_it = markup.link("/stock", "Open it", {"item": said.item, "loc": said.loc})
    st.html(
        markup.sentence(
            said.status, said.lead, said.rest, after=open_it, basis=basis(moment, what)
        )
    )


def subject(item: str, loc: str) -> None:
    """Draw what the rest of the page is about."""
    st.html(
        f'<h2 class="sl-subject">{markup.text(item)} <span>at {markup.text(loc)}</span></h2>'
    )


def basis(moment: Moment, what: str) -> str:
    """Say which data a sentence rests on, up to when, and when they came."""
    if moment.watermark is None or moment.received is None:
        return f"Based on {what}."
    came = wording.ago(moment.received, moment.now)
    return f"Based on {what} up to {wording.moment(moment.watermark)}, received {came}."


def watched(summary: Mapping[str, float]) -> str:
    """Say how many positions and order lines are watched."""
    positions = wording.count(summary["positions"], "position")
    return f"{positions} and {wording.count(summary['open_lines'], 'open order line')}"


def mined(summary: pd.Series) -> str:
    """Say how much of a process was mined."""
    cases, events = wording.exact(summary["cases"]), wording.exact(summary["events"])
    return f"{cases} cases and {events} events of this process"


def bought(suppliers: pd.DataFrame) -> str:
    """Say how many lines of how many suppliers were received."""
    lines = wording.count(int(suppliers["po_lines"].sum()), "received line")
    return f"{lines} from {wording.count(len(suppliers), 'supplier')}"


def refused(counts: pd.DataFrame) -> str:
    """Say how many dead letters there are in all."""
    total = int(counts[["open", "retried", "discarded", "released"]].sum().sum())
    return wording.count(total, "dead letter")


def checked(found: Checkup) -> str:
    """Say what was checked and over how much."""
    records = wording.count(found.records, "master record")
    return f"{found.rules} rules over {wording.count(found.events, 'event')} and {records}"


def at(moment: datetime) -> str:
    """Say as of when something was looked at."""
    return f"as of {wording.moment(moment)}"


def sources(feeds: pd.DataFrame) -> str:
    """Say how many sources were heard."""
    return wording.count(len(feeds), "source")


@contextmanager
def card(title: str, note: str = "") -> Iterator[None]:
    """Draw what is inside ``with`` in a box with a heading; both texts may come from data."""
    with st.container(border=True):
        st.subheader(markup.plain(title), anchor=False, help=markup.plain(note) or None)
        yield


def chart(figure: go.Figure, said: str, numbers: pd.DataFrame, *, key: str) -> None:
    """Draw `figure`, worded as `said` for those who cannot see it, its `numbers` below."""
    st.plotly_chart(figure, theme=None, config=PLAIN, alt=said, key=key)
    with st.expander("Show the numbers"):
        st.dataframe(numbers, hide_index=True, height=260, alt=said)
        download.button(numbers, f"{key}.csv")


def nothing(title: str, *advice: str, command: str = "", other: str = "") -> None:
    """Draw the state of a page without data: what is missing and what to do."""
    with st.container(border=True):
        st.html(markup.empty(title, *advice, command=command, other=other))


def no_data() -> None:
    """Draw the state of a page before the first event."""
    nothing(
        "No data yet.",
        "Bring a file in with",
        "or look around with invented data:",
        command="sightline import FILE",
        other="sightline demo",
    )


def _age() -> None:
    try:
        moment = data.moment()
    except Exception:  # noqa: BLE001  the page itself says what is wrong
        st.html(markup.badge("critical", "Data cannot be read"), width="content")
        return
    text = headline.age(
        now=moment.now,
        watermark=moment.watermark,
        received=moment.received,
        is_live=moment.is_live,
    )
    st.html(markup.badge(_mood(moment), text, hover=_details(moment)), width="content")


def _mood(moment: Moment) -> str:
    if moment.watermark is None or not moment.is_live:
        return "medium"
    return "ok" if moment.is_fresh and not moment.behind else "high"


def _details(moment: Moment) -> str:
    if moment.watermark is None or moment.received is None:
        return "Nothing has been read from the event log yet."
    parts = [
        f"Latest business time: {wording.moment(moment.watermark)}",
        f"Latest arrival: {wording.moment(moment.received)}",
        f"Behind: {wording.count(moment.behind, 'log partition')}",
    ]
    return "\n".join(parts)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Health: are we all right, and what must happen next?"""

import streamlit as st

from dashboard import data, data_outlook, headline, page
from dashboard.cards import charts, exceptions, freshness, kpis

page.head("Health")


@page.live
def body() -> None:
    """Draw everything that changes with the data."""
    moment = data.moment()
    if moment.watermark is None:
        page.no_data()
        return
    found = data.exceptions(exceptions.MANY)
    shortages = data.shortages(moment.today)
    summary = data.summary(moment.today)
    feeds = data.feeds_of_sources()
    page.lead(
        headline.health(shortages, found.total, found.worst), moment, page.watched(summary)
    )
    kpis.draw(found, shortages, summary, feeds, moment)
    left, right = st.columns([3, 2])
    with left:
        exceptions.open_now(found, moment)
        charts.network_demand(data.network_demand())
        exceptions.resolved(data.resolved(8), moment)
    with right:
        charts.waits(data.waits(5))
        charts.exception_trend(data.exception_trend(moment.as_of))
        freshness.draw(feeds, moment, data_outlook.habits(moment))

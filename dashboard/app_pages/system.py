# SPDX-License-Identifier: AGPL-3.0-or-later
"""System: can I trust the numbers?"""

import streamlit as st

from dashboard import data, data_letters, data_outlook, data_trust, headline, page
from dashboard.cards import adding_up, doubtful, engine, freshness, pace, repeats

REASONS, LETTERS, IDS = 12, 10, 20
page.head("System")


@page.live
def body() -> None:
    """Draw everything that changes with the data."""
    moment, lag, feeds, jobs = data.moment(), data.lag(), data.feeds(), data.jobs()
    reasons, compared = data_trust.dead_reasons(REASONS), data_trust.offsets()
    if moment.watermark is None and reasons.empty:
        page.no_data()
        return
    said = headline.system(
        behind=moment.behind,
        dead=int(data_letters.counts()["open"].sum()),
        silent=data.silent(feeds, moment),
        failed=[job.name for job in jobs if job.state == "failed"],
        is_wrong=any(each.status == "failed" for each in compared),
    )
    page.lead(said, moment, page.sources(feeds))
    suspects = data_trust.open_suspects()
    engine.numbers(lag, suspects)
    if suspects:
        doubtful.led_to(suspects)
    left, right = st.columns([3, 2])
    with left:
        freshness.draw(feeds, moment, data_outlook.habits(moment), is_full=True)
        engine.refused(reasons, data_trust.dead_letters(LETTERS), moment)
        adding_up.draw(compared)
        repeats.draw(data_trust.repeated_ids(IDS))
    with right:
        engine.jobs(jobs, moment)
        engine.lag_by_partition(lag, moment)
        pace.draw()
        pace.disorder(feeds)
        engine.versions()

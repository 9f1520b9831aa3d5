# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dead letters: what was refused, why, and how do I get it in?"""

import streamlit as st

from dashboard import controls, data, data_letters, headline, page
from dashboard.cards import letter, letters

MOST = 500
page.head("Dead letters")


@page.still
def body() -> None:
    """Draw the letters that fit the filters, and the one that is open."""
    moment, counts = data.moment(), data_letters.counts()
    if counts.empty and moment.watermark is None:
        page.no_data()
        return
    page.lead(headline.letters(counts), moment, page.refused(counts))
    letters.said()
    if counts.empty:
        return
    name = controls.selected("letter")
    if name:
        letter.draw(data_letters.opened(name), moment)
        return
    left, right = st.columns([2, 3])
    with left:
        letters.reasons(counts)
    with right:
        reason, state = controls.reason(counts), controls.letter_state()
        found = data_letters.fitting(reason, state, MOST)
        letters.bulk(found, state, is_filtered=bool(reason))
    letters.draw(found, reason, state)

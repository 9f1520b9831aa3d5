# SPDX-License-Identifier: AGPL-3.0-or-later
"""Data quality: what is wrong with the data, and how is it mended?"""

import streamlit as st

from dashboard import controls, data, data_quality, headline, page
from dashboard.cards import quality

page.head("Data quality")


@page.still
def body() -> None:
    """Draw what was found, and one finding with the way to mend it."""
    moment = data.moment()
    found = data_quality.checkup(moment.as_of)
    if not found.events and not found.records and not found.findings:
        page.no_data()
        return
    page.lead(headline.quality(found), moment, page.checked(found))
    if not found.findings:
        page.nothing("No findings.", f"Checked {page.checked(found)}, {page.at(found.as_of)}.")
        return
    quality.numbers(found)
    left, right = st.columns([2, 3])
    with left:
        quality.listed(found)
        quality.files(found, found.as_of)
    with right:
        quality.one(controls.finding(found.findings), found.as_of)

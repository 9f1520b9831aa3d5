# SPDX-License-Identifier: AGPL-3.0-or-later
"""Data quality: what is wrong with the data, and how is it mended?"""

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
    chosen = controls.finding(found.findings)
    if chosen:
        controls.back_to_findings()
        page.lead(headline.finding(chosen), moment, page.checked(found))
        quality.one(chosen, found.as_of)
        return
    page.lead(headline.quality(found), moment, page.checked(found))
    if not found.findings:
        page.nothing("No findings.", f"Checked {page.checked(found)}, {page.at(found.as_of)}.")
        return
    quality.numbers(found)
    quality.listed(found)
    quality.files(found, found.as_of)

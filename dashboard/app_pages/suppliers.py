# SPDX-License-Identifier: AGPL-3.0-or-later
"""Suppliers: who delivers on time?"""

import streamlit as st

from dashboard import controls, data, headline, page
from dashboard.cards import suppliers

page.head("Suppliers")


@page.still
def body() -> None:
    """Draw every supplier."""
    moment, found = data.moment(), data.suppliers()
    if found.empty and moment.watermark is None:
        page.no_data()
        return
    if found.empty:
        page.nothing(
            "No purchase order line has been received.",
            "Receipts count here when they name their purchase order line. Bring some in with",
            command="sightline import FILE",
        )
        return
    page.lead(headline.suppliers(found), moment, page.bought(found))
    suppliers.numbers(found)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = controls.search("Supplier")
    shown = suppliers.keep(found, part)
    if shown.empty:
        page.nothing("No supplier fits the search.", "Clear it to see all of them.")
        return
    suppliers.draw(shown)

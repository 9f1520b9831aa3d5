# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entry page: the frame around every page. `dashboard.server` serves it."""

from pathlib import Path

import streamlit as st

from dashboard import faults, markup, source, waiting

HERE = Path(__file__).parent
ICON = HERE / "static" / "sightline.svg"
LOGO = HERE / "static" / "sightline-wordmark.svg"

st.set_page_config(
    page_title="Sightline",
    page_icon=ICON,
    layout="wide",
    menu_items={"Get help": None, "Report a bug": None, "About": None},
)
st.html(markup.style())
st.logo(LOGO, icon_image=ICON, size="medium")
chosen = st.navigation(
    {
        "": [
            st.Page(
                HERE / "app_pages/health.py",
                title="Health",
                icon=":material/monitoring:",
                default=True,
            )
        ],
        "Run": [
            st.Page(
                HERE / "app_pages/stock.py",
                title="Stock",
                icon=":material/inventory_2:",
                url_path="stock",
            )
        ],
        "Understand": [
            st.Page(
                HERE / "app_pages/process.py",
                title="Process",
                icon=":material/account_tree:",
                url_path="process",
            ),
            st.Page(
                HERE / "app_pages/suppliers.py",
                title="Suppliers",
                icon=":material/local_shipping:",
                url_path="suppliers",
            ),
        ],
        "Data": [
            st.Page(
                HERE / "app_pages/import.py",
                title="Import",
                icon=":material/upload_file:",
                url_path="import",
            ),
            st.Page(
                HERE / "app_pages/quality.py",
                title="Data quality",
                icon=":material/fact_check:",
                url_path="quality",
            ),
            st.Page(
                HERE / "app_pages/letters.py",
                title="Dead letters",
                icon=":material/report:",
                url_path="letters",
            ),
            st.Page(
                HERE / "app_pages/system.py",
                title="System",
                icon=":material/dns:",
                url_path="system",
            ),
        ],
    },
    position="hidden" if st.context.is_embedded else "sidebar",
)
with faults.caught(), waiting.skeleton(chosen.title):
    chosen.run()
st.html(markup.footer(source.version(), source.PATH))

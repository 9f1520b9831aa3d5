# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first step of an import: choose files, or try one of ours."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import data_imports, markup, page, wording
from dashboard.markup import Column
from dashboard.rows import records
from sightline.aid.uploads import examples
from sightline.aid.uploads.folder import MOST_BYTES, MOST_FILES
from sightline.errors import SightlineError
from sightline.imports.files import SUFFIXES

KEY, EXAMPLE, SAID = "files to import", "example to try", "import said"
MIB = 1 << 20


def draw(*, is_gone: bool) -> None:
    """Draw where files are chosen; `is_gone` when the address names an upload that is over."""
    _said(is_gone=is_gone)
    left, right = st.columns([3, 2])
    with left, page.card("Bring files in"):
        st.file_uploader(
            "Files that belong together",
            type=[*SUFFIXES, ".gz"],
            accept_multiple_files=True,
            max_upload_size=MOST_BYTES // MIB,
            key=KEY,
            on_change=_take,
        )
        st.html(
            markup.quiet(
                f"CSV, Excel, Parquet, NDJSON, XES, OCEL and EDI; up to {MOST_FILES} files "
                f"of {MOST_BYTES // MIB} MB. Nothing is imported before you have seen what "
                "would come of it. Without a limit, on this machine: "
            )
            + "<code>sightline import FILE</code>"
        )
    with right, page.card("Or try one of ours", "Small invented files, to see how it works."):
        st.selectbox(
            "Example",
            list(examples.EXAMPLES),
            format_func=examples.EXAMPLES.__getitem__,
            key=EXAMPLE,
            label_visibility="collapsed",
        )
        st.button("Try this example", on_click=_take_example)


def latest(rows: pd.DataFrame) -> None:
    """Draw the files that are in the log."""
    if rows.empty:
        return
    with page.card("Imported so far", "The latest first; a file adds its events once only."):
        columns = (Column("File"), Column("Rows", is_number=True), Column("State"))
        cells = [
            (
                f'<span class="sl-break">{markup.text(row["file"])}</span>',
                markup.text(wording.exact(row["rows"])),
                markup.text(row["state"]),
            )
            for row in records(rows)
        ]
        st.html(markup.table(columns, cells, caption="Files in the event log"))


def _said(*, is_gone: bool) -> None:
    text = st.session_state.pop(SAID, "")
    if text:
        st.html(markup.banner("high", "That file cannot be taken.", [text], word="Refused"))
    elif is_gone:
        st.html(
            markup.banner(
                "medium", "These files are not here any more.", [GONE], word="Start again"
            )
        )


GONE = "They were imported, dropped, or nobody finished them within a day."


def _take() -> None:
    given: list[Any] = st.session_state.get(KEY) or []
    if given:
        _keep([(each.name, each.getbuffer()) for each in given])


def _take_example() -> None:
    name = st.session_state[EXAMPLE]
    _keep([(name, examples.content(name))])


def _keep(given: list[tuple[str, bytes | memoryview]]) -> None:
    try:
        st.query_params["upload"] = data_imports.keep(given).name
    except SightlineError as error:
        st.session_state[SAID] = str(error)

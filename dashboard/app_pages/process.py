# SPDX-License-Identifier: AGPL-3.0-or-later
"""Process: where do decisions stall?"""

import streamlit as st

from dashboard import controls, data, headline, page
from dashboard.cards import paths

page.head("Process")


@page.still
def body() -> None:
    """Draw one process."""
    known = data.processes()
    if known.empty:
        page.nothing(
            "No process has been mined.",
            "Import an event log, run the stream, then mine:",
            command="sightline mine run",
        )
        return
    name = controls.process(list(known["process"]))
    cycle = data.of_process("cycle_time", name).iloc[0]
    slowest = data.of_process("slowest_paths", name)
    variants = data.of_process("variants", name)
    summary = known[known["process"] == name].iloc[0]
    page.lead(headline.process(name, cycle, slowest), data.moment(), page.mined(summary))
    paths.numbers(summary, variants, cycle, data.rework_cases(name))
    left, right = st.columns([3, 2])
    with left:
        paths.process_map(
            *(
                data.of_process(each, name)
                for each in ("dfg", "activities", "dfg_starts", "dfg_ends")
            )
        )
    with right:
        paths.slowest(slowest)
        paths.rework(data.of_process("rework", name))
    paths.variants(variants)

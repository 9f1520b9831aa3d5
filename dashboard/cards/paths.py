# SPDX-License-Identifier: AGPL-3.0-or-later
"""How cases of one process flow: numbers, map, slowest paths, variants, rework."""

import pandas as pd
import streamlit as st

from dashboard import controls, figures, markup, page, wording
from dashboard.markup import Column, Kpi
from dashboard.rows import Row, records

SLOWEST, VARIANTS, STEPS, REPEATED = 8, 10, 14, 6


def numbers(
    process: pd.Series, variants: pd.DataFrame, cycle: pd.Series, rework_cases: int
) -> None:
    """Draw how many cases there are, how long they take, how they differ."""
    cases = float(process["cases"])
    top = variants["share"].head(1).sum()
    st.html(
        markup.kpis(
            [
                Kpi(
                    "Cases",
                    wording.exact(cases),
                    note=f"{wording.exact(process['events'])} events, "
                    f"{wording.day(process['first'])} to {wording.day(process['last'])}",
                    has_bar=False,
                ),
                Kpi(
                    "Cycle time, median",
                    wording.length(cycle["p50_ms"] / 1000),
                    note=f"95 % within {wording.length(cycle['p95_ms'] / 1000)}",
                    has_bar=False,
                ),
                Kpi(
                    "Variants",
                    wording.number(len(variants)),
                    note=f"the most frequent: {wording.percent(top)} of cases",
                    has_bar=False,
                ),
                Kpi(
                    "Rework",
                    wording.percent(rework_cases / cases),
                    note=f"{wording.count(rework_cases, 'case')} with an activity done again",
                    has_bar=False,
                ),
            ]
        )
    )


def process_map(
    paths: pd.DataFrame, activities: pd.DataFrame, starts: pd.DataFrame, ends: pd.DataFrame
) -> None:
    """Draw the map, with what it leaves out said below it."""
    note = "Thickness: how often a path is taken. Colour: the mean wait, grey to orange."
    with page.card("Process map", note):
        with st.container(horizontal=True, vertical_alignment="bottom", gap="large"):
            coverage, label = controls.coverage(), controls.map_label()
        shown = figures.process_map.choose(paths, starts, ends, coverage=coverage)
        dot = figures.process_map.draw(shown, activities, label=label, dark=page.is_dark())
        st.graphviz_chart(dot, width="stretch", alt=figures.process_map.say(shown))
        st.html(
            markup.quiet(
                f"{len(shown.paths)} of {wording.count(shown.of_paths, 'path')}, "
                f"{wording.percent(shown.covered)} of all steps. Boxes: events."
            )
        )
        with st.expander("Show the numbers"):
            st.dataframe(paths, hide_index=True, height=260, alt="All paths of the process")
            st.dataframe(activities, hide_index=True, height=260, alt="All its activities")


def slowest(paths: pd.DataFrame) -> None:
    """Draw the paths on which cases wait longest in total."""
    with page.card("Slowest paths by total wait"):
        waited = paths[paths["wait_sum_ms"] > 0].head(SLOWEST)
        if waited.empty:
            st.html(markup.quiet("No case waits between its activities."))
            return
        most = float(waited["wait_sum_ms"].max())
        columns = (
            Column("Path"),
            Column("Total", is_number=True),
            Column("Median", is_number=True),
            Column("Times", is_number=True),
        )
        rows = [_path(row, most) for row in records(waited)]
        st.html(markup.table(columns, rows, caption="Paths by total wait, the longest first"))


def variants(found: pd.DataFrame) -> None:
    """Draw the most frequent orders of activities."""
    with page.card("Variants", "One order of activities each; the share is of all cases."):
        rows = [_variant(row) for row in records(found.head(VARIANTS))]
        columns = (
            Column("Order of activities"),
            Column("Cases", is_number=True),
            Column("Share", is_number=True),
            Column("Median", is_number=True),
        )
        st.html(markup.table(columns, rows, caption="Variants, the most frequent first"))
        if len(found) > VARIANTS:
            rest = found.iloc[VARIANTS:]
            more = wording.count(len(rest), "more variant")
            st.html(markup.quiet(f"{more}: {wording.percent(rest['share'].sum())} of cases."))


def rework(found: pd.DataFrame) -> None:
    """Draw which activities are done again in the same case."""
    with page.card("Rework"):
        if found.empty:
            st.html(markup.quiet("No activity is done twice in a case."))
            return
        columns = (
            Column("Activity"),
            Column("Cases", is_number=True),
            Column("Share of its cases", is_number=True),
            Column("Repeats", is_number=True),
        )
        rows = [
            (
                f"{markup.text(row['activity'])}{markup.bar(row['share'])}",
                markup.text(wording.number(row["cases"])),
                markup.text(wording.percent(row["share"])),
                markup.text(wording.number(row["repeats"])),
            )
            for row in records(found.head(REPEATED))
        ]
        st.html(markup.table(columns, rows, caption="Activities that cases repeat"))


def _path(row: Row, most: float) -> tuple[str, ...]:
    name = f"{markup.text(row['activity'])} → {markup.text(row['next_activity'])}"
    return (
        f"{name}{markup.bar(row['wait_sum_ms'] / most, kind='wait')}",
        markup.text(wording.length(row["wait_sum_ms"] / 1000)),
        markup.text(wording.length(row["wait_p50_ms"] / 1000)),
        markup.text(wording.number(row["n"])),
    )


def _variant(row: Row) -> tuple[str, ...]:
    names = [str(each) for each in row["activities"]]
    cut = (
        [*names[: STEPS - 1], f"{len(names) - STEPS + 1} more"] if len(names) > STEPS else names
    )
    return (
        f"{markup.steps(cut)}{markup.bar(row['share'])}",
        markup.text(wording.number(row["cases"])),
        markup.text(wording.percent(row["share"])),
        markup.text(wording.length(row["p50_ms"] / 1000)),
    )

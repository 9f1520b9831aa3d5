# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with the data: the findings, and one of them with the way to mend it."""

from datetime import datetime
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.column_config import NumberColumn
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import data_quality, download, markup, page, wording
from dashboard.markup import Column, Kpi
from sightline.aid.quality import Checkup, Finding, Rule

WATCHED = ("missing_cost", "unit_without_factor", "item_without_master")
NUMBERS = ("events", "units", "money")
HEIGHT, MOST_HEIGHT = 36, 420
MOST_LINKS = 8


def numbers(found: Checkup) -> None:
    """Draw how many rules found something, and the three counts that matter most."""
    high = sum(each.rule.severity == "high" for each in found.findings)
    some = len(found.findings)
    st.html(
        markup.kpis(
            [
                Kpi(
                    "Rules with findings",
                    str(some),
                    f"of {found.rules}",
                    f"{high} of high severity",
                    (("high", high), ("medium", some - high), ("ok", found.rules - some)),
                ),
                *(_count(found, name) for name in WATCHED),
            ]
        )
    )


def listed(found: Checkup) -> None:
    """Draw every finding with what it spoils; its title opens it."""
    with page.card("What was found", "Open one to see its rows and the way to mend it."):
        columns = (Column("Severity"), Column("Finding"), Column("What it spoils"))
        rows = [
            (
                markup.mark(each.rule.severity),
                markup.link("/quality", each.title, {"finding": each.rule.name}),
                markup.quiet(each.rule.why),
            )
            for each in found.findings
        ]
        st.html(markup.table(columns, rows, caption="Findings, the gravest first"))


def one(finding: Finding, as_of: datetime) -> None:
    """Draw how to mend one finding, its files and its rows."""
    rule = finding.rule
    with page.card("How to mend it"):
        st.html(f"<div>{markup.coded(rule.mend)}</div>{_where(rule)}")
        with st.container(horizontal=True):
            _files(rule, as_of)
    with page.card("What it concerns"):
        rows = data_quality.shown(finding)
        st.dataframe(
            rows,
            hide_index=True,
            height=min(MOST_HEIGHT, HEIGHT * (len(rows) + 1) + 4),
            row_height=HEIGHT,
            column_config=_columns(rule),
            key=f"rows {rule.name}",
            alt=f"{finding.title}: {wording.count(len(rows), 'row')}, the gravest first",
        )
        if finding.total > len(rows):
            left = f"The first {len(rows)} of {finding.total:,}; the file has all of them."
            st.html(markup.quiet(left))
        if links := _places(finding):
            st.html(links)


def _places(finding: Finding) -> str:
    """Return links to the first positions that rows of a finding name, if they name any."""
    known = [dict(each) for each in finding.rows["row"].to_pylist()]
    places = dict.fromkeys(
        (row["item"], row["loc"]) for row in known if row.get("item") and row.get("loc")
    )
    links = [
        markup.link("/stock", f"{item} at {loc}", {"item": item, "loc": loc})
        for item, loc in [*places][:MOST_LINKS]
    ]
    return f"<div>{markup.quiet('On Stock:')} {', '.join(links)}</div>" if links else ""


def files(found: Checkup, as_of: datetime) -> None:
    """Offer all findings as one file."""
    rows = partial(data_quality.all_findings, found, as_of)
    download.later("Download all findings", rows, "findings.csv")


def _files(rule: Rule, as_of: datetime) -> None:
    if rule.template:
        name = f"{rule.template}.csv"
        rows = partial(_lines, rule, as_of)
        download.later(f"Lines to fill in: {name}", rows, name)
    every = partial(data_quality.every_row, rule, as_of)
    download.later("Download CSV", every, f"{rule.name}.csv")


def _lines(rule: Rule, as_of: datetime) -> pd.DataFrame:
    return download.plain_lines(data_quality.to_fill(rule, as_of))


def _where(rule: Rule) -> str:
    """Say where what mends it goes in."""
    if rule.name == "unit_without_factor":
        letters = markup.link("/letters", "Dead letters", {"reason": "no_conversion"})
        return f"<div>They wait among {letters} until the factors are in.</div>" + _import(rule)
    return _import(rule)


def _import(rule: Rule) -> str:
    if not rule.template:
        return ""
    command = f"sightline import {rule.template}.csv"
    return (
        '<div class="sl-quiet">Download the lines below, fill them in, then bring them in on '
        f"{markup.link('/import', 'Import')} or with <code>{markup.text(command)}</code>.</div>"
    )


def _count(found: Checkup, name: str) -> Kpi:
    finding = next((each for each in found.findings if each.rule.name == name), None)
    labels = {
        "missing_cost": ("Items without a cost", "of items that moved"),
        "unit_without_factor": ("Units without a factor", "their events wait"),
        "item_without_master": ("Items without a record", "of items that events name"),
    }
    label, note = labels[name]
    total = finding.total if finding else 0
    return Kpi(label, wording.number(total), note=note, has_bar=False)


def _columns(rule: Rule) -> dict[str, ColumnConfig | str | None]:
    return {
        getattr(rule, name): NumberColumn(format="localized")
        for name in NUMBERS
        if getattr(rule, name)
    }

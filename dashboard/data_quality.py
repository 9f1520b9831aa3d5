# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads of what is wrong with the data, and of the lines that mend it."""

from datetime import datetime

import pandas as pd
import streamlit as st

from dashboard import data, data_letters
from sightline.aid.quality import Checkup, Finding, Rule, check, check_one, file_to_fill
from sightline.aid.quality.checking import settled_letters

SHOWN, ALL = 200, 200_000
COLUMNS = ("subject", "place", "detail", "events", "units", "money", "currency")


@st.cache_data(ttl="1m", show_spinner=False)
def checkup(_as_of: datetime) -> Checkup:
    """Ask every rule; what was found a minute ago is still told."""
    settled = settled_letters(data_letters.desk(), data.log().generation)
    return check(data.store(), as_of=_as_of, settled=settled, most=SHOWN)


def shown(finding: Finding) -> pd.DataFrame:
    """Return the rows of a finding under the headings of its rule."""
    return _told(finding)


def every_row(rule: Rule, as_of: datetime) -> pd.DataFrame:
    """Return all rows that `rule` finds, under its headings."""
    return _told(_whole(rule, as_of))


def to_fill(rule: Rule, as_of: datetime) -> pd.DataFrame:
    """Return the lines of the template that mend what `rule` finds, known cells filled in."""
    found = file_to_fill(_whole(rule, as_of))
    assert found is not None  # noqa: S101  asked only of rules that have a template
    _, columns, lines = found
    return pd.DataFrame(lines, columns=columns, dtype=str)


def all_findings(found: Checkup, as_of: datetime) -> pd.DataFrame:
    """Return every row of every finding, one table for a file."""
    frames = [
        _frame(_whole(each.rule, as_of)).assign(
            rule=each.rule.name, severity=each.rule.severity
        )
        for each in found.findings
    ]
    return pd.concat(frames, ignore_index=True)


def _whole(rule: Rule, as_of: datetime) -> Finding:
    settled = settled_letters(data_letters.desk(), data.log().generation)
    return check_one(data.store(), rule, as_of=as_of, settled=settled, most=ALL)


def _frame(finding: Finding) -> pd.DataFrame:
    return pd.DataFrame(finding.rows.select([*COLUMNS]).to_pandas())


def _told(finding: Finding) -> pd.DataFrame:
    """Keep the columns that the rule has a heading for."""
    rule, frame = finding.rule, _frame(finding)
    titles = {name: title for name in COLUMNS[:-1] if (title := getattr(rule, name))}
    if rule.money and frame["currency"].any():
        titles["currency"] = "Currency"
    return pd.DataFrame(frame[list(titles)]).rename(columns=titles)

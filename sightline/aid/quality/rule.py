# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a rule of data quality is made of."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["high", "medium"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One question to the data; its query is ``sql/queries/quality_<name>.sql``.

    Attributes
    ----------
    severity
        ``high`` where numbers on other pages are wrong or missing, else ``medium``.
    one, many
        What is found, after a number: "3 items without a cost".
    why
        What it spoils.
    mend
        What to do about it.
    subject, place, detail, events, units, money
        Headings of what the query returns; empty where it says nothing.
    template
        Table of the mapping ``master_data`` whose lines mend it; empty where none does.
    """

    name: str
    severity: Severity
    one: str
    many: str
    why: str
    mend: str
    subject: str = "Item"
    place: str = ""
    detail: str = ""
    events: str = ""
    units: str = ""
    money: str = ""
    template: str = ""

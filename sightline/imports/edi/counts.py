# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock reports of either standard: counts, or statements of who is no authority."""

from dataclasses import dataclass
from datetime import datetime

from sightline.imports.edi.context import FROM_SUPPLIER, Context, Ids, said
from sightline.imports.edi.document import Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What holds for every line; `form` is ``846`` or ``INVRPT``."""

    form: str
    number: str
    time: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What lies at one place, by the report.

    Attributes
    ----------
    others
        Qualifier → other quantities that the line states, as they came.
    """

    line: str
    ids: Ids
    loc: str
    quantity: dict[str, str]
    others: dict[str, str]


def draft(context: Context, report: Report, stock: Stock) -> Draft:
    """Return the count that `stock` is, or the statement if the sender is no authority."""
    item = context.item(stock.ids, FROM_SUPPLIER)
    sender = context.envelope.sender
    data = said(
        item=item,
        loc=stock.loc,
        q=stock.quantity,
        count_id=report.number,
        counter=context.partner(sender),
        doc={"type": report.form, "id": report.number, "line": stock.line},
        ext=said(items=dict(stock.ids), quantities=stock.others),
    )
    if not context.profile.trusts(sender):
        data["authoritative"] = False
    return Draft("inventory.counted", report.time, data)

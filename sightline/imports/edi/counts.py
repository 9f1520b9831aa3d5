# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stock reports of either standard: counts where the sender is the authority, else refused."""

from dataclasses import dataclass
from datetime import datetime

from sightline.imports.edi.context import FROM_SUPPLIER, Context, Ids, said
from sightline.imports.edi.document import Draft
from sightline.imports.edi.refused import Refused


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
    """Return the count that `stock` is.

    Raises
    ------
    Refused
        Nobody said that the sender's book is the one that holds.
    """
    item = context.item(stock.ids, FROM_SUPPLIER)
    sender = context.envelope.sender
    if not context.profile.trusts(sender):
        qty, uom = stock.quantity["qty"], stock.quantity["uom"]
        text = f"{sender} reports {qty} {uom} of {item} at {stock.loc}, which sets no balance"
        advice = f"`authoritative: [{sender}]` in the mapping makes its reports counts"
        raise Refused("not_authoritative", f"{text}; {advice}")
    data = said(
        item=item,
        loc=stock.loc,
        q=stock.quantity,
        count_id=report.number,
        counter=context.partner(sender),
        doc={"type": report.form, "id": report.number, "line": stock.line},
        ext=said(items=dict(stock.ids), quantities=stock.others),
    )
    return Draft("inventory.counted", report.time, data)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Put the values that need judging into cells: quantities, money, days, people, claims."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from sightline.events.blocks import Money
from sightline.events.cells import Cells
from sightline.events.moments import EARLIEST, LATEST
from sightline.events.quantities import Amount, Base, to_amount, to_base
from sightline.events.refusal import Fault, shown

Rows = npt.NDArray[np.int64]
Faults = dict[int, Fault]

STATED = attrgetter("qty", "uom", "base_qty", "base_uom", "conv_num", "conv_den")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
FIRST_DAY = date(1970, 1, 1)
LAST_DAY = date(2200, 12, 31)
NON_STOCK = "non_stock"
STATEMENT = "statement"  # column ``mode`` of a count that sets no balance


def put_quantities(  # noqa: PLR0913  the rule of a quantity has that many parts
    cells: Cells,
    at: Rows,
    blocks: Sequence[Any],
    faults: Faults,
    *,
    into: str,
    field: str,
    signed: bool,
    zero: bool,
) -> None:
    """Put quantities in the base unit into column `into`, their unit into ``base_uom``."""
    found = [
        block and to_base(STATED(block), signed=signed, zero=zero, at=field) for block in blocks
    ]
    good = _without_faults(at, found, Base, faults)
    cells.put(into, at, [base and base.scaled for base in good])
    if into == "base_qty":
        cells.put("base_uom", at, [base and base.uom for base in good])


def put_amounts(
    cells: Cells,
    at: Rows,
    amounts: Iterable[tuple[str | float | None, str | None]],
    faults: Faults,
    *,
    field: str,
) -> None:
    """Put (amount, currency) pairs; note which amounts had to be rounded."""
    found = [
        None if amount is None else to_amount(_as_text(amount), currency, at=field)
        for amount, currency in amounts
    ]
    good = _without_faults(at, found, Amount, faults)
    cells.put("amount", at, [money and money.scaled for money in good])
    cells.put("currency", at, [money and money.currency for money in good])
    cells.put("rounded", at, [money is not None and money.rounded for money in good])


def priced(
    value: Money | str | float | None, currency: str | None
) -> tuple[str | float | None, str | None]:
    """Return what a field of money, and perhaps one of currency, state as a pair."""
    return (value.amount, value.currency) if isinstance(value, Money) else (value, currency)


def put_days(
    cells: Cells, at: Rows, days: Sequence[date | None], faults: Faults, *, field: str
) -> None:
    """Put days into column ``due``."""
    cells.put("due", at, days)
    for row, day in zip(at.tolist(), days, strict=True):
        if day is not None and not FIRST_DAY <= day <= LAST_DAY:
            faults.setdefault(row, _beyond(day, field))


def put_moments(
    cells: Cells, at: Rows, moments: Sequence[datetime | None], faults: Faults, *, field: str
) -> None:
    """Put moments into column ``start_ms``, milliseconds since 1970."""
    millis = [None if moment is None else (moment - EPOCH) // MILLISECOND for moment in moments]
    for row, moment, since in zip(at.tolist(), moments, millis, strict=True):
        if since is not None and not EARLIEST <= since < LATEST:
            faults.setdefault(row, _beyond(moment, field))
    cells.put("start_ms", at, millis)


def put_actors(cells: Cells, at: Rows, actors: Sequence[Any]) -> None:
    """Put who did it, and in which role."""
    cells.put("actor_id", at, [actor and actor.id for actor in actors])
    cells.put("actor_role", at, [actor and actor.role for actor in actors])


def put_non_stock(
    cells: Cells, at: Rows, claims: Sequence[bool | None], classes: Sequence[str | None]
) -> None:
    """Put whether the item stands outside positions; said by the flag or by the class."""
    rows = zip(claims, classes, strict=True)
    cells.put("non_stock", at, [bool(claim) or klass == NON_STOCK for claim, klass in rows])


def put_statements(cells: Cells, at: Rows, claims: Sequence[bool | None]) -> None:
    """Put into column ``mode`` which counts only state what another system believes."""
    cells.put("mode", at, [STATEMENT if claim is False else None for claim in claims])


def _without_faults(
    at: Rows, found: Sequence[Any], wanted: type, faults: Faults
) -> Sequence[Any]:
    """Return `found` with None in place of faults, which are noted."""
    if all(one is None or isinstance(one, wanted) for one in found):
        return found
    for row, one in zip(at.tolist(), found, strict=True):
        if isinstance(one, Fault):
            faults.setdefault(row, one)
    return [None if isinstance(one, Fault) else one for one in found]


def _as_text(amount: str | float) -> str:
    return amount if isinstance(amount, str) else f"{amount:.4f}"


def _beyond(moment: object, field: str) -> Fault:
    text = f"{field} is {shown(str(moment))}; expected a year from 1970 to 2200"
    return Fault("out_of_range", field, text)

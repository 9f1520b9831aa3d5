# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a column may mean, in words, and whether the values of a column fit that."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from sightline.imports.suggest import codes
from sightline.imports.suggest.amounts import CODES, SIGNS
from sightline.imports.suggest.columns import Column
from sightline.imports.suggest.moments import moment_in
from sightline.imports.suggest.units_said import code_of

Fit = tuple[float, str]
EXTRA, SKIP = "extra", "skip"
MANY = 40
LABELS: dict[str, str] = {
    "item": "Item code",
    "description": "Description of the item",
    "loc": "Location",
    "bin": "Place within the location",
    "from_loc": "From location",
    "to_loc": "To location",
    "qty": "Quantity",
    "qty_in": "Quantity in",
    "qty_out": "Quantity out",
    "on_hand": "Quantity on hand",
    "shipped_qty": "Quantity shipped",
    "received_qty": "Quantity received",
    "uom": "Unit",
    "price": "Unit price",
    "cost": "Unit cost",
    "amount": "Amount of the line",
    "currency": "Currency",
    "order": "Order or invoice number",
    "line": "Line number",
    "po": "Purchase order number",
    "customer": "Customer",
    "supplier": "Supplier",
    "partner": "Customer or supplier",
    "delivery": "Delivery or shipment number",
    "transfer": "Transfer number",
    "time": "Date or time of the row",
    "time_of_day": "Time of the day",
    "requested": "Wanted by",
    "promised": "Promised for",
    "shipped_date": "Shipped on",
    "received_date": "Received on",
    "code": "Kind of movement",
    "sign": "In or out",
    "reason": "Reason",
    "status": "Status",
    "region": "Region or country",
    "channel": "Sales channel",
    "carrier": "Carrier",
    "lot": "Lot or batch",
    "person": "Who did it",
    "case": "Case of a process",
    "activity": "Activity of a process",
    "start": "Began at",
    "end": "Ended at",
    "resource": "Who did the activity",
    "role": "Role of who did it",
    "lifecycle": "Start or end of an activity",
    "family": "Group of items",
    "weight": "Weight",
    "lead_time": "Lead time",
    "reorder": "Reorder point",
    "safety": "Safety stock",
    EXTRA: "Keep as a further detail",
    SKIP: "Leave out",
}
"""Meaning → what people call it."""
NUMBERS = {"qty", "qty_in", "qty_out", "on_hand", "shipped_qty", "received_qty", "price",
           "cost", "amount", "weight", "lead_time", "reorder", "safety"}  # fmt: skip
TIMES = {"time", "requested", "promised", "shipped_date", "received_date", "start", "end"}
LISTS = {"code", "status", "reason", "channel", "carrier", "region", "lifecycle", "role"}


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column probably means.

    Attributes
    ----------
    meaning
        A key of `LABELS`.
    confidence
        In [0, 1]; from 0.8 on it is nearly certain, below 0.5 somebody should look.
    why
        For people: from its name and from its values.
    examples
        A few of its values.
    """

    column: str
    meaning: str
    confidence: float
    why: str
    examples: tuple[str, ...] = ()


def fit(meaning: str, column: Column) -> Fit:
    """Return how well the values of `column` fit `meaning`, in [0, 1], and what shows it."""
    if not column.count:
        return 0.3, "it is empty"
    if meaning in TIMES:
        return _time(column)
    if meaning in NUMBERS:
        return _number(meaning, column)
    special = SPECIAL.get(meaning)
    if special:
        return special(column)
    if meaning in LISTS:
        return _list(column)
    return _name(column)


def _time(column: Column) -> Fit:
    if column.moments is None:
        return 0.0, ""
    found = column.moments
    written = f"times such as {moment_in(found.formats[0])}" if found.formats else "times"
    rest = "" if found.share > 0.999 else f" in {found.share:.0%} of the rows"  # noqa: PLR2004
    return max(found.share, 0.5), f"{written}{rest}"


def _number(meaning: str, column: Column) -> Fit:
    if not column.is_numeric or column.moments is not None:
        return 0.0, ""
    if column.is_code:
        return 0.15, "digits of one length, like a code"
    many = f"{column.decimals} decimals" if column.decimals <= 4 else "many decimals"  # noqa: PLR2004
    kind = "whole numbers" if column.is_whole else f"numbers with {many}"
    below = f", {column.below:.0%} below 0" if column.below else ""
    odd = column.count - len(column.numbers)
    below += f"; {odd} {'is' if odd == 1 else 'are'} no number" if odd else ""
    low, high = _ends(column)
    is_money = meaning in {"price", "cost", "amount"}
    share = 0.9 if is_money and column.is_whole and meaning == "price" else 1.0
    share *= len(column.numbers) / column.count
    return share, f"{kind} from {low:g} to {high:g}{below}"


def _ends(column: Column) -> tuple[float, float]:
    ordered = column.numbers.cast(pl.Float64).sort()
    return float(ordered[0]), float(ordered[-1])


def _name(column: Column) -> Fit:
    """Judge codes and names: anything but times and broken numbers."""
    if column.moments is not None and not column.is_code:
        return 0.0, ""
    if column.is_numeric and not column.is_whole and not column.is_code:
        is_id = column.distinct == column.count > 1
        return (0.6, "numbers that are all different") if is_id else (0.1, "with decimals")
    return 1.0, _different(column)


def _item(column: Column) -> Fit:
    share, why = _name(column)
    if share < 1:
        return share, why
    is_prose = column.length > 25 and column.share(column.texts.drop_nulls().str.contains(" "))  # noqa: PLR2004
    return (0.75, f"texts as long as descriptions; {why}") if is_prose else (1.0, why)


def _description(column: Column) -> Fit:
    if not column.has_letters or column.moments is not None:
        return 0.2, "no words"
    return 1.0, "words"


def _loc(column: Column) -> Fit:
    share, why = _name(column)
    many = column.distinct > max(50, column.count // 2)
    return (0.5 * share, f"{why}, many for locations") if many else (share, why)


def _list(column: Column) -> Fit:
    if column.moments is not None or (column.is_numeric and not column.is_whole):
        return 0.0, ""
    if column.distinct > max(MANY, column.count // 5):
        return 0.4, f"{_different(column)}, many for a list"
    return 1.0, _different(column)


def _code(column: Column) -> Fit:
    share, why = _list(column)
    known = codes.known_share(column.counted)
    if share and known >= 0.5:  # noqa: PLR2004
        shown = ", ".join(list(column.counted)[:3])
        return 1.0, f"{known:.0%} are kinds of movements, such as {shown}"
    return 0.5 * share, f"{why}, which are not known as movements"


def _unit(column: Column) -> Fit:
    if column.is_numeric or column.moments is not None:
        return 0.0, ""
    known = sum(n for text, n in column.counted.items() if code_of(text))
    share = known / sum(column.counted.values())
    shown = ", ".join(list(column.counted)[:4])
    if share > 0.5:  # noqa: PLR2004
        return 1.0, f"units such as {shown}"
    return (0.6, f"few short texts such as {shown}") if column.distinct <= MANY else (0.1, "")


def _currency(column: Column) -> Fit:
    values = [text.strip() for text in column.counted]
    known = [text for text in values if text in CODES or text in SIGNS]
    rows = sum(n for text, n in column.counted.items() if text.strip() in known)
    share = rows / max(sum(column.counted.values()), 1)
    return (1.0, f"currencies: {', '.join(known[:4])}") if share > 0.9 else (0.0, "")  # noqa: PLR2004


def _line(column: Column) -> Fit:
    if not column.is_whole and not column.is_code:
        share, why = _name(column)
        return 0.5 * share, why
    return 1.0, _different(column)


def _clock(column: Column) -> Fit:
    return (1.0, "times of the day") if column.is_clock else (0.0, "")


def _sign(column: Column) -> Fit:
    known = [text for text in column.counted if codes.direction(text)]
    if len(known) == len(column.counted) <= 4:  # noqa: PLR2004
        return 1.0, f"{' and '.join(known)} for in and out"
    return 0.0, ""


def _activity(column: Column) -> Fit:
    share, why = _name(column)
    few = column.distinct <= max(MANY, column.count // 3) and column.has_letters
    return (share, why) if few else (0.3 * share, f"{why}, many for activities")


def _different(column: Column) -> str:
    if column.distinct == 1:
        return "always the same"
    return f"{column.distinct:,} different among {column.count:,}"


SPECIAL: dict[str, Callable[[Column], Fit]] = {
    "item": _item,
    "description": _description,
    "loc": _loc,
    "from_loc": _loc,
    "to_loc": _loc,
    "code": _code,
    "uom": _unit,
    "currency": _currency,
    "line": _line,
    "time_of_day": _clock,
    "sign": _sign,
    "activity": _activity,
}

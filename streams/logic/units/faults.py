# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is said about a quantity that cannot be had in the base unit of its item."""

from datetime import UTC, datetime
from fractions import Fraction

from sightline.events.quantities import SCALE
from sightline.events.refusal import Fault, shown
from streams.logic.units.convert import TOO_LARGE
from streams.logic.units.stated import Stated


def no_conversion(stated: Stated, base: str) -> Fault:
    """Return the fault of a quantity in a unit without a factor at its time."""
    moment = datetime.fromtimestamp(stated.time / 1000, UTC).isoformat(timespec="seconds")
    record = shown(f"{stated.item}/{stated.unit}")
    wanted = f"{base}, or a record item_uom {record} that holds at {moment}"
    text = (
        f"{stated.path}.uom is {shown(stated.unit)}; expected {wanted}. Once it has come, this "
        "is taken in"
    )
    return Fault("no_conversion", f"{stated.path}.uom", text, "quarantine")


def impossible(stated: Stated, state: int, num: int, den: int) -> Fault:
    """Return the fault of a quantity that a factor does not turn into a good one."""
    exact = Fraction(stated.q, SCALE)
    told = f"{stated.path} is {exact} {stated.unit} x {num}/{den}"
    if state == TOO_LARGE:
        text = f"{told}; expected less than 10^11 base units"
        return Fault("too_large_a_number", stated.path, text, "quarantine")
    text = (
        f"{told}; expected at most four decimals. Once the item_uom is corrected, this is "
        "taken in"
    )
    return Fault("not_representable", stated.path, text, "quarantine")

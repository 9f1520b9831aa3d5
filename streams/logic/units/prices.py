# SPDX-License-Identifier: AGPL-3.0-or-later
"""Prices per unit follow their quantities: 24.00 a case of 12 are 2.00 a piece."""

from typing import Any

import numpy as np
from msgspec import inspect

from sightline.events.blocks import PER_UNIT
from sightline.events.catalogue import TYPES
from sightline.events.event_type import EventType
from streams.logic.arrays import codes

_ROOM = 1 << 62


def per_unit(types: Any) -> np.ndarray:
    """Return for each row of a column of full type names whether its money is per unit."""
    rows, names = codes(types)
    is_priced = np.array([name in PRICED for name in names], dtype=bool)
    return np.asarray(is_priced[rows])


def repriced(
    amount: np.ndarray, before: np.ndarray, after: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return what one unit costs when `before` old units are `after` new ones.

    Parameters
    ----------
    amount
        Ten-thousandths of the currency for one old unit.
    before, after
        The same quantity in both units, none of them 0.

    Returns
    -------
    tuple[np.ndarray, np.ndarray]
        Ten-thousandths for one new unit, rounded half to even, and where that lost something.
    """
    shared = np.gcd(before, after)
    times, by = np.abs(before // shared), np.abs(after // shared)
    wide = int(np.abs(amount).max(initial=0)) * int(times.max(initial=1)) >= _ROOM
    product = amount.astype(object) * times.astype(object) if wide else amount * times
    found, rest = product // by, product % by
    up = (2 * rest > by) | ((2 * rest == by) & (found % 2 == 1))
    return (found + up).astype(np.int64), np.asarray(rest != 0, dtype=bool)


def _is_per_unit(kind: EventType) -> bool:
    info = inspect.type_info(kind.struct)
    assert isinstance(info, inspect.StructType)  # noqa: S101  by the parameter's type
    return any(
        field.name == "money"
        and isinstance(field.type, inspect.Metadata)
        and (field.type.extra or {}).get("unit") == PER_UNIT
        for field in info.fields
    )


PRICED = frozenset(full for full, kind in TYPES.items() if _is_per_unit(kind))

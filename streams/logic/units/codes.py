# SPDX-License-Identifier: AGPL-3.0-or-later
"""Units of measure as small numbers: the bytes of their code."""

from collections.abc import Sequence

import numpy as np

NOT_STATED = 0
STRANGE = 0xFFFFFFFF  # no unit of Rec 20, so no record can be about it
LONGEST = 3


def code_of(unit: str) -> int:
    """Return the number of a unit.

    >>> text_of(code_of("KGM"))
    'KGM'
    """
    raw = unit.encode()
    return int.from_bytes(raw, "big") if len(raw) <= LONGEST else STRANGE


def text_of(code: int) -> str:
    """Return the unit that a number stands for."""
    return code.to_bytes(LONGEST, "big").lstrip(b"\0").decode()


def codes_of(units: Sequence[str]) -> np.ndarray:
    """Return the numbers of several units."""
    return np.array([code_of(unit) for unit in units], dtype=np.uint32)


PIECES = code_of("EA")
"""What an item is counted in as long as no record names its base unit."""

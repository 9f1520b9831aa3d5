# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exact conversion of ten-thousandths; what does not come out exactly is told, not rounded."""

import numpy as np

from sightline.events.quantities import LIMIT

FINE, NOT_EXACT, TOO_LARGE = 0, 1, 2
_ROOM = 1 << 63


def convert(q: np.ndarray, num: np.ndarray, den: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return ``q * num / den``, and for each whether it is fine.

    Whole numbers of Python are used where 64 bits could overflow.
    """
    wide = int(np.abs(q).max(initial=0)) * int(num.max(initial=1)) >= _ROOM
    product = q.astype(object) * num.astype(object) if wide else q * num
    found, rest = product // den, product % den
    state = np.where(rest != 0, NOT_EXACT, FINE)
    state = np.where((state == FINE) & (np.abs(found) >= LIMIT), TOO_LARGE, state)
    return np.where(state == FINE, found, 0).astype(np.int64), state

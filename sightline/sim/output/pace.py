# SPDX-License-Identifier: AGPL-3.0-or-later
"""A run at the pace of a clock, so many times as fast as life; it can be stopped."""

import time
from collections.abc import Iterable, Iterator
from threading import Event

import numpy as np

from sightline.sim.engine.moments import SECOND, Ints
from sightline.sim.transport.delivered import Delivered

STEP_S = 0.25  # lines that are due within such a time come together


def paced(
    arriving: Iterable[Delivered],
    factor: float,
    *,
    since: int,
    stop: Event,
) -> Iterator[Delivered]:
    """Yield what arrives when it is due, until `stop` is set.

    Parameters
    ----------
    factor
        Simulated seconds per second, above 0.
    since
        Moment from which on the pace is kept, µs; what arrives before comes at once.
    stop
        Ends the run soon after it is set, also while nothing is due.
    """
    began = time.monotonic()
    for arrived in arriving:
        if stop.is_set():
            return
        due = np.maximum(arrived.ingest - since, 0) / (SECOND * factor)
        for rows in _together(due):
            if stop.wait(max(0.0, began + float(due[rows[-1]]) - time.monotonic())):
                return
            yield arrived.taken(rows)


def _together(due: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Iterator[Ints]:
    """Yield rows that are due in the same step; `due` ascends."""
    if len(due):
        yield from np.split(
            np.arange(len(due)), np.flatnonzero(np.diff((due / STEP_S).astype(np.int64))) + 1
        )

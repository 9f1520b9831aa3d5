# SPDX-License-Identifier: AGPL-3.0-or-later
"""Durations: how many, how long in sum, and exact percentiles."""

from array import array
from collections.abc import Iterable
from typing import Any

import numpy as np

from sightline.sim.engine.moments import SECOND, Ints

SHARES = (("p50", 0.5), ("p90", 0.9), ("p95", 0.95))


class Spans:
    """Durations in whole seconds, of all things and by a name.

    Percentiles are interpolated between neighbours, as ``quantileExactInclusive`` does.

    Examples
    --------
    >>> spans = Spans()
    >>> spans.add(2_000_000)
    >>> spans.add(4_000_000)
    >>> spans.told()
    {'n': 2, 'sum_s': 6, 'p50_s': 3.0, 'p90_s': 3.8, 'p95_s': 3.9}
    """

    def __init__(self) -> None:
        self._all = array("q")
        self._by: dict[str, dict[str, Spans]] = {}

    def add(self, micros: int, **names: str) -> None:
        """Add a duration in µs; `names` such as ``region="R1"`` say of what."""
        self._all.append(micros // SECOND)
        for dimension, name in names.items():
            self._of(dimension, name).add(micros)

    def many(self, micros: Ints) -> None:
        """Add several."""
        self._all.extend((micros // SECOND).tolist())

    def told(self) -> dict[str, Any]:
        """Return the durations as they are written."""
        seconds = np.frombuffer(self._all, dtype=np.int64) if self._all else np.zeros(0)
        told: dict[str, Any] = {"n": len(seconds), "sum_s": int(seconds.sum())}
        told |= {f"{name}_s": _percentile(seconds, share) for name, share in SHARES}
        if self._by:
            told["by"] = {
                dimension: {name: spans.told() for name, spans in sorted(named.items())}
                for dimension, named in sorted(self._by.items())
            }
        return told

    def _of(self, dimension: str, name: str) -> "Spans":
        return self._by.setdefault(dimension, {}).setdefault(name, Spans())


def _percentile(values: Iterable[int], share: float) -> float | None:
    known = np.asarray(values)
    return round(float(np.quantile(known, share)), 6) if len(known) else None

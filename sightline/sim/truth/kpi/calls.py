# SPDX-License-Identifier: AGPL-3.0-or-later
"""How calls between systems went."""

from array import array
from collections import defaultdict
from typing import Any

import numpy as np

from sightline.sim.office.calls import Operation
from sightline.sim.truth.kpi.tally import ratio

TENTHS = 10  # of a millisecond: latencies are whole ones


class CallFailures:
    """K40 by service: attempts that failed, operations that failed for good, retries."""

    def __init__(self) -> None:
        self._attempts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._final: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._retried: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self._latency: dict[str, array[int]] = defaultdict(lambda: array("q"))

    def take(self, operation: Operation) -> None:
        """Take in an operation."""
        for service in ("", operation.service):
            failed = [not attempt.is_ok for attempt in operation.attempts]
            _add(self._attempts[service], sum(failed), len(failed))
            _add(self._final[service], int(not operation.is_done), 1)
            if len(failed) > 1:
                _add(self._retried[service], int(operation.is_done), 1)
            tenths = (round(each.latency_ms * TENTHS) for each in operation.attempts)
            self._latency[service].extend(tenths)

    def told(self) -> dict[str, Any]:
        """Return the KPI by number."""
        p95 = {
            service or "all": round(float(np.quantile(np.array(values), 0.95)) / TENTHS, 4)
            for service, values in sorted(self._latency.items())
        }
        return {
            "K40": _by_service(self._attempts),
            "K40.final": _by_service(self._final),
            "K40.retries_that_helped": _by_service(self._retried),
            "K40.p95_ms": p95,
        }


def _add(sums: list[int], num: int, den: int) -> None:
    sums[0] += num
    sums[1] += den


def _by_service(sums: dict[str, list[int]]) -> dict[str, Any]:
    services = {service: ratio(*each) for service, each in sorted(sums.items()) if service}
    return ratio(*sums.get("", [0, 0])) | {"by": {"service": services}}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of the tables demand and anomalies, made from closed days."""

import json
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pyarrow as pa

from streams.logic.arrays import decimals
from streams.logic.demand import tails
from streams.logic.demand.asked import DAY_MS
from streams.logic.demand.location import UNIT, Day, LocationState

MODEL_VERSION = "ewm-1"
_TIME = pa.timestamp("ms", "UTC")


def demand(state: LocationState, days: list[Day]) -> pa.Table:
    """Return one row of table demand per item and day."""
    return pa.concat_tables([_demand(state, day) for day in days])


def anomalies(state: LocationState, days: list[Day]) -> pa.Table:
    """Return the anomalies raised, and those that late data took back."""
    rows = [row for day in days for row in _anomalies(state, day)]
    return pa.Table.from_pylist(rows, schema=_ANOMALIES)


def _demand(state: LocationState, day: Day) -> pa.Table:
    count = len(day.item)
    nothing = pa.nulls(count, pa.float64())
    mean = variance = p05 = p95 = nothing
    if day.expected is not None:
        fresh = ~day.expected.seasoned
        low, high = tails.interval(day.expected.mean, day.expected.variance)
        mean, variance, p05, p95 = (
            pa.array(values, mask=fresh)
            for values in (day.expected.mean, day.expected.variance, low, high)
        )
    return pa.table(
        {
            "tenant": pa.array([state.tenant] * count, pa.string()),
            "item": pa.array([state.items.names[i] for i in day.item.tolist()], pa.string()),
            "loc": pa.array([state.loc] * count, pa.string()),
            "grain": pa.array(["day"] * count, pa.string()),
            "bucket": pa.array(np.full(count, day.day * DAY_MS)).cast(_TIME),
            "qty": decimals(day.q),
            "order_lines": pa.array(day.lines.astype(np.uint32)),
            "customers": pa.array(day.customers.astype(np.uint32)),
            "expected": mean,
            "variance": variance,
            "p05": p05,
            "p95": p95,
            "score": pa.array(day.score, mask=np.isnan(day.score)),
            "masked": pa.array(np.zeros(count, dtype=bool)),
            "revision": pa.array(day.off),
        }
    )


_ANOMALIES = pa.schema(
    [
        ("tenant", pa.string()),
        ("anomaly_id", pa.string()),
        ("item", pa.string()),
        ("loc", pa.string()),
        ("bucket", _TIME),
        ("kind", pa.string()),
        ("score", pa.float64()),
        ("direction", pa.string()),
        ("excess_qty", pa.decimal128(18, 4)),
        ("explanation", pa.string()),
        ("model_version", pa.string()),
        ("state", pa.string()),
        ("revision", pa.uint64()),
    ]
)


def _anomalies(state: LocationState, day: Day) -> list[dict[str, object]]:
    return [
        _anomaly(state, day, int(i))
        for i in np.flatnonzero(day.alarming | day.was_alarming)
        if day.expected is not None
    ]


def _anomaly(state: LocationState, day: Day, i: int) -> dict[str, object]:
    tenant, item, loc = state.tenant, state.items.names[int(day.item[i])], state.loc
    assert day.expected is not None  # noqa: S101 - the caller asked for a judged day
    mean, variance = float(day.expected.mean[i]), float(day.expected.variance[i])
    low, high = tails.interval(np.array([mean]), np.array([variance]))
    excess = round(int(day.q[i]) - mean * UNIT)
    score = float(day.score[i])
    return {
        "tenant": tenant,
        "anomaly_id": str(uuid5(NAMESPACE_URL, f"{tenant}/{item}/{loc}/{day.day}")),
        "item": item,
        "loc": loc,
        "bucket": day.day * DAY_MS,
        "kind": "unclear",
        "score": 0.0 if np.isnan(score) else score,
        "direction": "up" if excess >= 0 else "down",
        "excess_qty": decimals(np.array([excess]))[0].as_py(),
        "explanation": json.dumps(
            {
                "expected": round(mean, 4),
                "p05": round(float(low[0]), 4),
                "p95": round(float(high[0]), 4),
                "quantity": int(day.q[i]) / UNIT,
                "order_lines": int(day.lines[i]),
                "customers": int(day.customers[i]),
            },
            sort_keys=True,
        ),
        "model_version": MODEL_VERSION,
        "state": "raised" if day.alarming[i] else "withdrawn",
        "revision": int(day.off[i]),
    }

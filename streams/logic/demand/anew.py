# SPDX-License-Identifier: AGPL-3.0-or-later
"""Demand that turns out to have been another: the difference, on the day it was asked for."""

from collections.abc import Iterator

import numpy as np

from streams.logic.demand.asked import DAY_MS, Asked
from streams.logic.runs import Block, take


def asked_anew(restated: Block | None, first: int, end: int) -> list[Asked]:
    """Return what restated order lines change, of causes with offsets in [first, end)."""
    if restated is None:
        return []
    mine = restated["is_asked"] & (restated["off"] >= first) & (restated["off"] < end)
    return list(_by_place(take(restated, mine)))


def _by_place(rows: Block) -> Iterator[Asked]:
    places = list(zip(rows["tenant"].tolist(), rows["loc"].tolist(), strict=True))
    for tenant, loc in sorted(set(places)):
        some = take(rows, np.array([place == (tenant, loc) for place in places]))
        yield Asked(
            tenant.decode(),
            loc.decode(),
            frozenset((tenant.decode(), each.decode()) for each in some["source"].tolist()),
            some["item"].tolist(),
            some["time"] // DAY_MS,
            some["customer"],
            some["q"] - some["was"],
            some["was_gone"].astype(np.int64) - some["gone"].astype(np.int64),
            some["off"],
        )

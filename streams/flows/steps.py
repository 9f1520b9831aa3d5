# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each stateful step does with a batch: hand it to its state, name the tables."""

from collections.abc import Mapping

import pyarrow as pa

from streams.logic.chunk import Decoded
from streams.logic.demand import report
from streams.logic.demand.frontier import Aligned, FrontierState
from streams.logic.demand.location import LocationState
from streams.logic.demand.sums import Sums
from streams.logic.facts import Rows
from streams.logic.intake import Fresh, IntakeState
from streams.logic.late import Limits
from streams.logic.positions import PartitionState
from streams.logic.restating import Turn, restatements, turns
from streams.logic.runs import concat


def take_in(state: IntakeState, batch: list[Decoded], *, limits: Limits) -> list[Fresh]:
    """Drop duplicates and count; one result per chunk."""
    return [state.apply(decoded, limits) for decoded in batch]


def track_positions(
    state: PartitionState, batch: list[Fresh], *, told: Mapping[int, int], piece_bits: int = 0
) -> list[Rows]:
    """Apply the events of a batch at once; return the rows that changed.

    Parameters
    ----------
    told
        Last offset of each partition that an earlier run may have written rows of.
    piece_bits
        Bits of an offset that count within a piece of the log; 0 where it has no pieces.
    """
    first = min((fresh.appends[0][0] for fresh in batch if fresh.appends), default=0)
    state.again = first <= told.get(state.part, -1)
    news = [fresh.restated for fresh in batch if fresh.restated is not None]
    table = pa.concat_tables([fresh.table for fresh in batch])
    return [
        rows
        for turn in turns(table, concat(news) if news else None, piece_bits=piece_bits)
        for rows in _turn(state, turn)
    ]


def _turn(state: PartitionState, turn: Turn) -> list[Rows]:
    changes = state.apply(turn.table, turn.restated)
    tables = (
        ("positions", changes.positions),
        ("position_hour", changes.hours),
        ("open_lines", changes.open_lines),
        ("open_supply", changes.open_supply),
        ("reconciliations", changes.reconciliations),
        ("restatements", restatements(state, turn, changes.moved)),
    )
    return [Rows(name, state.part, rows) for name, rows in tables if len(rows)]


def align(state: FrontierState, batch: list[Sums]) -> list[Aligned]:
    """Pass demand on to its location, with the first day that is still open there."""
    return state.apply(batch)


def sense_demand(state: LocationState, batch: list[Aligned]) -> list[Rows]:
    """Close the days that are over; return their rows."""
    days = state.apply(batch)
    if not days:
        return []
    tables = (
        ("demand", report.demand(state, days)),
        ("anomalies", report.anomalies(state, days)),
    )
    return [Rows(name, 0, rows) for name, rows in tables if len(rows)]

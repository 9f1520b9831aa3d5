# SPDX-License-Identifier: AGPL-3.0-or-later
"""The dataflow: the event log in, tables out.

read_log(part) ─ decode ─ take_in(part) ─┬─ keep_facts ─────────────────────────────┬─ write
                                         ├─ track_positions(part) ──────────────────┤
                                         └─ sum_demand ─ align ─ sense_demand(loc) ─┘

Every state is kept by log partition or by location, and is a function of the events seen:
neither the number of partitions nor the cut into batches shows in the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import bytewax.operators as op
from bytewax.dataflow import Dataflow
from bytewax.inputs import Source
from bytewax.outputs import Sink

from sightline.events.piece import INDEX_BITS
from streams.flows import steps
from streams.flows.stateful import keep
from streams.logic.chunk import Chunk, decode
from streams.logic.demand.frontier import FrontierState
from streams.logic.demand.location import LocationState
from streams.logic.demand.sums import Sums, sum_demand
from streams.logic.facts import Rows, facts
from streams.logic.intake import IntakeState
from streams.logic.late import SEVEN_DAYS, Limits
from streams.logic.misplaced import well_placed
from streams.logic.near_counts import WINDOW_MS, NearCounts
from streams.logic.positions import PartitionState


@dataclass(frozen=True, slots=True)
class Outside:
    """What a flow over Kafka has besides the log and the tables.

    Attributes
    ----------
    placed
        Partitions of a log that others write to, whose events must be looked at; 0: ours.
    others, tell
        What other processes tell of their partitions, and where ours are told.
    derived
        Where anomalies and exceptions are published.
    """

    placed: int = 0
    others: Source[tuple[str, Sums]] | None = None
    tell: Sink[Sums] | None = None
    derived: Sink[Rows] | None = None


def build(  # noqa: PLR0913 - all that one run of the flow has to know
    log: Source[tuple[str, Chunk]],
    tables: Sink[Rows],
    *,
    blocks: Path,
    partitions: int,
    gen: int,
    outside: Outside | None = None,
    window_ms: int = WINDOW_MS,
    told: Mapping[int, int] = MappingProxyType({}),
    limits: Limits = SEVEN_DAYS,
) -> Dataflow:
    """Wire the dataflow; the caller decides where events come from and where rows go.

    Parameters
    ----------
    blocks
        Folder for the large blocks of snapshots.
    partitions
        Partitions of the log: the slowest of them decides which days are over.
    gen
        Stream generation, part of every row's version.
    outside
        What a flow over Kafka has besides.
    window_ms
        How near to a count of another source a movement is in doubt.
    told
        Last offset of each partition that an earlier run may have written rows of.
    limits
        From when on events are late, and ids reused.
    """
    flow = Dataflow("spine")
    chunks = op.input("read_log", flow, log)
    outside = outside or Outside()
    bits = 0 if outside.placed else INDEX_BITS
    decoded = op.map_value("decode", chunks, decode)
    if outside.placed:
        check = partial(well_placed, partitions=outside.placed)
        decoded = op.map_value("check_placed", decoded, check)
    fresh = op.stateful_batch(
        "take_in",
        decoded,
        keep(
            blocks,
            lambda first: IntakeState(first.part, gen),
            partial(steps.take_in, limits=limits),
        ),
    )
    kept = op.flat_map("keep_facts", op.key_rm("events", fresh), partial(facts, gen=gen))
    tracked = op.stateful_batch(
        "track_positions",
        fresh,
        keep(
            blocks,
            lambda first: PartitionState(first.part, gen, near=NearCounts(window_ms)),
            partial(steps.track_positions, told=told, piece_bits=bits),
        ),
    )
    sums = op.map("sum_demand", fresh, lambda keyed: ("all", sum_demand(keyed[1])))
    if outside.tell and outside.others:
        op.output("tell", op.key_rm("sums", sums), outside.tell)
        sums = op.merge("all_sums", sums, op.input("read_frontier", flow, outside.others))
    aligned = op.stateful_batch(
        "align", sums, keep(blocks, lambda _: FrontierState.of(partitions), steps.align)
    )
    by_place = op.map("by_place", op.key_rm("news", aligned), lambda news: (news.key, news))
    sensed = op.stateful_batch(
        "sense_demand", by_place, keep(blocks, LocationState.of, steps.sense_demand)
    )
    rows = op.merge(
        "all_rows", kept, op.key_rm("positions", tracked), op.key_rm("demand", sensed)
    )
    op.output("write", rows, tables)
    if outside.derived:
        op.output("publish", rows, outside.derived)
    return flow

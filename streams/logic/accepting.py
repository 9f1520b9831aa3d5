# SPDX-License-Identifier: AGPL-3.0-or-later
"""What becomes of each row of a chunk: accepted, repeated, or a dead letter.

Of events with one id the first good one counts. What is refused for want of a factor waits,
and the record that makes it convertible releases it: it then stands right after the record,
as if it had been sent there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from sightline.events.encode import envelope_of
from sightline.events.refusal import CONFLICT, Fault
from streams.logic.chunk import Letter
from streams.logic.dedupe import DedupeState, Split
from streams.logic.runs import Block, concat, take
from streams.logic.units import Judged, Lessons, Releases, UnitState, lessons_of
from streams.logic.units.news import caused, news_of
from streams.logic.units.restating import came
from streams.logic.units.state import kept_rows
from streams.logic.units.waiting import parked

ROUNDS = 3  # settle any two records, and all but a chunk made to be hard


class Settled(NamedTuple):
    """What became of a chunk.

    Attributes
    ----------
    fresh
        Accepted rows in order, released ones among them.
    released
        Of the released ones what the tables tell: whose letter it was, and what released it.
    restated
        What accepted events count for from now on (`streams.logic.units.news`).
    """

    fresh: pa.Table
    repeated: pa.Table
    letters: list[Letter]
    released: Block | None
    restated: Block | None


@dataclass(slots=True)
class Tried:
    """A chunk with the rows that its records release; ``own`` are the places of its own."""

    table: pa.Table
    own: np.ndarray
    released: np.ndarray
    releases: Releases | None
    judged: Judged
    found: Split = field(init=False)


def settle(table: pa.Table, ids: DedupeState, units: UnitState) -> Settled:
    """Say what becomes of each row, and remember ids, units and what may still change.

    What a record teaches decides which quantities are good, and a good event can make a later
    record with its id a conflict: each round settles at least one more record.
    """
    lessons = lessons_of(table)
    taught = lessons
    if len(lessons.at):
        taught = lessons.among(ids.split(table).is_fresh)
    for _ in range(ROUNDS):
        tried = _tried(table, ids, units, taught)
        accepted = lessons.among(tried.found.is_fresh[tried.own])
        if np.array_equal(accepted.at, taught.at):
            ids.remember(tried.found)
            return _done(table, tried, units, taught)
        taught = accepted
    return _by_halves(table, ids, units)


def _by_halves(table: pa.Table, ids: DedupeState, units: UnitState) -> Settled:
    """Settle first what came first: ids that records and lines share in turn take long."""
    half = len(table) // 2
    first, second = settle(table[:half], ids, units), settle(table[half:], ids, units)
    return Settled(
        pa.concat_tables([first.fresh, second.fresh]),
        pa.concat_tables([first.repeated, second.repeated]),
        [*first.letters, *second.letters],
        _both(first.released, second.released),
        _both(first.restated, second.restated),
    )


def _both(first: Block | None, second: Block | None) -> Block | None:
    found = [each for each in (first, second) if each is not None]
    return concat(found) if found else None


def _tried(table: pa.Table, ids: DedupeState, units: UnitState, taught: Lessons) -> Tried:
    judged = units.judge(table, taught)
    releases = units.releases(table, judged, taught)
    tried = _with_released(judged, releases)
    faulty = judged.faulty()
    if faulty is not None:
        spread = np.zeros(len(tried.table), dtype=bool)
        spread[tried.own] = faulty
        faulty = spread
    tried.found = ids.split(tried.table, faulty)
    return tried


def _with_released(judged: Judged, releases: Releases | None) -> Tried:
    """Put released rows right behind the records that released them."""
    count = len(judged.table)
    none = np.zeros(0, dtype=np.int64)
    if releases is None:
        return Tried(judged.table, np.arange(count), none, None, judged)
    order = np.argsort(np.concatenate((np.arange(count), releases.at)), kind="stable")
    table = pa.concat_tables([judged.table, releases.table]).take(pa.array(order))
    place = np.argsort(order)
    return Tried(table, place[:count], place[count:], releases, judged)


def _done(table: pa.Table, tried: Tried, units: UnitState, taught: Lessons) -> Settled:
    found = tried.found
    own = np.full(len(tried.table), -1)
    own[tried.own] = np.arange(len(table))
    refused, twice = _refused(table, tried, own[found.refused], units)
    duplicates, conflicts = (own[rows] for rows in (found.duplicates, found.conflicts))
    repeated = np.sort(np.concatenate((duplicates[duplicates >= 0], twice)))
    letters = [
        *_letters(table, conflicts[conflicts >= 0], {}),
        *_letters(table, refused, tried.judged.faults),
    ]
    released, within = _released(table, tried), _changeable(table, tried)
    changed = units.restate(taught, *within)
    units.learn(taught)
    return Settled(
        found.fresh(tried.table),
        table.take(pa.array(repeated)),
        letters,
        released,
        news_of(changed, table),
    )


def _refused(
    table: pa.Table, tried: Tried, at: np.ndarray, units: UnitState
) -> tuple[np.ndarray, np.ndarray]:
    """Return the refused rows that get a letter, which wait, and those that repeat one."""
    if len(at):
        rows = parked(table.take(pa.array(at)))
        is_first = units.waiting.first_of(rows)
        units.waiting.put(take(rows, is_first))
    else:
        is_first = np.zeros(0, dtype=bool)
    if tried.releases is not None:
        units.waiting.drop(tried.releases.rows["off"])
    return at[is_first], at[~is_first]


def _released(table: pa.Table, tried: Tried) -> Block | None:
    """Return which letters stand no more, and what released each of them."""
    if tried.releases is None:
        return None
    taken = tried.found.is_fresh[tried.released]
    rows, at = take(tried.releases.rows, taken), tried.releases.at[taken]
    told = [
        {"letter": rows["off"][[i]], **{n: rows[n][[i]] for n in ("tenant", "source", "id")}}
        | caused(table, int(row), 1)
        for i, row in enumerate(at.tolist())
    ]
    return concat(told) if told else None


def _changeable(table: pa.Table, tried: Tried) -> tuple[Block | None, Block | None]:
    """Return the accepted rows that a later record may change: own ones, released ones."""
    released = None
    if tried.releases is not None:
        taken = tried.found.is_fresh[tried.released]
        released = came(take(tried.releases.rows, taken), tried.releases.at[taken])
        del released["row"]
    if tried.judged.odd is None:
        return None, released
    at = np.flatnonzero(tried.judged.odd & tried.found.is_fresh[tried.own])
    return kept_rows(table, at), released


def _letters(table: pa.Table, at: np.ndarray, faults: dict[int, Fault]) -> Iterator[Letter]:
    """Yield a dead letter for each of the rows `at`: a conflict where no fault is told."""
    picked = table.take(pa.array(at)).to_pylist() if len(at) else []
    for row, event in zip(at.tolist(), picked, strict=True):
        yield _letter(event, faults.get(row, CONFLICT))


def _letter(row: dict[str, Any], fault: Fault) -> Letter:
    told = ("conflict" if fault is CONFLICT else fault.kind, f"{fault.code}: {fault.text}")
    at_ms = int(row["ingest_time"].timestamp() * 1000)
    raw = envelope_of(row).decode("utf-8", "replace")
    return Letter(row["off"], *told, fault.field, row["source"], row["id"], raw, at_ms)

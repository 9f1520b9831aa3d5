# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mine by changed cases: take those that got new events and recompute them from `events`.

A case is always recomputed whole, so the order in which events arrive, late ones included,
changes nothing. What was read is noted last: a run that dies is done again by the next one,
under a higher number, and rows of the higher number win.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from mining.processes import ObjectProcess, built_in
from sightline.store import Store

CASES_AT_ONCE = 100_000
GENERATION = 256  # one log partition of one generation is generation * 256 + partition

_one_run_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Mined:
    """What one run did.

    Attributes
    ----------
    cases
        Cases recomputed.
    processes
        Names of the processes they belong to, sorted.
    """

    cases: int = 0
    processes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Touched:
    """Cases of one source that got new events; its statement writes their transitions."""

    statement: str
    params: Mapping[str, Any]
    cases: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.cases.values())


def mine_once(store: Store, *, cases_at_once: int = CASES_AT_ONCE) -> Mined:
    """Bring `transitions`, `cases` and `variants` up to what the stream has written.

    Safe to run beside the stream, after a crash, and again: without new events it does nothing.

    Parameters
    ----------
    cases_at_once
        About as many cases are recomputed by one statement; bounds the memory.
    """
    with _one_run_at_a_time:
        todo = store.read("mining_todo")
        return Mined() if todo.empty else _run(store, _ranges(todo), cases_at_once)


def _run(store: Store, ranges: Mapping[str, Any], cases_at_once: int) -> Mined:
    number = int(store.read("mining_run")["ver"][0]) + 1
    sources = [
        _logs(store, ranges),
        _related(store, ranges),
        *(_objects(store, ranges, each) for each in built_in()),
    ]
    for source in sources:
        for cut in _cuts(source.total, cases_at_once):
            store.run(source.statement, ver=number, **cut, **ranges, **source.params)
    for cut in _cuts(sum(source.total for source in sources), cases_at_once):
        store.run("mine_variants", ver=number, **cut)
        store.run("mine_cases", ver=number, **cut)
    store.run("mine_done", ver=number, logs=ranges["logs"], highs=ranges["highs"])
    return _summary(sources)


def _ranges(todo: Any) -> dict[str, Any]:
    """Return the offsets to read as parameters; `low` is exclusive, `high` inclusive."""
    logs = todo["gen"].astype("uint64") * GENERATION + todo["part"].astype("uint64")
    bounds = {"logs": logs, "lows": todo["low"], "highs": todo["high"]}
    lowest = int(todo["low"].min())
    return {**{name: column.tolist() for name, column in bounds.items()}, "lowest": lowest}


def _logs(store: Store, ranges: Mapping[str, Any]) -> _Touched:
    reserved = [each.name for each in built_in()]
    found = store.read("mining_touched", reserved=reserved, **ranges)
    return _Touched("mine_activities", {"reserved": reserved}, _counted(found))


def _related(store: Store, ranges: Mapping[str, Any]) -> _Touched:
    """Return the objects that activity logs list: each type makes a process of its own."""
    found = store.read("mining_touched_related", **ranges)
    return _Touched("mine_related", {}, _counted(found))


def _counted(found: Any) -> dict[str, int]:
    return dict(zip(found["name"], found["cases"].astype(int), strict=True))


def _objects(store: Store, ranges: Mapping[str, Any], told: ObjectProcess) -> _Touched:
    source = {"otype": told.otype, "types": list(told.activities)}
    cases = int(store.read("mining_touched_objects", **source, **ranges)["cases"][0])
    params = {**source, "process": told.name, "activities": list(told.activities.values())}
    return _Touched("mine_objects", params, {told.name: cases} if cases else {})


def _cuts(cases: int, cases_at_once: int) -> Iterator[dict[str, int]]:
    buckets = -(-cases // cases_at_once)
    yield from ({"buckets": buckets, "bucket": bucket} for bucket in range(buckets))


def _summary(sources: list[_Touched]) -> Mined:
    names = sorted({name for source in sources for name in source.cases})
    return Mined(sum(source.total for source in sources), tuple(names))

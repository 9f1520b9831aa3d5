# SPDX-License-Identifier: AGPL-3.0-or-later
"""The suspect quantities of one log partition, until somebody says what is right.

A suspect event is accepted and counts for nothing. An event `exception.resolved` about it says
``as_stated`` or ``as_packs``; then it counts for that.
"""

import json
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import Any, Literal, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events.keys import combine, hash64
from streams.logic.runs import Block, concat, take
from streams.logic.suspect.habits import Habits
from streams.logic.suspect.looking import Doubt, look
from streams.logic.suspect.rows import Case, Moved, news
from streams.logic.units import UnitState, lessons_of
from streams.logic.units.codes import NOT_STATED
from streams.logic.units.lessons import Lessons
from streams.logic.units.readings import known_of

KIND = "uom_suspect"
RESOLVED = "io.sightline.exception.resolved.v1"
REVERSED = "io.sightline.inventory.reversed.v1"
State = Literal["open", "as_stated", "as_packs", "reversed"]


@dataclass(slots=True)
class SuspectState:
    """What is usual, and the cases that are open or were settled otherwise than as stated."""

    habits: Habits = field(default_factory=Habits)
    cases: dict[int, Case] = field(default_factory=dict)

    def look(
        self, fresh: pa.Table, restated: Block | None, units: UnitState, *, had_packs: bool
    ) -> tuple[Block | None, list[Moved]]:
        """Return what events count for once suspects are set aside, and the cases that moved.

        Parameters
        ----------
        fresh
            Accepted rows of a chunk.
        restated
            What records changed (`streams.logic.units.news`).
        had_packs
            Whether any pack was known before the chunk.
        """
        lessons = lessons_of(fresh)
        since = 0 if had_packs else _first_pack(lessons)
        doubts = []
        if since is not None:
            packs = partial(_packs, fresh, units=units, lessons=lessons)
            doubts = look(fresh, since, self.habits, packs)
        words = self._words(fresh, opens=bool(doubts))
        if not (doubts or words or self.cases):
            return restated, []
        return self._in_order(fresh, restated, {each.row: each for each in doubts}, words)

    def _in_order(
        self,
        fresh: pa.Table,
        restated: Block | None,
        doubts: dict[int, Doubt],
        words: list[int],
    ) -> tuple[Block | None, list[Moved]]:
        """Take in record by record and word by word, as they stand in the log."""
        off = np.asarray(fresh["off"])
        steps: list[tuple[int, int]] = [(int(off[row]), row) for row in {*doubts, *words}]
        if restated is not None:
            steps += [(each, -1) for each in np.unique(restated["off"]).tolist()]
        told, moved = list[Block](), list[Moved]()
        for cause, row in sorted(steps):
            if row < 0 and restated is not None:
                told.append(self._through(take(restated, restated["off"] == cause)))
                continue
            doubt = doubts.get(row)
            case = self._opened(fresh, row, doubt) if doubt else self._settled(fresh, row)
            if case is not None:
                moved.append(Moved.at(case, fresh, row))
                told.append(news(case, fresh, row))
        return (concat(told) if told else None), moved

    def _words(self, fresh: pa.Table, *, opens: bool) -> list[int]:
        """Return the rows that may say something about a case."""
        if not (self.cases or opens):
            return []
        said = pc.is_in(fresh["type"], pa.array([RESOLVED, REVERSED]))
        return np.flatnonzero(np.asarray(said)).tolist()

    def _opened(self, fresh: pa.Table, row: int, doubt: Doubt) -> Case:
        case = Case.of(fresh, row, doubt)
        self.cases[case.event] = case
        return case

    def _settled(self, fresh: pa.Table, row: int) -> Case | None:
        event, state = _word(fresh, row)
        case = self.cases.get(event)
        if case is None or case.state != "open" or (state == "as_packs" and case.other is None):
            return None
        case = replace(case, state=state)
        if state == "as_packs":
            self.cases[event] = case
        else:
            del self.cases[event]
        return case

    def _through(self, restated: Block) -> Block:
        """Let a factor change what a case would count for; what is set aside stays so."""
        rows = {name: column.copy() for name, column in restated.items()}
        for i, event in enumerate(rows["event"].tolist()):
            case = self.cases.get(event)
            if case is not None:
                rows["was"][i], rows["was_gone"][i] = case.counts or 0, case.counts is None
                q = None if rows["gone"][i] else int(rows["q"][i])
                case = self.cases[event] = replace(case, q=q)
                rows["q"][i], rows["gone"][i] = case.counts or 0, case.counts is None
                if case.state == "open":
                    rows["why"][i] = "suspect"
        return rows


def _first_pack(lessons: Lessons) -> int | None:
    at = lessons.at[lessons.rows["uom"] != NOT_STATED]
    return int(at[0]) if len(at) else None


def _packs(fresh: pa.Table, row: int, *, units: UnitState, lessons: Lessons) -> list[Fraction]:
    """Return how many base units a unit of the row's item is, and how many of it one is."""
    owner = combine(
        hash64(fresh["tenant"][row : row + 1]), hash64(fresh["item"][row : row + 1])
    )
    later = {
        (source, name)
        for at, source, name in zip(
            lessons.at.tolist(), lessons.rows["source"], lessons.rows["id"], strict=True
        )
        if at > row
    }
    known = known_of(each for each in units.about(owner) if (each.source, each.id) not in later)
    rows = known.factors.rows
    packs = {
        Fraction(n, d) for n, d in zip(rows["num"].tolist(), rows["den"].tolist(), strict=True)
    }
    return sorted({*packs, *(1 / each for each in packs)} - {Fraction(1)})


def _word(fresh: pa.Table, row: int) -> tuple[int, State]:
    """Return which event a row speaks of, and what it says about it; 0 for none."""
    told: dict[str, Any] = fresh.select(
        ["type", "tenant", "source", "item", "reverses", "reverses_source", "data"]
    )[row : row + 1].to_pylist()[0]
    if told["type"] == REVERSED:
        source, name = told["reverses_source"] or told["source"], told["reverses"]
        return _key(told, source, name), "reversed"
    data = json.loads(told["data"])
    kind, _, named = str(data.get("exc_id", "")).partition(" ")
    source, _, name = named.partition(" ")
    code = data.get("resolution_code")
    if kind != KIND or code not in {"as_stated", "as_packs"}:
        return 0, "open"
    return _key(told, source, name), cast("State", code)


def _key(told: dict[str, Any], source: str, name: str) -> int:
    key = hash64([told["tenant"]], [source], [name])
    return int(combine(key, hash64([told["item"]]))[0])

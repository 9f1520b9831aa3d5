# SPDX-License-Identifier: AGPL-3.0-or-later
"""A suspect event, what it counts for, and its row of table suspects."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple, Self

import numpy as np
import pyarrow as pa

from streams.logic.arrays import decimals, milliseconds, ten_thousandths
from streams.logic.report import version
from streams.logic.runs import Block
from streams.logic.suspect.looking import Doubt
from streams.logic.units.memory import NAMES, kept
from streams.logic.units.news import caused

_TIME = pa.timestamp("ms", "UTC")
_SCALE = 10_000
_NAMES = ("tenant", "source", "id", "type", "item", "loc", "customer", "base_uom", "currency")


@dataclass(frozen=True, slots=True)
class Case:
    """One suspect event.

    Attributes
    ----------
    q
        What it counts for as stated, ten-thousandths; None while no factor is known.
    state
        ``open``, or what was said: ``as_stated``, ``as_packs``, ``reversed``.
    """

    event: int
    names: tuple[str, ...]
    time: int
    q: int | None
    price: int
    factor: Fraction
    usual_q: int
    usual_price: int
    was: int
    block: Block
    state: str = "open"

    @classmethod
    def of(cls, fresh: pa.Table, row: int, doubt: Doubt) -> Self:
        """Open a case about a row of a chunk."""
        one = fresh[row : row + 1]
        block = {name: column for name, column in kept(one).items() if name != "row"}
        q, price = (int(ten_thousandths(one[name])[0][0]) for name in ("base_qty", "amount"))
        return cls(
            int(block["event"][0]),
            tuple(one[name][0].as_py() for name in _NAMES),
            int(block["time"][0]),
            q,
            price,
            doubt.factor,
            doubt.usual_q,
            doubt.usual_price,
            q,
            block,
        )

    @property
    def other(self) -> int | None:
        """Return the other reading, None where four decimals cannot hold it."""
        if self.q is None:
            return None
        exact = Fraction(self.q) / self.factor
        return int(exact) if exact.denominator == 1 else None

    @property
    def counts(self) -> int | None:
        """Return what it counts for now, None for nothing."""
        return {"as_stated": self.q, "as_packs": self.other}.get(self.state)

    @property
    def money(self) -> int:
        """Return what the difference between both readings is worth at the usual price."""
        stated = Fraction(self.was)
        return round(abs(stated - stated / self.factor) * self.usual_price / _SCALE)


def news(case: Case, fresh: pa.Table, row: int) -> Block:
    """Return what the case counts for from row `row` of a chunk on."""
    counts, opens = case.counts, case.state == "open"
    why = np.empty(1, dtype=object)
    why[:] = ["suspect" if opens else "settled"]
    uom = np.empty(1, dtype=object)
    uom[:] = [case.names[_NAMES.index("base_uom")]]
    rows = case.block
    return {name: rows[name] for name in ("event", "time", "is_asked", "customer", *NAMES)} | {
        "q": np.array([counts or 0]),
        "short": rows["short"],
        "gone": np.array([counts is None]),
        "was": np.array([case.was if opens else 0]),
        "was_gone": np.array([not opens]),
        "has_q": rows["has_q"],
        "has_short": rows["has_short"],
        "uom": uom,
        "why": why,
        "stated": rows["q"],
        "amount": rows["amount"],
        "has_amount": rows["has_amount"],
        **caused(fresh, row, 1),
    }


class Moved(NamedTuple):
    """A case as an event left it, with that event's offset and when it came."""

    case: Case
    off: int
    came: int

    @classmethod
    def at(cls, case: Case, fresh: pa.Table, row: int) -> Self:
        """Note that the event in row `row` of a chunk moved `case`."""
        off, came = fresh["off"][row].as_py(), milliseconds(fresh["ingest_time"][row : row + 1])
        return cls(case, off, int(came[0]))


def table(moved: Sequence[Moved], part: int, gen: int) -> pa.Table:
    """Return one row of table suspects per case that moved."""
    cases, count = [each.case for each in moved], len(moved)
    names = zip(*(case.names for case in cases), strict=True)
    texts: dict[str, Any] = {
        name: pa.array(column, pa.string()) for name, column in zip(_NAMES, names, strict=True)
    }
    off = np.array([each.off for each in moved], np.uint64)
    return pa.table(
        {("event_id" if name == "id" else name): column for name, column in texts.items()}
        | {
            "time": pa.array([case.time for case in cases], pa.int64()).cast(_TIME),
            "stated_qty": _numbers([case.was for case in cases]),
            "other_qty": _numbers([_rounded(case) for case in cases]),
            "factor": pa.array([float(case.factor) for case in cases], pa.float64()),
            "usual_qty": _numbers([case.usual_q for case in cases]),
            "unit_price": _numbers([case.price for case in cases]),
            "usual_price": _numbers([case.usual_price for case in cases]),
            "money": _numbers([case.money for case in cases]),
            "state": pa.array([case.state for case in cases], pa.string()),
            "at": pa.array([each.came for each in moved], pa.int64()).cast(_TIME),
            "part": pa.array(np.full(count, part, np.uint8)),
            "off": pa.array(off),
            "gen": pa.array(np.full(count, gen, np.uint32)),
            "ver": version(gen, off),
        }
    )


def _numbers(values: list[int]) -> Any:
    return decimals(np.array(values, np.int64))


def _rounded(case: Case) -> int:
    return round(Fraction(case.was) / case.factor)

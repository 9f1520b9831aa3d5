# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows that become no events: what is written down about each."""

from collections.abc import Sequence

import msgspec
import polars as pl

from sightline.events.refusal import shown
from sightline.imports.origin import types_of
from sightline.imports.plan import REFUSED, Plan
from sightline.imports.rows import Unreadable
from sightline.imports.tally import Tally
from sightline.imports.values import Problem


def first_only(problems: Sequence[Problem]) -> list[Problem]:
    """Keep at most one problem per row, the first: a row is refused once."""
    taken: pl.Series | None = None
    kept = []
    for each in problems:
        mask = each.mask if taken is None else each.mask & ~taken
        taken = mask if taken is None else taken | mask
        if mask.any():
            kept.append(Problem(mask, each.code, each.column, each.expected))
    return kept


def refused_rows(
    plan: Plan, tally: Tally, rows: pl.DataFrame, problem: Problem
) -> pl.DataFrame:
    """Return drafts of the `rows` that have `problem`, and count them."""
    bad = rows.filter(problem.mask)
    if bad.is_empty():
        return pl.DataFrame(schema=plan.draft)
    tally.rejected[problem.code] += bad.height
    named = problem.column in bad.columns
    values = bad[problem.column].to_list() if named else [None] * bad.height
    hidden = [name for name in bad.columns if name.startswith("__")]
    types = msgspec.json.encode(types_of(bad.drop(hidden))).decode()
    told = {
        "time": bad["__time"].fill_null(0),
        "row": bad["row"],
        "code": [problem.code] * bad.height,
        "reason": [_reason(problem, value) for value in values],
        "field": [problem.column] * bad.height,
        "raw": [
            msgspec.json.encode(row, enc_hook=str).decode()
            for row in bad.drop(hidden).select("row", pl.exclude("row")).to_dicts()
        ],
        "types": [types] * bad.height,
    }
    return complete(plan, pl.DataFrame(told), REFUSED, 0)


def refused(plan: Plan, tally: Tally, rows: Sequence[Unreadable]) -> pl.DataFrame:
    """Return drafts of rows that could not even be taken apart, and count them."""
    tally.read += len(rows)
    tally.rejected.update(each.code for each in rows)
    told = {
        "time": pl.Series([0] * len(rows), dtype=pl.Int64),
        "row": pl.Series([each.row for each in rows], dtype=pl.Int64),
        "code": pl.Series([each.code for each in rows], dtype=pl.String),
        "reason": pl.Series([each.reason for each in rows], dtype=pl.String),
        "field": pl.Series([""] * len(rows), dtype=pl.String),
        "raw": pl.Series([_raw(each) for each in rows], dtype=pl.String),
    }
    return complete(plan, pl.DataFrame(told), REFUSED, 0)


def complete(plan: Plan, frame: pl.DataFrame, step: int, index: int) -> pl.DataFrame:
    """Return `frame` with all columns of a draft, in order."""
    have = set(frame.columns)
    defaults = {"step": step, "index": index, "flags": 0, "non_stock": False, "lead": True}
    return frame.select(
        pl.col(name).cast(kind)
        if name in have
        else pl.lit(defaults.get(name), kind).alias(name)
        for name, kind in plan.draft.items()
    )


def _reason(problem: Problem, value: object) -> str:
    what = problem.column if value is None else f"{problem.column} is {shown(value)}"
    return f"{problem.code}: {what}; expected {problem.expected}"


def _raw(each: Unreadable) -> str:
    return msgspec.json.encode({"row": each.row, "text": each.raw}).decode()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of a file become drafts: one line per event or refused row, ready to be sorted."""

from collections import Counter
from functools import reduce
from operator import and_, or_

import numpy as np
import numpy.typing as npt
import polars as pl

from sightline.imports import records
from sightline.imports.conditions import holding, numbers, numeric_columns
from sightline.imports.contradictions import Contradictions
from sightline.imports.fields import RECORD, Field, Kind
from sightline.imports.mapping import Spec, Table
from sightline.imports.plan import Plan, Step
from sightline.imports.refusing import complete, first_only, refused, refused_rows
from sightline.imports.rows import Batch
from sightline.imports.seen import Seen
from sightline.imports.tally import Tally
from sightline.imports.values import Frame, Problem, Value, evaluate

TIME = Field("time", Kind.MOMENT)
Known = dict[tuple[Spec, Field], Value]
Bits = npt.NDArray[np.uint32]


class Drafter:
    """Drafts one file, batch by batch in file order.

    Parameters
    ----------
    twice
        Where master records that contradict each other are noted, over all files of the import.
    """

    def __init__(self, plan: Plan, table: Table, twice: Contradictions | None = None) -> None:
        self._plan = plan
        self._table = table
        self._seen = Seen()
        self._first: dict[str, int] = {}
        self._nulled: Counter[str] = Counter()
        self._may_skip = any(event.optional for event in table.events())
        self._twice = twice or Contradictions()
        self.tally = Tally()

    def draft(self, batch: Batch) -> pl.DataFrame:
        """Return the drafts of a batch, in no particular order."""
        drafts = [refused(self._plan, self.tally, batch.unreadable)]
        if batch.frame.height:
            self.tally.read += batch.frame.height
            drafts += self._drafts(self._complete(batch.frame))
        whole = pl.concat(drafts)
        if self._may_skip:
            first = pl.col("index").min().over("row")
            return whole.with_columns(lead=pl.col("index") == first)
        return whole.with_columns(lead=pl.col("index") == 0)

    def _complete(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add the optional columns that the file lacks; they say nothing."""
        lacking = [name for name in self._table.optional if name not in rows.columns]
        return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in lacking)

    def _drafts(self, rows: pl.DataFrame) -> list[pl.DataFrame]:
        hashes = rows.drop("row").hash_rows(seed=1)
        repeated = self._seen.repeated(hashes.to_numpy())
        if self._table.unique:
            rows, repeated = self._without_copies(rows, hashes, repeated)
        time = self._evaluated(self._table.time, TIME, self._frame(rows))
        rows = rows.with_columns(time.values.alias("__time"))
        rows = rows.with_columns(pl.Series("__flags", self._flags(rows, repeated)))
        problems = [*time.problems, self._no_time(time), *self._second_rows(rows)]
        drafts = []
        waiting = pl.Series(np.ones(rows.height, bool))
        for problem in first_only(problems):
            drafts.append(self._refused(rows, problem))
            waiting = waiting & ~problem.mask
        return drafts + self._ruled(rows, waiting)

    def _ruled(self, rows: pl.DataFrame, waiting: pl.Series) -> list[pl.DataFrame]:
        """Apply the first rule that holds to each row that is still `waiting`."""
        drafts = []
        plans = self._plan.steps[self._table.name]
        for rule, steps in zip(self._table.rules, plans, strict=True):
            chosen = waiting
            if rule.when:
                chosen = waiting & holding(rule.when, rows, as_of=self._plan.as_of)
            waiting = waiting & ~chosen
            if not chosen.any():
                continue
            if rule.skip:
                self.tally.skip(rule.skip, int(chosen.sum()))
            elif rule.reject:
                column = rule.when.columns()[0] if rule.when else "row"
                why = Problem(chosen, rule.reject, column, "what the mapping accepts")
                drafts.append(self._refused(rows, why))
            else:
                drafts += self._rule(rows.filter(chosen), steps)
        none = Problem(waiting, "no_rule", "row", "a rule of the mapping that holds for it")
        problems = first_only([*_unusable(self._table, rows, waiting), none])
        return drafts + [self._refused(rows, each) for each in problems]

    def _rule(self, rows: pl.DataFrame, steps: list[Step]) -> list[pl.DataFrame]:
        frame = self._frame(rows)
        known: Known = {}
        problems: list[Problem] = []
        for step in steps:
            problems += self._filled(step, frame, known)
        self.tally.nulled.update(self._nulled)
        self._nulled.clear()
        rows = rows.with_columns(pl.Series("__flags", self._rounded(rows, known)))
        refusals = first_only(problems)
        good = pl.Series(np.ones(rows.height, bool))
        good = reduce(and_, (~each.mask for each in refusals), good)
        return [self._refused(rows, each) for each in refusals] + [
            self._events(rows, step, known, good) for step in steps
        ]

    def _filled(self, step: Step, frame: Frame, known: Known) -> list[Problem]:
        """Evaluate the fields of `step` that are not `known` yet; return what is wrong."""
        problems: list[Problem] = []
        for name, spec in step.varying.items():
            key = (spec, step.fields[name])
            if key not in known:
                known[key] = self._evaluated(*key, frame)
                problems += known[key].problems
        problems += _signs(step, known)
        stated = {
            name.removeprefix(RECORD): known[spec, step.fields[name]].values
            for name, spec in step.varying.items()
            if name.startswith(RECORD)
        }
        problems += records.problems(step, stated)
        if step.spec.time and (step.spec.time, TIME) not in known:
            time = self._evaluated(step.spec.time, TIME, frame)
            known[step.spec.time, TIME] = time
            problems += time.problems
        if step.spec.time and not step.spec.optional:
            problems.append(self._no_time(known[step.spec.time, TIME], step.spec.time))
        return problems

    def _events(
        self, rows: pl.DataFrame, step: Step, known: Known, good: pl.Series
    ) -> pl.DataFrame:
        time = known[step.spec.time, TIME].values if step.spec.time else rows["__time"]
        columns = {
            "time": time,
            "row": rows["row"],
            "flags": rows["__flags"],
            "non_stock": self._non_stock(rows),
        }
        for name, spec in step.varying.items():
            columns[f"f.{name}"] = known[spec, step.fields[name]].values
        events = pl.DataFrame(columns).filter(good & time.is_not_null())
        if (entity := records.entity_of(step)) and "key" in step.varying:
            self._twice.note(entity.name, events)
        return complete(self._plan, events, step.number, step.index)

    def _without_copies(
        self, rows: pl.DataFrame, hashes: pl.Series, repeated: npt.NDArray[np.bool_]
    ) -> tuple[pl.DataFrame, npt.NDArray[np.bool_]]:
        """Where a key may occur once, drop copies of a row and mark contradictions."""
        names = [pl.col(name).cast(pl.String) for name in self._table.unique]
        keys = rows.select(pl.concat_str(names, separator="\x1f")).to_series()
        second = np.zeros(rows.height, bool)
        for i, (key, value) in enumerate(zip(keys.to_list(), hashes.to_list(), strict=True)):
            if key is not None:
                second[i] = self._first.setdefault(key, value) != value
        copies = repeated & ~second
        self.tally.duplicates += int(copies.sum())
        self.tally.unlogged += int(copies.sum())
        rows = rows.with_columns(pl.Series("__second", second)).filter(pl.Series(~copies))
        return rows, np.zeros(rows.height, bool)

    def _second_rows(self, rows: pl.DataFrame) -> list[Problem]:
        if not self._table.unique:
            return []
        column = self._table.unique[0]
        wanted = "one row for each; the first one counts"
        return [Problem(rows["__second"], self._table.unique_reason, column, wanted)]

    def _flags(self, rows: pl.DataFrame, repeated: npt.NDArray[np.bool_]) -> Bits:
        bits = np.zeros(rows.height, np.uint32)
        masks = {"possible_duplicate": repeated}
        for name, condition in self._table.flags.items():
            masks[name] = holding(condition, rows, as_of=self._plan.as_of).to_numpy()
        for name, mask in masks.items():
            bits |= self._bits(name, mask)
            self.tally.flag(name, mask)
        for column in self._table.warn_case:
            codes = rows[column].cast(pl.String).drop_nulls().unique()
            self.tally.codes[column].update(codes.to_list())
        return bits

    def _rounded(self, rows: pl.DataFrame, known: Known) -> Bits:
        masks = [value.rounded for value in known.values() if value.rounded is not None]
        bits: Bits = rows["__flags"].to_numpy()
        if not masks:
            return bits
        rounded = reduce(or_, masks).to_numpy()
        self.tally.flag("rounded", rounded)
        return bits | self._bits("rounded", rounded)

    def _bits(self, name: str, mask: npt.NDArray[np.bool_]) -> Bits:
        return mask.astype(np.uint32) << np.uint32(self._plan.flags.index(name))

    def _evaluated(self, spec: Spec, target: Field, frame: Frame) -> Value:
        value = evaluate(spec, target, frame)
        self._nulled |= value.nulled  # two fields may read one column: count it once
        return value

    def _no_time(self, time: Value, spec: Spec | None = None) -> Problem:
        missing = time.values.is_null()
        for problem in time.problems:
            missing = missing & ~problem.mask
        columns = (spec or self._table.time).columns or ("time",)
        return Problem(missing, "no_time", columns[0], "a time")

    def _non_stock(self, rows: pl.DataFrame) -> pl.Series:
        codes = self._table.non_stock
        if codes is None:
            return pl.Series(np.zeros(rows.height, bool))
        column = rows[codes.column].cast(pl.String)
        mask = column.is_in(sorted(codes.codes))
        for prefix in codes.prefixes:
            mask = mask | column.str.starts_with(prefix)
        return mask.fill_null(value=False)

    def _refused(self, rows: pl.DataFrame, problem: Problem) -> pl.DataFrame:
        return refused_rows(self._plan, self.tally, rows, problem)

    def _frame(self, rows: pl.DataFrame) -> Frame:
        return Frame(rows, self._plan.mapping.zone, self._plan.as_of)


def _signs(step: Step, known: Known) -> list[Problem]:
    """Return the quantities whose sign or size the type forbids."""
    spec = step.varying.get("qty")
    if spec is None:
        return []
    values = known[spec, step.fields["qty"]].values
    label = spec.columns[0] if spec.columns else "qty"
    found = []
    if not step.is_signed:
        wanted = "at least 0: direction comes from the type; or let the mapping say `abs: true`"
        found.append(Problem((values < 0).fill_null(value=False), "negative", label, wanted))
    if not step.allows_zero:
        wanted = "more than 0 for this type, after rounding"
        found.append(Problem((values == 0).fill_null(value=False), "zero", label, wanted))
    return found


def _unusable(table: Table, rows: pl.DataFrame, waiting: pl.Series) -> list[Problem]:
    """Say of rows that no rule holds for which number, that the rules ask for, is none."""
    problems = []
    conditions = [rule.when for rule in table.rules if rule.when]
    style = conditions[0].number if conditions else ""
    for column in numeric_columns(conditions):
        missing = rows[column].is_null()
        if rows[column].dtype == pl.String:
            missing = missing | (rows[column].str.strip_chars() == "").fill_null(value=False)
        odd = ~missing & numbers(rows[column], style).is_null()
        number = f"a number such as {style or 12.5}"
        problems.append(Problem(waiting & odd, "not_a_decimal", column, number))
        problems.append(Problem(waiting & missing, "missing_number", column, number))
    return problems

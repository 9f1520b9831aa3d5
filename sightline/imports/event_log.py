# SPDX-License-Identifier: AGPL-3.0-or-later
"""Event logs become drafts of ``process.activity``."""

import numpy as np
import polars as pl

from sightline.events import catalogue
from sightline.events.blocks import LONGEST_NAME
from sightline.imports import times
from sightline.imports.fields import Field, Kind, fields_of
from sightline.imports.mapping import EventSpec, Mapping, Spec
from sightline.imports.plan import BASE, FLAGS, Plan, Step
from sightline.imports.refusing import complete, refused, refused_rows
from sightline.imports.rows import Batch
from sightline.imports.seen import Seen
from sightline.imports.tally import Tally
from sightline.imports.values import DTYPES, Problem

TYPE = catalogue.find("process.activity").full
SPEC = Spec()
TIME_WANTED = "ISO 8601 such as 2020-05-31T17:00:00Z"
LIFECYCLE = "lifecycle_not_complete"


def plan_of(mapping: Mapping) -> Plan:
    """Return the plan that every event log follows: one step."""
    legal = fields_of(TYPE)
    names = ("activity", "case", "lifecycle", "process", "resource", "role", "start")
    fields = {name: legal[name] for name in names}
    fields["attributes"] = Field("attributes", Kind.JSON)
    step = Step(
        number=0,
        index=0,
        type=TYPE,
        fields=dict(sorted(fields.items())),
        constants={"process": mapping.process},
        spec=EventSpec(type=TYPE, fields=dict.fromkeys(fields, SPEC)),
    )
    columns = {f"f.{name}": DTYPES[fields[name].kind] for name in step.varying}
    return Plan(
        mapping=mapping, steps={"log": [[step]]}, draft=BASE | columns, flags=FLAGS, as_of=None
    )


class LogDrafter:
    """Drafts one event log, batch by batch in file order."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._seen = Seen()
        self.tally = Tally()

    def draft(self, batch: Batch) -> pl.DataFrame:
        """Return one draft per row, or none where the lifecycle is not asked for."""
        drafts = refused(self._plan, self.tally, batch.unreadable)
        rows = batch.frame
        if rows.is_empty():
            return drafts
        self.tally.read += rows.height
        repeated = self._seen.repeated(rows.drop("row").hash_rows(seed=1).to_numpy())
        zone = self._plan.mapping.zone
        written = Spec(formats=self._plan.mapping.formats)
        rows = rows.with_columns(
            times.to_ms(rows["time"], written, zone=zone).alias("__time"),
            times.to_ms(rows["start"], written, zone=zone).alias("__start"),
            pl.Series("__flags", repeated.astype(np.uint32)),
        )
        self.tally.flag("possible_duplicate", repeated)
        rows = self._of_lifecycle(rows)
        return pl.concat([drafts, self._events(rows)])

    def _of_lifecycle(self, rows: pl.DataFrame) -> pl.DataFrame:
        if self._plan.mapping.lifecycle == "all":
            return rows
        keep = rows["lifecycle"].str.to_lowercase() == "complete"
        keep = keep.fill_null(value=True)
        self.tally.unlogged += int((~keep).sum())
        self.tally.rejected[LIFECYCLE] += int((~keep).sum())
        return rows.filter(keep)

    def _events(self, rows: pl.DataFrame) -> pl.DataFrame:
        drafts = []
        good = pl.Series(np.ones(rows.height, bool))
        for problem in _problems(rows, self._plan.mapping.formats):
            mask = problem.mask.fill_null(value=False) & good
            good = good & ~mask
            named = Problem(mask, problem.code, problem.column, problem.expected)
            drafts.append(refused_rows(self._plan, self.tally, rows, named))
        columns = {
            "time": "__time",
            "row": "row",
            "flags": "__flags",
            "f.start": "__start",
        } | {f"f.{n}": n for n in ("activity", "case", "lifecycle", "resource", "role")}
        columns["f.attributes"] = "attributes"
        events = rows.filter(good).select(
            pl.col(old).alias(new) for new, old in columns.items()
        )
        return pl.concat([*drafts, complete(self._plan, events, 0, 0)])


def _problems(rows: pl.DataFrame, formats: tuple[str, ...]) -> list[Problem]:
    found = []
    wanted = f"the format {' or '.join(formats)}" if formats else TIME_WANTED
    for role in ("case", "activity"):
        texts = rows[role]
        found.append(Problem(texts.is_null(), f"missing_{role}", role, "a value"))
        long = texts.str.len_chars() > LONGEST_NAME
        found.append(Problem(long, "too_long", role, f"at most {LONGEST_NAME} characters"))
    for role, column in (("time", "__time"), ("start", "__start")):
        bad = rows[role].is_not_null() & rows[column].is_null()
        found.append(Problem(bad, "bad_time", role, wanted))
    found.append(Problem(rows["__time"].is_null(), "no_time", "time", "a time"))
    return found


def ranked(drafts: pl.DataFrame, carried: dict[tuple[object, ...], int]) -> pl.DataFrame:
    """Add ``rank``: place among the events of one file, case, activity and time.

    `drafts` come in order of time; `carried` remembers the counts at the last time of the
    previous call and is updated.
    """
    keys = ["file", "f.case", "f.activity", "time"]
    rank = pl.int_range(pl.len()).over(keys)
    drafts = drafts.with_columns(rank=rank.cast(pl.Int64))
    first = drafts.select((pl.col("time") == pl.col("time").first()).sum()).item()
    if carried and next(iter(carried))[-1] == drafts["time"][0]:
        head = drafts.slice(0, first)
        earlier = [carried.get(key, 0) for key in head.select(keys).rows()]
        head = head.with_columns(rank=pl.col("rank") + pl.Series(earlier, dtype=pl.Int64))
        drafts = pl.concat([head, drafts.slice(first)])
    last = drafts.filter(pl.col("time") == drafts["time"][-1])
    if last.height < drafts.height:
        carried.clear()
    for *key, count in last.group_by(keys).agg(pl.col("rank").max() + 1).rows():
        carried[tuple(key)] = count
    return drafts

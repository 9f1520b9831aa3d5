# SPDX-License-Identifier: AGPL-3.0-or-later
"""A mapping made ready: numbered steps, the columns of a draft, the names of the flags."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from sightline.errors import MappingError
from sightline.events import catalogue
from sightline.imports import records, times
from sightline.imports.constants import constant
from sightline.imports.fields import Field, field, fields_of
from sightline.imports.mapping import EventSpec, Mapping, Spec, Table
from sightline.imports.values import DTYPES

REFUSED = -1
"""The step of a row that was refused."""
BASE = {
    "time": pl.Int64(),
    "row": pl.Int64(),
    "index": pl.Int16(),
    "step": pl.Int16(),
    "flags": pl.UInt32(),
    "non_stock": pl.Boolean(),
    "lead": pl.Boolean(),
    "code": pl.String(),
    "reason": pl.String(),
    "field": pl.String(),
    "raw": pl.String(),
    "types": pl.String(),
}
"""Columns of every draft; exactly one draft of a row is its ``lead``; ``code`` and what
follows are only filled in refused rows.
"""
FLAGS = ("possible_duplicate", "rounded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One event of one rule.

    Attributes
    ----------
    number
        Its place among all events of the mapping.
    index
        Its place among the events of its rule; part of event ids.
    fields
        Name → what it is, constants included.
    constants
        Name → typed value of those that do not vary.
    """

    number: int
    index: int
    type: str
    fields: dict[str, Field]
    constants: dict[str, Any]
    spec: EventSpec

    @property
    def varying(self) -> dict[str, Spec]:
        """Return the fields that come from the file."""
        return {n: s for n, s in self.spec.fields.items() if n not in self.constants}

    @property
    def is_signed(self) -> bool:
        """Tell whether its quantity carries a sign."""
        return catalogue.TYPES[self.type].signed

    @property
    def allows_zero(self) -> bool:
        """Tell whether its quantity may be 0."""
        return catalogue.TYPES[self.type].zero_allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A mapping ready to be carried out.

    Attributes
    ----------
    steps
        Per table and rule, the steps.
    draft
        Columns of a draft and their types.
    flags
        Names; flag i is bit i of the draft's ``flags``.
    as_of
        Milliseconds, None when the mapping has none.
    """

    mapping: Mapping
    steps: dict[str, list[list[Step]]]
    draft: dict[str, pl.DataType]
    flags: tuple[str, ...]
    as_of: int | None

    def all_steps(self) -> list[Step]:
        """Return the steps by number."""
        return [step for rules in self.steps.values() for rule in rules for step in rule]


def plan_of(mapping: Mapping) -> Plan:
    """Return `mapping` as a plan.

    Raises
    ------
    MappingError
        A constant does not fit its field, or ``as_of`` is needed and missing.
    """
    number = 0
    steps: dict[str, list[list[Step]]] = {}
    for table in mapping.tables:
        steps[table.name] = []
        for rule in table.rules:
            made = [
                _step(mapping.name, event, number + i, i) for i, event in enumerate(rule.events)
            ]
            number += len(made)
            steps[table.name].append(made)
    flags = [name for table in mapping.tables for name in table.flags]
    plan = Plan(
        mapping=mapping,
        steps=steps,
        draft=_columns([step for rules in steps.values() for rule in rules for step in rule]),
        flags=tuple(dict.fromkeys([*FLAGS, *flags])),
        as_of=None if mapping.as_of is None else times.end_of(mapping.as_of, mapping.zone),
    )
    records.check_plan(plan.all_steps(), mapping.name)
    if plan.as_of is None and needs_as_of(mapping):
        raise MappingError(
            f"{mapping.name} needs a day: pass --as-of 2020-05-31 or add `as_of:` to it."
        )
    return plan


def _step(name: str, event: EventSpec, number: int, index: int) -> Step:
    fields = {key: field(event.type, key) for key in event.fields}
    legal = fields_of(event.type)
    try:
        constants = {
            key: constant(spec, fields[key])
            for key, spec in event.fields.items()
            if spec.constant is not None
        }
    except MappingError as error:
        short = catalogue.TYPES[event.type].name
        raise MappingError(f"{name}, {short}: {error}.") from error
    ordered = {key: legal.get(key, fields[key]) for key in sorted(fields)}
    return Step(
        number=number,
        index=index,
        type=event.type,
        fields=ordered,
        constants=constants,
        spec=event,
    )


def _columns(steps: list[Step]) -> dict[str, pl.DataType]:
    columns: dict[str, pl.DataType] = dict(BASE)
    for step in steps:
        for name in step.varying:
            columns[f"f.{name}"] = DTYPES[step.fields[name].kind]
    return columns


def needs_as_of(mapping: Mapping) -> bool:
    """Tell whether the events of `mapping` depend on its ``as_of``."""
    return any(_uses_as_of(table) for table in mapping.tables)


def _uses_as_of(table: Table) -> bool:
    specs = [table.time, *(event.time for event in table.events() if event.time)]
    specs += [spec for event in table.events() for spec in event.fields.values()]
    conditions = [rule.when for rule in table.rules if rule.when]
    tests = [test for each in conditions for group in each.alternatives for test in group]
    return any(spec.as_of or spec.default == "as_of" for spec in specs) or any(
        name in {"until", "after"} for _, (name, _) in tests
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master records that a mapping makes: judged as the log will judge them, row by row."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from sightline.errors import MappingError
from sightline.events.masters import ENTITIES, Entity, Field, values
from sightline.events.routing import RECORD as TYPE
from sightline.imports.fields import RECORD
from sightline.imports.values import Problem

if TYPE_CHECKING:  # a plan checks its records, and records are made by its steps
    from sightline.imports.plan import Step


def entity_of(step: "Step") -> Entity | None:
    """Return the entity of the records that `step` makes; None for other events."""
    name = step.constants.get("entity") if step.type == TYPE else None
    return ENTITIES.get(str(name)) if name else None


def check_plan(steps: Sequence["Step"], name: str) -> None:
    """Refuse a mapping whose records could never be whole.

    Raises
    ------
    MappingError
        The entity is unknown, lacks a field that it needs, or a constant does not fit.
    """
    for step in steps:
        stated = step.constants.get("entity") if step.type == TYPE else None
        if stated is not None and stated not in ENTITIES:
            known = ", ".join(ENTITIES)
            raise MappingError(f"{name}: there is no entity {stated!r}; known: {known}.")
        if entity := entity_of(step):
            for field in entity.fields:
                _check_field(entity, field, step, name)


def problems(step: "Step", stated: Mapping[str, pl.Series]) -> list[Problem]:
    """Return which rows state what is no value of their field, or nothing where one must be.

    Parameters
    ----------
    stated
        Name of a field of the record → what the rows state.
    """
    entity = entity_of(step)
    found: list[Problem] = []
    if entity is None:
        return found
    for field in entity.fields:
        if field.name in stated:
            spec = step.spec.fields[RECORD + field.name]
            label = spec.columns[0] if spec.columns else spec.template
            texts = stated[field.name]
            wrong = texts.is_in(_unreadable(entity, field, texts))
            found.append(
                Problem(wrong.fill_null(value=False), field.kind.code, label, field.kind.wanted)
            )
            if field.required:
                missing = f"missing_{field.name}"
                found.append(Problem(texts.is_null(), missing, label, field.kind.wanted))
    return found


def _check_field(entity: Entity, field: Field, step: "Step", name: str) -> None:
    key = RECORD + field.name
    if field.required and key not in step.fields:
        raise MappingError(
            f"{name}: records of {step.constants['entity']} need {key}; say where it stands."
        )
    if key in step.constants and _is_wrong(entity, field, step.constants[key]):
        raise MappingError(
            f"{name}: {key} is the constant {step.constants[key]!r}; expected "
            f"{field.kind.wanted}."
        )


def _unreadable(entity: Entity, field: Field, stated: pl.Series) -> list[str]:
    distinct = stated.drop_nulls().unique().to_list()
    return [text for text in distinct if _is_wrong(entity, field, text)]


def _is_wrong(entity: Entity, field: Field, value: object) -> bool:
    return not values(entity, {field.name: value})

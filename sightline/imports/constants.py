# SPDX-License-Identifier: AGPL-3.0-or-later
"""Constants of a mapping, as the types that drafts keep."""

from datetime import date, datetime
from typing import Any

import msgspec
import polars as pl

from sightline.errors import MappingError
from sightline.events import units
from sightline.imports import quantities, times
from sightline.imports.fields import Field, Kind
from sightline.imports.mapping import Spec


def constant(spec: Spec, target: Field) -> Any:
    """Return the constant of `spec` as the type that the draft keeps.

    Raises
    ------
    MappingError
        The constant does not fit the field.
    """
    value = spec.constant
    if target.kind in {Kind.TEXT, Kind.ACTOR}:
        fits = isinstance(value, str | int | float | date) and value != ""
        fits = fits and (not target.options or value in target.options)
        fits = fits and (target.name != "uom" or units.is_known(str(value)))
        typed: Any = str(value)
    elif target.kind in {Kind.QUANTITY, Kind.MONEY}:
        numbers = quantities.to_units(pl.Series([str(value)]))
        typed, fits = numbers.units[0], not numbers.wrong[0] and not numbers.inexact[0]
    elif target.kind is Kind.WHOLE:
        typed, fits = value, isinstance(value, int) and not isinstance(value, bool)
    elif target.kind is Kind.FLAG:
        typed, fits = value, isinstance(value, bool)
    elif target.kind is Kind.NUMBER:
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        typed = str(value)
    elif target.kind is Kind.LIST:
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
        typed = msgspec.json.encode(value).decode() if fits else None
    elif target.kind is Kind.WHEN:
        typed, fits = str(value), isinstance(value, date | str)
    elif target.kind is Kind.MOMENT:
        fits = isinstance(value, date)
        typed = times.end_of(value, "UTC") if fits else None
    else:
        typed, fits = value, isinstance(value, date) and not isinstance(value, datetime)
    if not fits:
        wanted = f"one of {', '.join(target.options)}" if target.options else target.kind.value
        wanted = "a unit of UNECE Rec 20 such as EA or KGM" if target.name == "uom" else wanted
        raise MappingError(f"{target.name} is the constant {value!r}; expected {wanted}")
    return typed

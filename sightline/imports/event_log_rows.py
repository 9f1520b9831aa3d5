# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which columns of an event log play which role, and rows of a table in those roles."""

from collections.abc import Iterable, Iterator

import polars as pl

from sightline.errors import MappingError
from sightline.imports import attributes, tabular
from sightline.imports.files import File
from sightline.imports.mapping import Mapping
from sightline.imports.rows import Batch
from sightline.imports.values import text_of

ROLES: dict[str, tuple[str, ...]] = {
    "case": ("case:concept:name", "case_id", "case", "Case ID", "caseid"),
    "activity": ("concept:name", "activity", "Activity"),
    "time": ("time:timestamp", "end_time", "timestamp", "Complete Timestamp", "time"),
    "start": ("start_timestamp", "start_time", "Start Timestamp"),
    "resource": ("org:resource", "resource", "Resource"),
    "role": ("org:role", "role", "Role"),
    "lifecycle": ("lifecycle:transition", "lifecycle"),
}
"""Role → names that columns have in practice, most telling first."""
NEEDED = ("case", "activity", "time")


def role_of(role: str, columns: Iterable[str], mapping: Mapping) -> str | None:
    """Return the column that plays `role`: the one that the mapping names, else a usual one."""
    names = (mapping.columns[role],) if role in mapping.columns else ROLES[role]
    return next((name for name in names if name in columns), None)


def fits(columns: Iterable[str], mapping: Mapping) -> set[str]:
    """Return the columns that play the roles of an event log, none if one is missing."""
    plays = {role_of(role, columns, mapping) for role in NEEDED}
    return set() if None in plays else {name for name in plays if name}


def batches(file: File, mapping: Mapping) -> Iterator[Batch]:
    """Yield the rows of a table as events of cases.

    Raises
    ------
    MappingError
        No column plays a role that is needed.
    """
    for batch in tabular.batches(file, mapping):
        if batch.frame.is_empty():
            yield batch
            continue
        yield Batch(_cast(file, batch.frame, mapping), batch.unreadable)


def _cast(file: File, frame: pl.DataFrame, mapping: Mapping) -> pl.DataFrame:
    plays = {role: role_of(role, frame.columns, mapping) for role in ROLES}
    for role in NEEDED:
        if not plays[role]:
            wanted = mapping.columns.get(role) or " or ".join(ROLES[role])
            raise MappingError(
                f"{file.path} has no column for the {role}: expected {wanted}; it has "
                f"{', '.join(frame.columns[:-1])}. Name it in a mapping: `columns: "
                f"{{{role}: …}}`."
            )
    used = {name for name in plays.values() if name}
    others = {n: frame[n] for n in frame.columns if n not in used and n != "row"}
    columns = {role: _value(frame, role, name) for role, name in plays.items()}
    told = attributes.of_columns(others, frame.height, zone=mapping.zone)
    return pl.DataFrame(columns | {"attributes": told, "row": frame["row"]})


def _value(frame: pl.DataFrame, role: str, name: str | None) -> pl.Series:
    if name is None:
        return pl.Series([None] * frame.height, dtype=pl.String)
    values = frame[name]
    if role in {"time", "start"} and values.dtype.is_temporal():
        return values
    return text_of(values.cast(pl.String) if not values.dtype.is_numeric() else values)

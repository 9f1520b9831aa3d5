# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mappings that come with Sightline, and the one that a file fits."""

import difflib
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from sightline.errors import MappingError
from sightline.imports import event_log_rows, reshaping, tabular
from sightline.imports.files import File
from sightline.imports.flow.names import fits as flow_columns
from sightline.imports.mapping import Mapping, Table
from sightline.imports.parse import parse

FOLDER = files("sightline.imports") / "mappings"
EVENT_LOG = "event_log"
SHOWN_COLUMNS = 40
LONG_NAME = 60


def names() -> list[str]:
    """Return the names of the shipped mappings."""
    found = (each.name for each in FOLDER.iterdir())
    return sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml"))


def load(name: str, **options: Any) -> Mapping:
    """Return the shipped mapping called `name`, or the one in the file of that path.

    Raises
    ------
    MappingError
        There is neither, or the file is no mapping.
    """
    told = {key: str(value) for key, value in options.items()}
    origin = name if name in names() else str(Path(name).absolute())
    return replace(_parsed(name, options), origin=origin, options=told)


def _parsed(name: str, options: dict[str, Any]) -> Mapping:
    if name in names():
        return parse((FOLDER / f"{name}.yaml").read_text("utf-8"), name, **options)
    path = Path(name)
    if path.suffix in {".yaml", ".yml"} and path.is_file():
        try:
            return parse(path.read_text("utf-8"), str(path), **options)
        except (OSError, UnicodeDecodeError) as error:
            raise MappingError(f"Cannot read the mapping {path}: {error}.") from error
    near = difflib.get_close_matches(name, names(), n=1)
    meant = f"did you mean {near[0]!r}? " if near else ""
    raise MappingError(
        f"There is no mapping {name!r}; {meant}known: {', '.join(names())}, or the path of a "
        ".yaml file (docs/mappings.md says how to write one)."
    )


def detect(file: File) -> str:
    """Return the name of the shipped mapping that fits `file`.

    Raises
    ------
    MappingError
        None fits, or two do.
    """
    return EVENT_LOG if file.format == "xes" else best(file.path, [tabular.columns_of(file)])


def best(path: Path, tables: Sequence[list[str]]) -> str:
    """Return the name of the mapping that fits one of the `tables`, given by their columns.

    One that knows all columns that another one knows, and more, is the better one.

    Raises
    ------
    MappingError
        None fits, or two do.
    """
    known: dict[str, set[tuple[int, str]]] = {}
    for name in names():
        mapping = load(name)
        found = {(i, used) for i, table in enumerate(tables) for used in fit(mapping, table)}
        known |= {name: found} if found else {}
    fitting = [
        name for name, mine in known.items() if not any(mine < o for o in known.values())
    ]
    if len(fitting) == 1:
        return fitting[0]
    why = f"{' and '.join(fitting)} fit" if fitting else "no shipped mapping fits"
    told = "; ".join(listed(columns) for columns in tables)
    raise MappingError(
        f"{path}: {why} its columns ({told}); say --mapping with one of "
        f"{', '.join(names())}, or your own .yaml (docs/mappings.md)."
    )


def table_for(mapping: Mapping, file: File) -> Table:
    """Return the table of `mapping` whose columns `file` has.

    Raises
    ------
    MappingError
        None fits; the message names what is missing and what there is.
    """
    columns = tabular.columns_of(file, encoding=mapping.encoding, delimiter=mapping.delimiter)
    lacking = {}
    fitting = fitting_tables(mapping, columns)
    if fitting:
        return fitting[0]
    for table in mapping.tables:
        lacking[table.name] = reshaping.lacking(columns, table)
    nearest = min(lacking, key=lambda name: len(lacking[name]))
    lacks = " and no ".join(repr(name) for name in lacking[nearest])
    raise MappingError(
        f"{file.label} has no column {lacks}, which {mapping.name} needs; it has "
        f"{listed(columns)}. Rename it, or use a mapping that fits."
    )


def fitting_tables(mapping: Mapping, columns: list[str]) -> list[Table]:
    """Return the tables that need nothing beyond `columns`, the one that knows most first."""
    fitting = [table for table in mapping.tables if reshaping.fits(columns, table)]
    return sorted(fitting, key=lambda table: len(_known(columns, table)), reverse=True)


def fit(mapping: Mapping, columns: list[str]) -> set[str]:
    """Return which of `columns` the best table of `mapping` knows, none if no table fits."""
    if mapping.kind == "event_log":
        return event_log_rows.fits(columns, mapping)
    if mapping.kind == "document_flow":
        return flow_columns(columns)
    fitting = fitting_tables(mapping, columns)
    return _known(columns, fitting[0]) if fitting else set()


def _known(columns: list[str], table: Table) -> set[str]:
    return {*columns} & ({*table.columns()} | {*reshaping.known_as(columns, table)})


def listed(columns: Sequence[str]) -> str:
    """Return names of columns for a message, cut where they are many or long."""
    shown = [name[:LONG_NAME] + "…" * (len(name) > LONG_NAME) for name in columns]
    more = len(shown) - SHOWN_COLUMNS
    told = ", ".join(shown[:SHOWN_COLUMNS])
    return f"{told} and {more} more" if more > 0 else told

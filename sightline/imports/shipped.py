# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mappings that come with Sightline, and the one that a file fits."""

import difflib
from importlib.resources import files
from pathlib import Path
from typing import Any

from sightline.errors import MappingError
from sightline.imports import event_log_rows, tabular
from sightline.imports.files import File
from sightline.imports.mapping import Mapping, Table
from sightline.imports.parse import parse

FOLDER = files("sightline.imports") / "mappings"
EVENT_LOG = "event_log"


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
    """Return the name of the one shipped mapping that fits `file`.

    Raises
    ------
    MappingError
        None fits, or more than one does.
    """
    if file.format == "xes":
        return EVENT_LOG
    columns = tabular.columns_of(file)
    fitting = [name for name in names() if _fits(load(name), columns)]
    if len(fitting) == 1:
        return fitting[0]
    known = f"{' and '.join(fitting)} fit" if fitting else "no shipped mapping fits"
    raise MappingError(
        f"{file.path}: {known} its columns ({', '.join(columns)}); say --mapping with one of "
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
    for table in mapping.tables:
        missing = [name for name in table.columns() if name not in columns]
        if not missing:
            return table
        lacking[table.name] = missing
    nearest = min(lacking, key=lambda name: len(lacking[name]))
    lacks = " and no ".join(repr(name) for name in lacking[nearest])
    raise MappingError(
        f"{file.path} has no column {lacks}, which {mapping.name} needs; it has "
        f"{', '.join(columns)}. Rename it, or use a mapping that fits."
    )


def _fits(mapping: Mapping, columns: list[str]) -> bool:
    if mapping.kind == "event_log":
        return event_log_rows.fits(columns, mapping)
    return any(set(table.columns()) <= set(columns) for table in mapping.tables)

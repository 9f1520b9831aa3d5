# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows as a table of a mapping wants them: columns under its names, wide tables turned long."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import polars as pl

from sightline.imports.mapping import Table
from sightline.imports.rows import BATCH_ROWS, Batch


def known_as(columns: Sequence[str], table: Table) -> dict[str, str]:
    """Return the columns of a file that go by another name, with the name that `table` uses.

    A column that already has the name wins; of several others the first that is listed does.
    """
    known: dict[str, str] = {}
    for name, others in table.names.items():
        found = next((other for other in others if other in columns), None)
        if name not in columns and found is not None:
            known[found] = name
    return known


def fits(columns: Sequence[str], table: Table) -> bool:
    """Tell whether a file with these columns has all that `table` needs."""
    return not lacking(columns, table)


def lacking(columns: Sequence[str], table: Table) -> list[str]:
    """Return what `table` needs and a file with these columns lacks: names, or patterns."""
    renamed = known_as(columns, table)
    known = {renamed.get(name, name) for name in columns}
    missing = [name for name in table.needed() if name not in known]
    how = table.unpivot
    if missing or how is None or _turned(columns, table) or _is_long(columns, table):
        return missing
    return list(how.columns)


def reshaped(batches: Iterator[Batch], table: Table) -> Iterator[Batch]:
    """Yield `batches` with the names of `table`, its wide columns turned into rows."""
    for batch in batches:
        frame = batch.frame.rename(known_as(batch.frame.columns, table))
        if table.unpivot and not _is_long(frame.columns, table):
            yield from _long(Batch(frame, batch.unreadable), table)
        else:
            yield Batch(frame, batch.unreadable)


def _is_long(columns: Sequence[str], table: Table) -> bool:
    """Tell whether rows were turned before: those that come back from the dead letters."""
    how = table.unpivot
    return how is not None and {how.name, how.value} <= set(columns)


def _turned(columns: Sequence[str], table: Table) -> list[str]:
    """Return the columns that become rows."""
    patterns = table.unpivot.columns if table.unpivot else ()
    kept = {*table.columns(), "row"}
    return [
        name
        for name in columns
        if name not in kept and any(fnmatchcase(name, pattern) for pattern in patterns)
    ]


def _long(batch: Batch, table: Table) -> Iterator[Batch]:
    """Turn a few rows at a time; cells are numbered row by row from left to right."""
    how, turned = table.unpivot, _turned(batch.frame.columns, table)
    if how is None or not turned:
        yield batch
        return
    step = max(1, BATCH_ROWS // len(turned))
    unreadable = batch.unreadable
    for rows in batch.frame.iter_slices(step):
        kept = [name for name in rows.columns if name not in turned]
        places = dict(zip(turned, range(1, len(turned) + 1), strict=True))
        cells = rows.unpivot(turned, index=kept, variable_name=how.name, value_name=how.value)
        place = pl.col(how.name).replace_strict(places, return_dtype=pl.Int64)
        number = (pl.col("row") - 1) * len(turned) + place
        cells = cells.with_columns(row=number).sort("row")
        yield Batch(cells.drop_nulls(how.value), unreadable)
        unreadable = []
    if unreadable:
        yield Batch(pl.DataFrame(), unreadable)

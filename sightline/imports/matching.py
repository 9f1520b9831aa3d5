# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which sheets of a workbook a mapping explains; the others are reported, not dropped."""

from collections.abc import Sequence

from sightline.errors import ImportFileError
from sightline.imports import shipped
from sightline.imports.files import File
from sightline.imports.sheets import columns_of, sheets_of


def matched(
    file: File, name: str | None, wanted: Sequence[str], warnings: list[str]
) -> tuple[str, list[File]]:
    """Return the name of the mapping and the sheets of `file` that have its columns.

    Parameters
    ----------
    name
        The mapping that a person named; None finds the one that fits best.
    wanted
        Names of sheets; those have to fit. Without them every sheet that is seen may.
    warnings
        Gets a sentence for each sheet that is left out.

    Raises
    ------
    ImportFileError
        The workbook cannot be read.
    MappingError
        No sheet fits, or one that is `wanted` does not.
    """
    found: list[tuple[File, list[str]]] = []
    doubts: list[str] = []
    for sheet in sheets_of(file, wanted):
        try:
            found.append((sheet, columns_of(sheet)))
        except ImportFileError as error:
            if wanted:
                raise
            doubts.append(str(error))
    if not found:
        raise ImportFileError(doubts[0])
    name = name or shipped.best(file.path, [columns for _, columns in found])
    mapping = shipped.load(name)
    fitting = [sheet for sheet, columns in found if shipped.fit(mapping, columns)]
    if mapping.kind == "event_log" and not fitting:
        fitting = [found[0][0]]  # whose reader says which role is missing
    others = [sheet for sheet, _ in found if sheet not in fitting]
    if others and (wanted or not fitting):
        shipped.table_for(mapping, others[0])  # says which column is missing
    warnings += [*doubts, *(_left_out(sheet, name) for sheet in others)]
    warnings += [] if wanted else _hidden(found[0][0])
    return name, fitting


def _left_out(sheet: File, name: str) -> str:
    return f"sheet {sheet.sheet!r} has not the columns of a table of {name}; left out"


def _hidden(sheet: File) -> list[str]:
    hidden = sorted(sheet.book.hidden) if sheet.book else []
    return [f"sheet {name!r} is hidden; left out unless --sheet names it" for name in hidden]

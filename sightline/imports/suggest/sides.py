# SPDX-License-Identifier: AGPL-3.0-or-later
"""Movements that are told by two lines, one that leaves and one that arrives."""

from sightline.imports.suggest import codes
from sightline.imports.suggest.table import Table, Tree


def sides(table: Table, found: list[str]) -> tuple[Tree, ...]:
    """Return the conditions of lines that leave and that arrive; nothing where one is missing.

    Parameters
    ----------
    found
        Codes of the movements.
    """
    mask = table.column("code").texts.is_in(found).fill_null(value=False)
    if table.has("sign"):
        column = table.column("sign")
        said = column.texts.filter(mask).drop_nulls().unique(maintain_order=True).to_list()
        ways = [
            [text for text in said if codes.direction(text) == way] for way in ("out", "in")
        ]
        return tuple({column.name: {"in": texts}} for texts in ways) if all(ways) else ()
    rows = table.values("qty").filter(mask).drop_nulls()
    if not (rows < 0).any() or not (rows > 0).any():
        return ()
    name = table.known["qty"].column
    return ({name: {"below": 0}}, {name: {"above": 0}})

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The lines to fill in: a file of the template with what is known already in its place."""

from sightline.aid.quality.checking import Finding
from sightline.imports import shipped

MAPPING = "master_data"


def file_to_fill(finding: Finding) -> tuple[str, list[str], list[list[str]]] | None:
    """Return name, columns and lines of the file that mends `finding`; None if none does.

    A record says all of itself each time, so a line holds what its record says now.
    """
    table = finding.rule.template
    if not table:
        return None
    known = next(each for each in shipped.load(MAPPING).tables if each.name == table)
    columns = [each for each in known.columns() if each not in {"valid_to", "version"}]
    rows = [dict(each) for each in finding.rows["row"].to_pylist() if each]
    told = [column for column in columns if column != "valid_from"]
    if any("valid_from" in row for row in rows):
        told.append("valid_from")
    return f"{table}.csv", told, [[row.get(column, "") for column in told] for row in rows]

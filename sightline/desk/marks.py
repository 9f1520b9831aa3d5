# SPDX-License-Identifier: AGPL-3.0-or-later
"""Marks: how the tables looked when a rule last judged them, so that it need not look twice."""

from collections.abc import Mapping

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sightline.desk.tables import marks


def recall(connection: Connection, owner: str) -> dict[str, str]:
    """Return the marks that `owner` left, by scope."""
    wanted = select(marks.c.scope, marks.c.mark).where(marks.c.owner == owner)
    return {scope: mark for scope, mark in connection.execute(wanted)}  # noqa: C416  as outbox


def remember(connection: Connection, owner: str, found: Mapping[str, str]) -> None:
    """Replace the marks of `owner` at the scopes of `found`."""
    rows = [{"owner": owner, "scope": scope, "mark": mark} for scope, mark in found.items()]
    if not rows:
        return
    statement = insert(marks)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["owner", "scope"], set_={"mark": statement.excluded.mark}
        ),
        rows,
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exceptions on the desk: read and written as episodes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from sightline.desk.episode import Episode
from sightline.desk.tables import exceptions

CHUNK = 500  # keys per statement; SQLite binds at most 32 766 values


def open_of(connection: Connection, rule: str) -> list[Episode]:
    """Return the open episodes of `rule`."""
    return _read(connection, exceptions.c.rule == rule, exceptions.c.state == "open")


def of_causes(connection: Connection, rule: str, keys: Sequence[str]) -> list[Episode]:
    """Return every episode of `rule` whose dedup key is one of `keys`, oldest first."""
    found: list[Episode] = []
    for start in range(0, len(keys), CHUNK):
        chunk = keys[start : start + CHUNK]
        found += _read(connection, exceptions.c.rule == rule, exceptions.c.dedup_key.in_(chunk))
    return found


def every(connection: Connection) -> list[Episode]:
    """Return all episodes, oldest first."""
    return _read(connection)


def save(connection: Connection, episodes: Iterable[Episode]) -> None:
    """Write `episodes` over what the desk had under their ids.

    Ended ones go first: the next episode of a cause opens when the one before has ended.
    """
    rows = [_row(episode) for episode in sorted(episodes, key=lambda e: e.state == "open")]
    if not rows:
        return
    statement = insert(exceptions)
    fresh = {c.name: statement.excluded[c.name] for c in exceptions.c if not c.primary_key}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["exception_id"], set_=fresh), rows
    )


def _read(connection: Connection, *where: Any) -> list[Episode]:
    wanted = (
        select(exceptions)
        .where(*where)
        .order_by(exceptions.c.opened, exceptions.c.exception_id)
    )
    return [_episode(row) for row in connection.execute(wanted).mappings()]


def _episode(row: Any) -> Episode:
    return Episode(**{**row, "evidence": tuple(row["evidence"])})


def _row(episode: Episode) -> dict[str, Any]:
    row = {name: getattr(episode, name) for name in Episode.__slots__}
    return {**row, "evidence": list(episode.evidence)}

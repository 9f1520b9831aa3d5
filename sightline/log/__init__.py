# SPDX-License-Identifier: AGPL-3.0-or-later
"""The event log: partitioned, durable, replayable; SQLite now, Kafka behind the same door."""

from sightline.log.pieces import INDEX_BITS, MAX_EVENTS, Batch, Format, Log, Piece
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

__all__ = ["INDEX_BITS", "MAX_EVENTS", "Batch", "Format", "Log", "Piece", "open_log"]


def open_log(settings: Settings) -> SqliteLog:
    """Open the log that `settings.log` names, creating it when it is not there yet.

    Raises
    ------
    LogError
        The file cannot be created, opened or understood.
    """
    return SqliteLog.open(settings)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The event log: partitioned, durable, replayable; a SQLite file, or a topic of Kafka."""

from sightline.errors import LogError
from sightline.log.pieces import INDEX_BITS, MAX_EVENTS, Batch, EventLog, Format, Log, Piece
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

__all__ = [
    "INDEX_BITS",
    "MAX_EVENTS",
    "Batch",
    "EventLog",
    "Format",
    "Log",
    "Piece",
    "check_embedded",
    "is_embedded",
    "open_any",
    "open_log",
]


def open_any(settings: Settings) -> EventLog:
    """Open the log that `settings.log` names, whatever keeps it.

    Raises
    ------
    LogError
        The file or the topic cannot be opened.
    """
    if is_embedded(settings):
        return SqliteLog.open(settings)
    from sightline.log.kafka import KafkaLog  # noqa: PLC0415 - librdkafka is not small

    return KafkaLog.open(settings)


def open_log(settings: Settings) -> SqliteLog:
    """Open the embedded log that `settings.log` names, creating it when it is not there yet.

    Raises
    ------
    LogError
        The file cannot be created, opened or understood, or the log is a topic of Kafka.
    """
    check_embedded(settings)
    return SqliteLog.open(settings)


def is_embedded(settings: Settings) -> bool:
    """Tell whether the log is a file of ours."""
    return settings.log.startswith("sqlite:")


def check_embedded(settings: Settings) -> None:
    """Raise `LogError` when the log is kept by Kafka."""
    if not is_embedded(settings):
        raise LogError(
            "SIGHTLINE_LOG is a topic of Kafka; this command needs the log that is embedded in "
            "SIGHTLINE_HOME. Use the tools of Kafka, or leave SIGHTLINE_LOG unset."
        )

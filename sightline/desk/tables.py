# SPDX-License-Identifier: AGPL-3.0-or-later
"""The desk's tables: the same definitions for SQLite now and PostgreSQL later."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


class Moment(TypeDecorator[datetime]):
    """A UTC time as whole milliseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Turn an aware time into milliseconds."""
        del dialect
        return None if value is None else (value - EPOCH) // MILLISECOND

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn milliseconds into a time in UTC."""
        del dialect
        return None if value is None else EPOCH + value * MILLISECOND


class Money(TypeDecorator[Decimal]):
    """An exact decimal as text: SQLite has no decimal type."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        """Turn an amount into text."""
        del dialect
        return None if value is None else format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Turn text into an amount."""
        del dialect
        return None if value is None else Decimal(value)


metadata = MetaData()

exceptions = Table(
    "exceptions",
    metadata,
    Column("exception_id", String, primary_key=True),
    Column("tenant", String, nullable=False),
    Column("dedup_key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("rule", String, nullable=False),
    Column("rule_version", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("item", String, nullable=False),
    Column("loc", String, nullable=False),
    Column("object", String, nullable=False),
    Column("opened", Moment, nullable=False),
    Column("state", String, nullable=False),
    Column("resolved", Moment),
    Column("resolution", String, nullable=False),
    Column("money", Money),
    Column("currency", String, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("revision", Integer, nullable=False),
)
_is_open = exceptions.c.state == "open"
Index(
    "exceptions_one_open",
    exceptions.c.tenant,
    exceptions.c.rule,
    exceptions.c.dedup_key,
    unique=True,
    sqlite_where=_is_open,
    postgresql_where=_is_open,
)
Index("exceptions_by_cause", exceptions.c.rule, exceptions.c.dedup_key)

journal = Table(
    "journal",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("event_id", String, nullable=False, unique=True),
    Column("event", Text, nullable=False),
    Column("written", Moment, nullable=False),
    Column("appended", Moment),
    sqlite_autoincrement=True,
)
Index("journal_pending", journal.c.seq, sqlite_where=journal.c.appended.is_(None))

deliveries = Table(
    "deliveries",
    metadata,
    Column("delivery_id", Integer, primary_key=True),
    Column("webhook", String, nullable=False),
    Column("message_id", String, nullable=False),
    Column(
        "exception_id",
        String,
        ForeignKey("exceptions.exception_id"),
        nullable=False,
    ),
    Column("payload", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt", Moment, nullable=False),
    Column("last_error", String, nullable=False),
    Column("sent", Moment),
    UniqueConstraint("webhook", "message_id", name="deliveries_once"),
    sqlite_autoincrement=True,
)
Index("deliveries_due", deliveries.c.state, deliveries.c.next_attempt)

marks = Table(
    "marks",
    metadata,
    Column("owner", String, primary_key=True),
    Column("scope", String, primary_key=True),
    Column("mark", String, nullable=False),
)

letters = Table(
    "letters",
    metadata,
    Column("gen", Integer, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("off", BigInteger, primary_key=True),
    Column("state", String, nullable=False),
    Column("who", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("note", Text, nullable=False),
)
Index("letters_by_state", letters.c.gen, letters.c.state)

watched = Table(
    "watched",
    metadata,
    Column("folder", String, primary_key=True),
    Column("path", String, primary_key=True),
    Column("inode", BigInteger, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mtime_ns", BigInteger, nullable=False),
    Column("mapping", String, nullable=False),
    Column("outcome", String, nullable=False),
    Column("taken", BigInteger, nullable=False),
    Column("sha256", String, nullable=False),
    Column("last_row", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Named questions in, tables out; Arrow tables in, rows kept."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pandas as pd
import pyarrow as pa

from sightline import catalog, timings
from sightline.errors import ParameterError
from sightline.settings import Settings
from sightline.store import handover, lock, person, swap
from sightline.store.answer import frame, restored
from sightline.store.engine import READER, WRITER, connect
from sightline.store.failure import translated
from sightline.store.guard import checked
from sightline.store.pool import Pool
from sightline.store.room import check_room

CLIENTS = 6
READERS = 2
INSERT = "store_insert"


class Store:
    """The store that some settings name; safe to share by threads, useless in a fork.

    Use `open` (or `sightline.store.shared`), and `close` or ``with`` when done.
    """

    def __init__(self, settings: Settings, *, database: str = "") -> None:
        self._folder = settings.store_folder
        self._embedded = not settings.store.startswith("clickhouse:")
        self._pool = Pool(partial(connect, settings, WRITER, database), size=CLIENTS)
        self._readers = Pool(partial(connect, settings, READER, database), size=READERS)

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connect to the store that `settings` names and hold its folder for this process.

        Raises
        ------
        StoreError
            Another process holds the folder, it cannot be read or written, or its disk is
            full: the engine would begin to merge at once.
        """
        store = cls(settings)
        if store._folder:
            lock.acquire(store._folder)
        try:
            check_room(store._folder)
            store._settle(settings.home)
        except BaseException:
            store.close()
            raise
        return store

    def _settle(self, home: Path) -> None:
        """Connect, and end what a replay that was killed has left half done."""
        unfinished = swap.settled_files(home)
        with self._pool.client():
            pass
        if unfinished:
            swap.finish(home, self.arrange, unfinished)

    def migrate(self) -> None:
        """Run ``sql/migrations`` in order; each file holds one idempotent statement."""
        with self._pool.client() as client:
            for name, statement in catalog.migrations().items():
                with translated(f"Migration {name} failed"):
                    client.command(statement)

    def read(self, name: str, **params: Any) -> pd.DataFrame:
        """Run ``sql/queries/<name>.sql``; as `read_arrow`, for pandas.

        Times are UTC, quantities are `decimal.Decimal` in object columns, nullable integers
        have pandas' own nullable types; without rows the columns are still there.
        """
        return frame(self.read_arrow(name, **params))

    def read_arrow(self, name: str, **params: Any) -> pa.Table:
        """Run ``sql/queries/<name>.sql`` with `params` bound by the engine.

        Raises
        ------
        UnknownQueryError
            No such query.
        ParameterError
            `params` are not exactly the ones the query declares, or a time has no zone.
        StoreError
            The engine refuses.
        """
        query = catalog.load(name)
        given = bound(query, params)
        with self._pool.client() as client, translated(f"Query {name} failed"):
            return restored(client.query_arrow(query.text, parameters=given), query.returns)

    def run(self, name: str, **params: Any) -> None:
        """Run ``sql/statements/<name>.sql``, which writes rows computed from other rows.

        Raises
        ------
        UnknownQueryError, ParameterError, StoreError
            As for `read_arrow`.
        """
        check_room(self._folder)
        statement = catalog.load_statement(name)
        given = bound(statement, params)
        with self._pool.client() as client, translated(f"Statement {name} failed"):
            client.command(statement.text, parameters=given)

    def insert_arrow(self, table: str, rows: pa.Table) -> None:
        """Append `rows` to `table` in one block, in order.

        Columns are matched by name; those that `rows` lacks take their defaults, as does a
        null where the table has no nulls. A column that the table lacks is refused.

        Raises
        ------
        StoreError
            The disk is full or the engine refuses. An insert is atomic for each partition of
            the table only: rows of some may have been kept.
        """
        if rows.num_rows:
            check_room(self._folder, incoming=rows.nbytes)
            with (
                self._pool.client() as client,
                translated(f"Cannot write to {table}"),
                timings.measured(INSERT, table),
            ):
                handover.handed_over(client, table, rows, embedded=self._embedded)

    def arrange(self, statement: str, **names: str) -> list[tuple[str, ...]]:
        """Run a statement of this package about whole tables; return rows where it gives any.

        Parameters
        ----------
        names
            Names of tables and databases, bound by the engine; never what a person typed.
        """
        with self._pool.client() as client, translated("Tables cannot change places"):
            if statement.startswith("SELECT"):
                return [
                    tuple(row) for row in client.query(statement, parameters=names).result_rows
                ]
            client.command(statement, parameters=names)
            return []

    def ask(self, sql: str) -> pa.Table:
        """Answer one `SELECT` (or `SHOW`, `DESCRIBE`, `EXPLAIN`) that a person wrote.

        Raises
        ------
        RefusedSqlError
            It would do more than read this store.
        StoreError
            The engine refuses: a mistake in it, more than a minute, more than a million rows.
        """
        known = self.read_arrow("table_functions").column("name").to_pylist()
        plain = checked(sql, table_functions=known)
        with self._readers.client() as client:
            return person.answered(client, plain)

    @property
    def is_closed(self) -> bool:
        """Tell whether `close` was called."""
        return self._pool.is_closed

    def close(self) -> None:
        """Let go of the engine and its folder; safe to call again."""
        was_open = self._pool.close()
        self._readers.close()
        if was_open and self._folder:
            lock.release(self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def bound(query: catalog.Query, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return `params` as the engine takes them: exactly those of `query`, times in UTC.

    Raises
    ------
    ParameterError
        One is missing, one too many, or a time has no zone.
    """
    missing = query.params.keys() - params.keys()
    extra = params.keys() - query.params.keys()
    if missing or extra:
        raise ParameterError(
            f"{query.name} takes {_listed(query.params)}; missing {_listed(missing)}, "
            f"unexpected {_listed(extra)}."
        )
    return {name: _sent(query, name, value) for name, value in params.items()}


def _sent(query: catalog.Query, name: str, value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    if value.tzinfo is None:
        raise ParameterError(
            f"{query.name} got {name} = {value.isoformat()} without a zone; expected one, "
            "such as tzinfo=UTC."
        )
    places = 3 if "DateTime64" in query.params[name] else 0
    return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"[: 19 + bool(places) + places]


def _listed(words: Any) -> str:
    return ", ".join(sorted(words)) or "none"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which tables follow from which others, and a database beside the live one to fill them in."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from sightline.settings import Settings
from sightline.store import Store, swap

BESIDE = "replay"
"""The database in which tables are filled before they take their place."""

GROUPS = {
    "positions": (
        "positions",
        "position_hour",
        "open_lines",
        "open_supply",
        "reconciliations",
        "restatements",
    ),
    "demand": ("demand", "anomalies"),
    "process": ("transitions", "cases", "variants", "mined"),
}
"""What can be computed anew → its tables. The others are facts and stay."""

_COPY = "INSERT INTO {table:Identifier} SELECT * FROM {live:Identifier}.{table:Identifier}"
_KNOWN = (
    " WHERE off <= transform(toUInt64(part), {parts:Array(UInt64)}, {offs:Array(UInt64)},"
    " toUInt64(0))"
)
_PLACED = (
    "SELECT table FROM system.columns WHERE database = {beside:String} AND name IN"
    " ('part', 'off') GROUP BY table HAVING count() = 2"
)


class Beside(Store):
    """The database beside the live one: takes rows of some tables, and drops those of others.

    Attributes
    ----------
    tables
        The tables that it takes.
    told
        Whether its tables hold rows of an earlier run, so that the stream must expect them.
    """

    def __init__(self, settings: Settings, live: Store, tables: Iterable[str]) -> None:
        super().__init__(settings, database=BESIDE)
        self.live = live
        self.tables = frozenset(tables)
        self.told = False

    def insert_arrow(self, table: str, rows: pa.Table) -> None:
        """Append `rows` when the table is one of mine."""
        if table in self.tables:
            super().insert_arrow(table, rows)

    def read_arrow(self, name: str, **params: Any) -> pa.Table:
        """Answer from the live tables how far the stream is, all else from mine."""
        is_live = name == "stream_progress" or (self.told and name.startswith("fence_"))
        return (
            self.live.read_arrow(name, **params)
            if is_live
            else super().read_arrow(name, **params)
        )

    def close(self) -> None:
        """Let go of the database; the folder stays with the live store."""
        self._folder = None
        super().close()


@contextmanager
def beside(settings: Settings, live: Store, tables: Iterable[str]) -> Iterator[Beside]:
    """Make the database beside the live one, with every table empty."""
    live.arrange(swap.DROP, beside=BESIDE)
    live.arrange(swap.CREATE, beside=BESIDE)
    store = Beside(settings, live, tables)
    try:
        store.migrate()
        yield store
    finally:
        store.close()


def copy_before(store: Beside, offsets: Mapping[int, int]) -> None:
    """Fill my tables with the live rows from up to `offsets`, the last one per partition.

    Rows that do not say which offset they are from are copied whole: what is computed again
    replaces them.
    """
    ((live,),) = store.live.arrange("SELECT currentDatabase()")
    placed = {table for (table,) in store.arrange(_PLACED, beside=BESIDE)}
    known = {"parts": str(list(offsets)), "offs": str(list(offsets.values()))}
    for table in sorted(store.tables & swap.identities(store.arrange, BESIDE).keys()):
        if table in placed:
            store.arrange(_COPY + _KNOWN, table=table, live=live, **known)
        else:
            store.arrange(_COPY, table=table, live=live)


def look_at_facts(store: Beside) -> None:
    """Let the tables that are not replayed show what the live ones hold."""
    ((live,),) = store.live.arrange("SELECT currentDatabase()")
    for table in swap.identities(store.arrange, BESIDE):
        if table not in store.tables:
            store.arrange("DROP TABLE {table:Identifier} SYNC", table=table)
            store.arrange(_view(table, live))


def _view(table: str, live: str) -> str:
    """Return the statement that shows a live table: its names cannot be bound, and are ours."""
    assert table.isidentifier()  # noqa: S101 - it comes from sql/migrations
    return f"CREATE VIEW {table} AS SELECT * FROM {live}.{table}"  # noqa: S608 - as above

# SPDX-License-Identifier: AGPL-3.0-or-later
"""OCEL 2.0 in SQLite: opened for reading only, its tables named by the file itself."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from sightline.errors import ImportFileError, one_line
from sightline.imports.files import unreadable
from sightline.imports.ocel import plain
from sightline.imports.ocel.scratch import Event, Scratch, json_text

MAGIC = b"SQLite format 3\x00"
LONGEST_CELL = 64 << 20
NEEDED = {
    "event": ("ocel_id", "ocel_type"),
    "object": ("ocel_id", "ocel_type"),
    "event_object": ("ocel_event_id", "ocel_object_id", "ocel_qualifier"),
    "object_object": ("ocel_source_id", "ocel_target_id", "ocel_qualifier"),
    "event_map_type": ("ocel_type", "ocel_type_map"),
    "object_map_type": ("ocel_type", "ocel_type_map"),
}
"""Table → its columns, by the standard."""
EVENT_COLUMNS = ("ocel_id", "ocel_time")
OBJECT_COLUMNS = ("ocel_id", "ocel_time", "ocel_changed_field")


class _Source(NamedTuple):
    """The open file and the tables in it, each with its columns and their declared types."""

    path: Path
    connection: sqlite3.Connection
    tables: dict[str, dict[str, str]]

    def rows(self, table: str, columns: tuple[str, ...] = ()) -> Iterator[Any]:
        """Yield the rows of `table`, in the order in which they were written."""
        named = ", ".join(_quoted(each) for each in columns or self.tables[table])
        sql = f"SELECT {named} FROM {_quoted(table)} NOT INDEXED"  # noqa: S608  quoted, known
        return iter(self.connection.execute(sql))


def read(path: Path, into: Scratch) -> None:
    """Put the log in the file at `path` into `into`.

    Raises
    ------
    ImportFileError
        It is no SQLite file, no OCEL 2.0 log, damaged, or still being written.
    """
    with _opened(path) as source:
        _check(source)
        into.events(
            Event(plain.name(one), plain.name(kind), None, None, "{}")  # type: ignore[arg-type]
            for one, kind in source.rows("event", NEEDED["event"])
        )
        into.objects(
            (plain.name(one), plain.name(kind))
            for one, kind in source.rows("object", NEEDED["object"])
        )
        for table, kind in _types(source, "event"):
            into.timed(_times(source, table, kind))
        for table, _ in _types(source, "object"):
            into.values(_values(source, table))
        into.e2o(_names(source, "event_object"))
        into.o2o(_names(source, "object_object"))


@contextmanager
def _opened(path: Path) -> Iterator[_Source]:
    """Open the file such that nothing in it runs and nothing of it changes."""
    _check_whole(path)
    address = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_CELL)
            connection.execute("PRAGMA trusted_schema = OFF")
            connection.execute("PRAGMA cell_size_check = ON")
            connection.execute("PRAGMA temp_store = MEMORY")
            yield _Source(path, connection, _tables(connection))
    except (sqlite3.DatabaseError, OverflowError, UnicodeError) as error:
        raise ImportFileError(
            f"{path} is damaged or cut off: {one_line(error)}. Nothing of it was imported; "
            "fetch it again whole."
        ) from error


def _check_whole(path: Path) -> None:
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except OSError as error:
        raise unreadable(path, error) from error
    if not head.startswith(MAGIC):
        raise ImportFileError(
            f"{path} is no SQLite file; expected an object-centric log (OCEL 2.0). Check how "
            "it was written."
        )
    page = int.from_bytes(head[16:18], "big")
    size = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if path.stat().st_size < size:
        raise ImportFileError(
            f"{path} is cut off: it has {path.stat().st_size} of {size} bytes. Nothing of it "
            "was imported; fetch it again whole."
        )
    for suffix in ("-wal", "-journal"):
        beside = path.with_name(path.name + suffix)
        if beside.is_file() and beside.stat().st_size:
            raise ImportFileError(
                f"{path} has changes waiting in {beside.name}; close the program that writes "
                "it, then import it again."
            )


def _tables(connection: sqlite3.Connection) -> dict[str, dict[str, str]]:
    """Return the plain tables: no views, and nothing that a module makes up."""
    sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
    names = [name for (name,) in connection.execute(sql).fetchall()]
    found = {}
    for name in names:
        sql = "SELECT name, type FROM pragma_table_xinfo(?) WHERE hidden = 0"
        found[name] = dict(connection.execute(sql, (name,)).fetchall())
    return found


def _check(source: _Source) -> None:
    missing = [table for table in NEEDED if table not in source.tables]
    if missing:
        raise ImportFileError(
            f"{source.path} is a SQLite file, but no OCEL 2.0 log: it has no table "
            f"{' and no '.join(missing)}. Export what you need of it as CSV, or the log as "
            "OCEL 2.0."
        )
    for table, columns in NEEDED.items():
        _check_columns(source, table, columns)
    for end, columns in (("event", EVENT_COLUMNS), ("object", OBJECT_COLUMNS)):
        for table, _ in _types(source, end):
            _check_columns(source, table, columns)


def _check_columns(source: _Source, table: str, columns: tuple[str, ...]) -> None:
    if table not in source.tables:
        raise ImportFileError(
            f"{source.path} is no whole OCEL 2.0 log: it has no table {table!r}, which it "
            "names as a type. Export the log again."
        )
    lacking = [name for name in columns if name not in source.tables[table]]
    if lacking:
        raise ImportFileError(
            f"{source.path} is no OCEL 2.0 log: its table {table!r} has no column "
            f"{' and no '.join(lacking)}. Export the log again."
        )


def _types(source: _Source, end: str) -> Iterator[tuple[str, str]]:
    """Yield the table of each type of events or objects, and the type."""
    for kind, mapped in source.rows(f"{end}_map_type", NEEDED[f"{end}_map_type"]):
        yield f"{end}_{plain.name(mapped)}", plain.name(kind)


def _times(
    source: _Source, table: str, kind: str
) -> Iterator[tuple[int | None, str, str, str, str]]:
    """Yield what a type's table says of its events."""
    columns = source.tables[table]
    for row in source.rows(table):
        stated = dict(zip(columns, row, strict=True))
        one, said = plain.name(stated.pop("ocel_id")), plain.name(stated.pop("ocel_time"))
        told = {name: plain.value(each, columns[name]) for name, each in stated.items()}
        attributes = {name: each for name, each in told.items() if each is not None}
        yield plain.moment(said), said, json_text(attributes), one, kind


def _values(source: _Source, table: str) -> Iterator[tuple[str, int, str, str]]:
    """Yield what a type's table says of its objects: all attributes, or one that changed."""
    columns = source.tables[table]
    for row in source.rows(table):
        stated = dict(zip(columns, row, strict=True))
        one, at = plain.name(stated.pop("ocel_id")), plain.since(stated.pop("ocel_time"))
        changed = plain.name(stated.pop("ocel_changed_field"))
        for name, each in stated.items():
            if each is not None and changed in {"", name}:
                yield one, at, name, json_text(plain.value(each, columns[name]))


def _names(source: _Source, table: str) -> Iterator[tuple[str, str, str]]:
    for one, other, qualifier in source.rows(table, NEEDED[table]):
        yield plain.name(one), plain.name(other), plain.name(qualifier)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

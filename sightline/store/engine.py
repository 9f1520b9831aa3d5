# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clients of the engine: how one is made, for us and for a person's SQL."""

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any
from weakref import WeakSet

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from sightline.errors import StoreError
from sightline.settings import Settings
from sightline.store.failure import said

WRITER: Mapping[str, int] = {
    "async_insert": 0,
    "max_partitions_per_insert_block": 0,
    # one block for each insert, in row order: the sink's fence counts on prefixes
    "max_insert_threads": 1,
    "max_insert_block_size": 4_194_304,
    "min_insert_block_size_rows": 4_194_304,
    "min_insert_block_size_bytes": 2**30,
}
"""Settings of every client that may write."""

READER: Mapping[str, int] = {
    "max_execution_time": 60,
    "max_result_rows": 1_000_000,
    "max_result_bytes": 2**30,
    "max_memory_usage": 2**31,
    "readonly": 1,  # last: nothing can be changed after it
}
"""Settings of a client for a person's SQL; `readonly` keeps them from being changed."""

_connecting = threading.Lock()
_clients: WeakSet[Client] = WeakSet()  # while there is one, the engine has started


def connect(
    settings: Settings, engine_settings: Mapping[str, int], database: str = ""
) -> Client:
    """Return a new client of the store that `settings` names.

    Parameters
    ----------
    database
        Another database of that engine than the one that is meant by `settings`.

    Raises
    ------
    StoreError
        The engine cannot open it; its reason is part of the message.
    """
    with _connecting, nullcontext(_silence) if _clients else _overheard() as heard:
        try:
            client = _connected(settings, dict(engine_settings), database)
        except (ClickHouseError, OSError) as error:
            raise StoreError(_cannot_open(settings, said(heard() or str(error)))) from error
        _clients.add(client)
        return client


def _connected(settings: Settings, chosen: dict[str, int], database: str) -> Client:
    where: dict[str, Any] = {"database": database} if database else {}
    if settings.store.startswith("clickhouse:"):
        return clickhouse_connect.get_client(
            dsn=settings.store, settings=chosen, autogenerate_session_id=False, **where
        )
    path = str(settings.store_folder or ":memory:")
    return clickhouse_connect.get_client(interface="chdb", path=path, settings=chosen, **where)


def _cannot_open(settings: Settings, reason: str) -> str:
    if settings.store_folder is None:
        return f"Cannot reach the store at {settings.store_shown}: {reason}"
    return (
        f"Cannot open the store at {settings.store_folder}: {reason}; expected a folder that "
        "Sightline made. Move it away and process the log again, or set SIGHTLINE_HOME to "
        "another folder."
    )


def _silence() -> str:
    return ""


@contextmanager
def _overheard() -> Iterator[Callable[[], str]]:
    """Keep what the engine prints while it starts: its error does not say the reason."""
    sys.stderr.flush()
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)  # a long report is cut, never waited for
    real = os.dup(2)
    os.dup2(writing, 2)
    os.close(writing)
    try:
        yield partial(_drained, reading)
    finally:
        os.dup2(real, 2)
        os.close(real)
        sys.stderr.write(_drained(reading))  # nobody took it: it was not about an error
        os.close(reading)


def _drained(descriptor: int) -> str:
    try:
        return os.read(descriptor, 65536).decode(errors="replace").strip()
    except BlockingIOError:
        return ""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many threads, few clients."""

import os
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pytest

from sightline.errors import StoreError
from sightline.settings import Settings
from sightline.store import Store
from sightline.store.engine import WRITER, connect
from sightline.store.pool import Pool

MEMORY = Settings(store="chdb://memory")


def test_sixteen_threads_write_and_read_their_own_rows(store: Store) -> None:
    # given sixteen threads, more than there are clients
    def write_and_count(thread: int) -> int:
        for number in range(5):
            rows = {"item": [f"{thread}"], "loc": [f"{number}"], "ver": [1]}
            store.insert_arrow("positions", pa.table(rows))
        return len(store.read("positions", item=f"{thread}", loc=""))

    # when they all write and read at once
    with ThreadPoolExecutor(16) as threads:
        counts = list(threads.map(write_and_count, range(16)))
    # then each one sees exactly its own
    assert counts == [5] * 16


def test_no_more_clients_are_made_than_the_pool_is_large(engine: Store) -> None:
    # given a pool of two that counts what it makes
    del engine
    made: Counter[str] = Counter()
    meeting = threading.Barrier(2)

    def counted() -> object:
        made["clients"] += 1
        return connect(MEMORY, WRITER)

    pool = Pool(counted, size=2)  # type: ignore[arg-type]

    def use(_: int) -> None:
        with pool.client() as client:
            meeting.wait(timeout=10)
            client.command("SELECT 1")

    # when eight threads meet in it, two at a time
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(8)))
    pool.close()
    # then two clients served them all
    assert made["clients"] == 2


def test_a_client_that_failed_half_way_is_not_used_again(store: Store) -> None:
    # given answers that break off after their first rows
    for _ in range(3):
        with pytest.raises(StoreError, match="more than 1000000 rows"):
            store.ask("SELECT number FROM numbers(3000000)")
        # then the next answer is whole
        assert store.ask("SELECT 1 AS one").to_pylist() == [{"one": 1}]


def test_a_closed_store_says_so(engine: Store) -> None:
    del engine
    with Store.open(MEMORY) as second:
        pass
    with pytest.raises(StoreError, match="The store is closed"):
        second.ask("SELECT 1")


def test_a_client_that_is_lent_when_the_pool_closes_is_closed_on_return(engine: Store) -> None:
    del engine
    pool = Pool(lambda: connect(MEMORY, WRITER), size=1)
    with pool.client() as client:
        assert pool.close()
        assert client.command("SELECT 1") == 1
    assert not pool.close()


def test_a_fork_is_told_that_it_cannot_use_the_engine(
    engine: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a process with another id than the one that opened the pool, as a fork has
    parent = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: parent + 1)
    # then it is refused before it could hang
    with pytest.raises(StoreError, match=f"opened by process {parent}, this is its fork"):
        engine.ask("SELECT 1")

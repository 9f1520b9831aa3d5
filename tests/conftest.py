# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fixtures that every area may use; one embedded engine for each test process."""

from collections.abc import Iterator
from pathlib import Path

import clickhouse_connect
import hypothesis
import pytest
from clickhouse_connect.driver.client import Client

from sightline.settings import Settings
from sightline.store import Store, shared

pytest.register_assert_rewrite("tests.streams.stage")  # before anybody imports it
MEMORY = "chdb://memory"

# a deadline would measure the machine; how fast things are is told in bench/
hypothesis.settings.register_profile("unhurried", deadline=None)
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def engine() -> Iterator[Store]:
    """Yield the store of this test process, in memory, with the current schema.

    It is the one that `sightline.store.shared` gives to everybody.
    """
    engine = shared(Settings(store=MEMORY))
    engine.migrate()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def raw(engine: Store) -> Iterator[Client]:
    """Yield a client of the same engine, to arrange what the store does not offer."""
    del engine
    client = clickhouse_connect.get_client(interface="chdb", path=":memory:")
    yield client
    client.close()


@pytest.fixture
def store(engine: Store, raw: Client) -> Store:
    """Give the store with every table empty."""
    names = raw.query(
        "SELECT name FROM system.tables "
        "WHERE database = 'default' AND endsWith(engine, 'MergeTree') AND total_rows > 0"
    ).result_columns
    for name in names[0] if names else []:
        raw.command("TRUNCATE TABLE {name:Identifier}", parameters={"name": name})
    return engine


@pytest.fixture
def settings(store: Store, tmp_path: Path) -> Settings:
    """Give settings with an empty home and the empty store of this test process."""
    del store
    return Settings(home=tmp_path / "home", store=MEMORY)

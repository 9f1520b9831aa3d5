# SPDX-License-Identifier: AGPL-3.0-or-later
"""Contracts that every SQL file keeps."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from clickhouse_connect.driver.client import Client

from sightline import catalog
from sightline.store import Store, door

MOMENT = datetime(2026, 3, 2, tzinfo=UTC)
SAMPLES: dict[str, Any] = {
    "Bool": True,
    "Date": date(2026, 3, 2),
    "Date32": date(2026, 3, 2),
    "Decimal": 1,
    "Float64": 0.5,
    "Identifier": "positions",
    "String": "x",
}
NAMED = {"zone": "UTC"}  # what no text of letters can stand for
STATEMENT_HEADER = re.compile(
    r"-- (\w+): \S.*\n(?:-- .*\n)*-- writes +\S.*\n(?:-- .*\n)*-- source"
)
QUERY_HEADER = re.compile(
    r"-- (\w+): \S.*\n(?:-- .*\n)*-- grain +\S.*\n(?:-- .*\n)*-- returns\n"
    r"(?:--   .*\n)+-- source +\S"
)


def _sample(kind: str) -> Any:
    if kind.startswith("Nullable"):
        return None
    if kind.startswith("Array"):
        return [_sample(kind.removeprefix("Array(").removesuffix(")"))]
    if kind.startswith("DateTime"):
        return MOMENT
    if re.match(r"U?Int\d+$", kind):
        return 1
    return SAMPLES[kind.partition("(")[0]]


def _samples(params: Mapping[str, str]) -> dict[str, Any]:
    return {key: NAMED.get(key, _sample(kind)) for key, kind in params.items()}


def _spelled(kind: str) -> str:
    return re.sub(r",\s*", ", ", kind)


@pytest.mark.parametrize("name", catalog.names())
def test_a_query_returns_the_columns_its_header_promises(
    engine: Store, raw: Client, name: str
) -> None:
    del engine
    query = catalog.load(name)
    given = door.bound(query, _samples(query.params))
    described = raw.query("DESCRIBE TABLE (" + query.text + ")", parameters=given).result_rows
    found = [(row[0], row[1]) for row in described]
    assert found == [(column, _spelled(kind)) for column, kind in query.returns.items()]


@pytest.mark.parametrize("name", catalog.names())
def test_a_query_can_be_read_from_empty_tables(store: Store, name: str) -> None:
    query = catalog.load(name)
    given = _samples(query.params)
    assert list(store.read(name, **given).columns) == list(query.returns)


@pytest.mark.parametrize("name", catalog.names())
def test_a_query_says_what_it_is_its_grain_its_columns_and_its_source(name: str) -> None:
    header = QUERY_HEADER.match(catalog.load(name).text)
    assert header
    assert header[1] == name


@pytest.mark.parametrize("name", catalog.statement_names())
def test_a_statement_says_what_it_is_what_it_writes_and_its_source(name: str) -> None:
    header = STATEMENT_HEADER.match(catalog.load_statement(name).text)
    assert header
    assert header[1] == name


@pytest.mark.parametrize("name", catalog.statement_names())
def test_a_statement_runs_on_empty_tables(store: Store, name: str) -> None:
    statement = catalog.load_statement(name)
    store.run(name, **{key: _sample(kind) for key, kind in statement.params.items()})


@pytest.mark.parametrize(
    "text",
    [
        *catalog.migrations().values(),
        *(catalog.load(name).text for name in catalog.names()),
        *(catalog.load_statement(name).text for name in catalog.statement_names()),
    ],
    ids=lambda text: text.partition("\n")[0],
)
def test_a_file_holds_one_statement_and_no_final_semicolon(text: str) -> None:
    body = re.sub(r"--[^\n]*|'[^']*'", "", text)
    assert ";" not in body


def test_migrations_are_numbered_without_gaps() -> None:
    found = [re.match(r"(\d{4})_\w+\.sql$", name) for name in catalog.migrations()]
    assert [match and int(match[1]) for match in found] == [*range(1, len(found) + 1)]


@pytest.mark.parametrize(("name", "text"), catalog.migrations().items())
def test_a_migration_says_what_one_row_is_and_can_run_again(name: str, text: str) -> None:
    number, _, thing = name.removesuffix(".sql").partition("_")
    assert text.startswith(f"-- {number} {thing}: ")
    again = "CREATE OR REPLACE VIEW" if thing.startswith("v_") else "IF NOT EXISTS"
    assert again in text


def test_migrations_can_run_again_and_keep_rows(store: Store, raw: Client) -> None:
    raw.command("INSERT INTO mined (part) VALUES (1)")
    store.migrate()
    assert store.ask("SELECT count() AS n FROM v_mined")["n"].to_pylist() == [1]


def test_one_migration_is_enough_for_views_to_have_the_columns_that_tables_got(
    store: Store,
) -> None:
    columns = (
        "SELECT table, name FROM system.columns WHERE database = currentDatabase() "
        "AND startsWith(table, 'v_') ORDER BY table, name"
    )
    first = store.ask(columns).to_pylist()
    store.migrate()
    assert store.ask(columns).to_pylist() == first


def test_every_column_of_the_log_position_has_the_same_type(store: Store) -> None:
    rows = store.ask(
        "SELECT name, groupUniqArray(type) AS types FROM system.columns "
        "WHERE database = currentDatabase() AND name IN ('part', 'off', 'gen', 'tenant') "
        "GROUP BY name ORDER BY name"
    ).to_pylist()
    assert {row["name"]: row["types"] for row in rows} == {
        "gen": ["UInt32"],
        "off": ["UInt64"],
        "part": ["UInt8"],
        "tenant": ["LowCardinality(String)"],
    }

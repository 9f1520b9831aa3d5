# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes in comes out: every kind of column, defaults, nulls, times, big answers."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sightline import catalog
from sightline.errors import ParameterError, StoreError, UnknownQueryError
from sightline.events.columns import SCHEMA
from sightline.settings import Settings
from sightline.store import Store, answer, door, shared

NOON = datetime(2026, 3, 2, 12, 0, 0, 123_000, tzinfo=UTC)


def _row(store: Store, table: str) -> dict[str, Any]:
    (row,) = store.ask(f"SELECT * FROM {table}").to_pylist()  # noqa: S608 - a test's own name
    return dict(row)


def test_an_event_with_every_canonical_column_comes_back_unchanged(store: Store) -> None:
    # given one event with a value in every column that the table shares with the schema
    known = store.ask("DESCRIBE events")["name"].to_pylist()
    fields = [field for field in SCHEMA if field.name in known]
    values = {field.name: _sample(field) for field in fields}
    rows = pa.table(
        {field.name: pa.array([values[field.name]], field.type) for field in fields}
    )
    # when it is inserted
    store.insert_arrow("events", rows)
    # then it is read back as it was
    assert {name: _row(store, "events")[name] for name in values} == values


def test_an_event_without_values_takes_the_defaults(store: Store) -> None:
    known = store.ask("DESCRIBE events")["name"].to_pylist()
    fields = [field for field in SCHEMA if field.name in known]
    store.insert_arrow(
        "events", pa.table({field.name: pa.array([None], field.type) for field in fields})
    )
    row = _row(store, "events")
    assert (row["tenant"], row["id"], row["non_stock"]) == ("main", "", False)
    assert (row["base_qty"], row["due"], row["start_time"]) == (None, None, None)
    assert row["quality_flags"] == []


def test_columns_that_are_missing_take_their_defaults(store: Store) -> None:
    store.insert_arrow("positions", pa.table({"item": ["A100"], "flags": [["no_anchor"]]}))
    row = _row(store, "positions")
    assert (row["tenant"], row["on_hand"], row["last_count_time"]) == ("main", 0, None)
    assert row["flags"] == ["no_anchor"]


@pytest.mark.parametrize(
    "on_hand",
    [
        pa.array([Decimal("162.0001")], pa.decimal128(18, 4)),
        pa.array([Decimal("162.0001")], pa.decimal128(38, 4)),
        pa.array([Decimal("-99999999999999.9999")], pa.decimal128(18, 4)),
    ],
)
def test_quantities_keep_every_digit(store: Store, on_hand: pa.Array) -> None:
    store.insert_arrow("positions", pa.table({"item": ["A100"], "on_hand": on_hand}))
    assert _row(store, "positions")["on_hand"] == on_hand[0].as_py()


def test_dictionary_and_large_strings_are_taken_as_strings(store: Store) -> None:
    rows = pa.table(
        {
            "item": pa.array(["A100"]).dictionary_encode(),
            "loc": pa.array(["DC1"], pa.large_string()),
            "flags": pa.array([["late"]], pa.list_(pa.dictionary(pa.int32(), pa.string()))),
        }
    )
    store.insert_arrow("positions", rows)
    row = _row(store, "positions")
    assert (row["item"], row["loc"], row["flags"]) == ("A100", "DC1", ["late"])


def test_one_insert_may_fill_more_than_a_hundred_months(store: Store) -> None:
    # given one event in each of 120 months: the engine refuses more than 100 by default
    times = [
        datetime(1990 + month // 12, month % 12 + 1, 1, tzinfo=UTC) for month in range(120)
    ]
    rows = pa.table(
        {
            "id": [f"e{number}" for number in range(120)],
            "time": pa.array(times, pa.timestamp("ms", "UTC")),
        }
    )
    store.insert_arrow("events", rows)
    assert store.ask("SELECT uniqExact(toYYYYMM(time)) AS n FROM events")["n"][0].as_py() == 120


def test_a_big_insert_is_one_block_in_row_order(store: Store) -> None:
    # given more rows than the engine would put into one block by itself, in small chunks
    offsets = np.arange(1_200_000, dtype="u8")
    chunks = [pa.table({"off": each}) for each in np.array_split(offsets, 50)]
    # when they are inserted
    store.insert_arrow("mined", pa.concat_tables(chunks))
    # then the engine wrote one part
    found = store.ask(
        "SELECT uniqExact(_part) AS parts, max(off) AS last FROM mined"
    ).to_pylist()
    assert found == [{"parts": 1, "last": 1_199_999}]


def test_no_rows_are_no_insert(store: Store) -> None:
    store.insert_arrow("mined", pa.table({"part": pa.array([], pa.uint8())}))
    assert store.ask("SELECT count() AS n FROM mined")["n"][0].as_py() == 0


def test_a_column_that_the_table_lacks_is_refused_in_one_line(store: Store) -> None:
    with pytest.raises(StoreError, match=r"^Cannot write to mined: No such column nope.*$"):
        store.insert_arrow("mined", pa.table({"nope": [1]}))


def test_an_answer_without_rows_keeps_its_columns_for_pandas(store: Store) -> None:
    frame = store.read("positions", item="A100", loc="")
    assert frame.empty
    assert {"item", "on_hand", "as_of"} <= set(frame.columns)


def test_pandas_sees_utc_times_decimals_and_nullable_integers(store: Store) -> None:
    store.insert_arrow(
        "positions",
        pa.table({"item": ["A100"], "as_of": pa.array([NOON], pa.timestamp("ms", "UTC"))}),
    )
    frame = store.read("positions", item="A100", loc="")
    assert frame["as_of"][0] == NOON
    assert frame["on_hand"][0] == Decimal("0.0000")
    assert str(frame["ver"].dtype) == "uint64"


def test_seconds_and_enums_keep_their_meaning(store: Store) -> None:
    answer = store.ask(
        "SELECT toDateTime('2026-03-02 12:00:00', 'Europe/Paris') AS at, "
        "CAST('late', 'Enum8(\\'late\\' = 1)') AS state, toInt128(-5) AS wide, "
        "toDate('2026-03-02') AS day, CAST(NULL, 'Nullable(DateTime(\\'UTC\\'))') AS never"
    )
    assert answer.to_pylist() == [
        {
            "at": datetime(2026, 3, 2, 11, tzinfo=UTC),
            "state": "late",
            "wide": "-5",
            "day": date(2026, 3, 2),
            "never": None,
        }
    ]


def test_an_unknown_query_names_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownQueryError, match=r"no sql/queries/nope\.sql.*positions"):
        store.read("nope")


def test_a_misnamed_parameter_is_named(store: Store) -> None:
    with pytest.raises(ParameterError, match="missing loc, unexpected lco"):
        store.read("positions", item="", lco="")


def test_texts_are_bound_and_never_read_as_sql(store: Store) -> None:
    store.insert_arrow("positions", pa.table({"item": ["it's \\ 'x'"], "loc": ["DC1"]}))
    assert len(store.read("positions", item="it's \\ 'x'", loc="")) == 1
    assert store.read("positions", item="' OR 1=1 --", loc="").empty


def test_the_store_is_one_for_the_process(store: Store) -> None:
    assert shared(Settings(store="chdb://memory")) is store
    with pytest.raises(StoreError, match="already has another store open"):
        shared(Settings(store="chdb:///tmp/elsewhere"))


def test_a_time_of_another_zone_is_bound_as_the_same_moment() -> None:
    # given a query with a time of each resolution
    query = catalog.Query("q", "", {"since": "DateTime64(3, 'UTC')", "day": "DateTime"}, {})
    paris = NOON.astimezone(timezone(timedelta(hours=1)))
    # then both are sent in UTC, to the resolution that the query declares
    assert door.bound(query, {"since": paris, "day": paris}) == {
        "since": "2026-03-02 12:00:00.123",
        "day": "2026-03-02 12:00:00",
    }


def test_a_time_without_a_zone_is_refused() -> None:
    query = catalog.Query("q", "", {"since": "DateTime64(3, 'UTC')"}, {})
    with pytest.raises(
        ParameterError, match=r"q got since = 2026-03-02T12:00:00.* without a zone"
    ):
        door.bound(query, {"since": NOON.replace(tzinfo=None)})


def test_bytes_that_are_no_text_are_escaped(store: Store) -> None:
    # given a refused event with bytes that are no UTF-8
    raw = pa.array([b"caf\xe9", b"tea"], pa.binary())
    store.insert_arrow("dlq", pa.table({"raw": raw, "off": [1, 2]}))
    # then it can be read, as a table and for pandas
    answered = store.ask("SELECT raw FROM dlq ORDER BY off")
    assert answered["raw"].to_pylist() == ["caf\\xe9", "tea"]
    assert answer.frame(answered)["raw"].tolist() == ["caf\\xe9", "tea"]


def test_nullable_integers_stay_whole_for_pandas() -> None:
    column = answer.frame(pa.table({"version": pa.array([2**60 + 1, None])}))["version"]
    assert column[0] == 2**60 + 1
    assert column.isna().tolist() == [False, True]


def _sample(field: pa.Field) -> Any:
    samples: dict[pa.DataType, Any] = {
        pa.string(): f"a {field.name}",
        pa.timestamp("ms", "UTC"): NOON,
        pa.decimal128(18, 4): Decimal("12.3456"),
        pa.int64(): -7,
        pa.int32(): 3,
        pa.uint64(): 2**63 + 1,
        pa.bool_(): True,
        pa.date32(): date(2026, 3, 9),
        pa.list_(pa.string()): ["rounded", "late"],
    }
    return samples[field.type]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two real object-centric data sets, held against direct SQL, PM4Py and pandas."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sightline.imports import shipped

pytestmark = [pytest.mark.data, pytest.mark.slow]

ORDERS = "ocel2_order_management_running-example.sqlite"
FLOW = "sap_vbfa_docflow.parquet"
KINDS = "SELECT DISTINCT ocel_type FROM object"
Sightline = Callable[..., Any]
Sql = Callable[[str], Any]


@pytest.fixture(scope="module")
def said(sightline: Sightline, data: Path, tmp_path_factory: Any) -> dict[str, Any]:
    """Import the files, the log a second time as JSON; return what the commands said."""
    import pm4py  # noqa: PLC0415  takes seconds

    again = tmp_path_factory.mktemp("again") / "orders.json"
    pm4py.write_ocel2_json(pm4py.read_ocel2_sqlite(str(data / ORDERS)), str(again))
    return {
        "orders": sightline("import", data / ORDERS, "--process", "orders"),
        "again": sightline("import", again, "--process", "orders"),
        "flow": sightline("import", data / FLOW),
        "run": sightline("run", "--until-idle"),
    }


@pytest.fixture(scope="module")
def ask(sightline: Sightline, said: dict[str, Any]) -> Callable[[str], pd.DataFrame]:
    """Return a function that answers SQL on the filled home."""
    del said
    return lambda query: pd.DataFrame(sightline("sql", query))


@pytest.fixture(scope="module")
def direct(data: Path) -> Iterator[Sql]:
    """Yield a function that asks the SQLite file itself."""
    with closing(sqlite3.connect(f"file:{data / ORDERS}?mode=ro&immutable=1", uri=True)) as own:
        yield lambda sql: own.execute(sql).fetchall()


@pytest.fixture(scope="module")
def pm4py_log(data: Path) -> Any:
    """Give the log as PM4Py reads it."""
    import pm4py  # noqa: PLC0415

    return pm4py.read_ocel2_sqlite(str(data / ORDERS))


def test_the_summary_counts_what_the_log_holds(said: dict[str, Any]) -> None:
    assert said["orders"]["read"] == said["orders"]["accepted"] == 18_211 + 10_031
    assert said["orders"]["noted"] == {
        "events": 18_211,
        "objects": 10_031,
        "relations of events": 35_857,
        "relations between objects": 25_336,
        "changes of attributes": 120,
    }


def test_every_event_is_there_with_its_type_and_time(
    ask: Callable[[str], pd.DataFrame], direct: Sql
) -> None:
    found = ask(
        "SELECT id, activity, toString(time) AS time FROM events WHERE process = 'orders'"
    )
    wanted = set()
    for kind, mapped in direct("SELECT * FROM event_map_type"):
        rows = direct(f'SELECT ocel_id, ocel_time FROM "event_{mapped}"')  # noqa: S608
        wanted |= {(one, kind, f"{time}.000") for one, time in rows}
    assert len(found) == len(wanted) == 18_211
    assert set(found.itertuples(index=False, name=None)) == wanted


def test_every_relation_of_an_event_is_there_with_its_qualifier(
    ask: Callable[[str], pd.DataFrame], direct: Sql
) -> None:
    found = ask(
        "SELECT event_id, otype, oid, qualifier FROM e2o "
        "WHERE type LIKE '%activity%' AND match(event_id, '^e[0-9]+$')"
    )
    wanted = direct(
        "SELECT ocel_event_id, ocel_type, ocel_object_id, ocel_qualifier FROM event_object "
        "JOIN object ON ocel_id = ocel_object_id"
    )
    assert len(wanted) == 35_857
    assert Counter(found.itertuples(index=False, name=None)) == Counter(wanted)


def test_every_relation_between_objects_is_there(
    ask: Callable[[str], pd.DataFrame], direct: Sql
) -> None:
    found = ask(
        "SELECT from_type, from_id, to_type, to_id, qualifier FROM v_o2o "
        "WHERE qualifier != 'followed by'"
    )
    wanted = direct(
        "SELECT one.ocel_type, one.ocel_id, other.ocel_type, other.ocel_id, ocel_qualifier "
        "FROM object_object JOIN object AS one ON one.ocel_id = ocel_source_id "
        "JOIN object AS other ON other.ocel_id = ocel_target_id"
    )
    assert len(wanted) == 25_336
    assert Counter(found.itertuples(index=False, name=None)) == Counter(wanted)


def test_every_declared_object_is_there_and_no_other(
    ask: Callable[[str], pd.DataFrame], direct: Sql
) -> None:
    found = ask(
        "SELECT DISTINCT otype, oid, declared FROM v_objects WHERE NOT match(otype, 'case') "
        "AND NOT has(mapKeys(attributes), 'category')"
    )
    found = found[found.otype.isin([kind for (kind,) in direct(KINDS)])]
    wanted = direct("SELECT ocel_type, ocel_id FROM object")
    assert len(found) == 10_031
    assert set(found.itertuples(index=False, name=None)) == {(*each, True) for each in wanted}


def test_prices_change_when_the_log_says(
    ask: Callable[[str], pd.DataFrame], direct: Sql
) -> None:
    found = ask(
        "SELECT oid, toString(valid_from) AS since, toFloat64(attributes['price']) AS price, "
        "toFloat64(attributes['weight']) AS weight FROM v_objects WHERE otype = 'products'"
    )
    rows = direct("SELECT ocel_id, ocel_time, ocel_changed_field, price, weight "
                  "FROM object_Products")  # fmt: skip
    weights = {one: weight for one, _, changed, _, weight in rows if not changed}
    wanted = {
        (one, f"{time}.000" if changed else "1970-01-01 00:00:00.000", price, weights[one])
        for one, time, changed, price, _ in rows
    }
    assert len(wanted) == 140
    assert set(found.itertuples(index=False, name=None)) == wanted


def test_the_log_as_json_adds_nothing(
    said: dict[str, Any], ask: Callable[[str], pd.DataFrame]
) -> None:
    assert said["run"]["duplicates"] == said["again"]["events"]
    assert said["run"]["dead_letters"] == 0
    assert ask("SELECT count() AS n FROM dlq").n[0] == 0


def test_pm4py_counts_the_same_paths_for_each_type_of_objects(
    sightline: Sightline, said: dict[str, Any], pm4py_log: Any
) -> None:
    del said
    import pm4py  # noqa: PLC0415

    graph = pm4py.discover_ocdfg(pm4py_log)
    edges = graph["edges"]["event_couples"]
    types = {"orders", "items", "packages", "customers", "employees"}
    assert set(edges) == types
    for kind in types:
        found = sightline("mine", "dfg", "--process", f"orders/{kind}")
        wanted = _pairs(pm4py_log.relations, kind)
        assert {(row["activity"], row["next_activity"]): row["n"] for row in found} == wanted
        assert {pair for pair, n in wanted.items() if n} == set(edges[kind])


def _pairs(relations: pd.DataFrame, kind: str) -> dict[tuple[str, str], int]:
    """Count (event, event, object) triples in row order, each event of an object once."""
    mine = relations[relations["ocel:type"] == kind]
    mine = mine.drop_duplicates(["ocel:eid", "ocel:oid"])
    follow = mine.groupby("ocel:oid")["ocel:activity"].shift(-1)
    pairs = Counter(zip(mine["ocel:activity"], follow, strict=True))
    return {pair: n for pair, n in pairs.items() if isinstance(pair[1], str)}


@pytest.fixture(scope="module")
def rows(data: Path) -> pd.DataFrame:
    """Give the flow with its items, by pandas alone."""
    frame = pd.read_parquet(data / FLOW).map(str.strip)
    status = frame.VBELN == frame.ERDAT
    clock = frame.ERZET.mask(status & (frame.ERZET == "000000"), frame.POSNN)
    frame["at"] = pd.to_datetime(frame.ERDAT + clock, format="%Y%m%d%H%M%S")
    frame["status"] = status
    frame["before"] = _items(frame.VBTYP_V, frame.VBELV, frame.POSNV).mask(
        frame.VBELV == "", ""
    )
    frame["after"] = _items(frame.VBTYP_N, frame.VBELN, frame.POSNN)
    by_origin = status | (frame.VBTYP_N == "Q")
    frame.loc[by_origin, "after"] += " of " + frame.before[by_origin]
    frame = frame.sort_values(["after", "at"], kind="stable")
    gap = frame.groupby("after")["at"].diff()
    frame["posting"] = (gap.isna() | (gap > pd.Timedelta(hours=1))).cumsum()
    year = frame.groupby("posting")["at"].transform("min").dt.year.astype(str)
    anew = frame.VBTYP_N.isin(list("Rhip")) & ~status
    frame.loc[anew, "after"] += " in " + year[anew]
    return frame


def _items(category: pd.Series, document: pd.Series, item: pd.Series) -> pd.Series:
    return category + " " + document + ("/" + item).mask(item == "000000", "")


def test_each_posting_is_one_step_and_each_row_counts(
    said: dict[str, Any], ask: Callable[[str], pd.DataFrame], rows: pd.DataFrame
) -> None:
    assert said["flow"]["read"] == said["flow"]["accepted"] == len(rows) == 167_766
    assert said["flow"]["noted"]["documents created"] == rows.posting.nunique()
    known = set(rows.before[rows.VBELV != ""]) - set(rows.after)
    assert said["flow"]["noted"]["documents known by reference only"] == len(known)
    steps = ask("SELECT count() AS n FROM events WHERE process = 'sap_document_flow'").n[0]
    assert steps == rows.posting.nunique() + len(known)


def test_documents_are_counted_by_category_as_pandas_counts_them(
    ask: Callable[[str], pd.DataFrame], rows: pd.DataFrame
) -> None:
    found = ask(
        "SELECT attributes['category'] AS category, count() AS n FROM v_objects "
        "WHERE declared AND attributes['category'] != '' GROUP BY category"
    )
    wanted = rows.drop_duplicates("posting").VBTYP_N.value_counts()
    assert found.set_index("category")["n"].to_dict() == wanted.to_dict()


def test_links_are_counted_by_categories_as_pandas_counts_them(
    said: dict[str, Any], ask: Callable[[str], pd.DataFrame], rows: pd.DataFrame
) -> None:
    links = rows[rows.VBELV != ""].drop_duplicates(["before", "after"])
    assert said["flow"]["noted"]["links between documents"] == len(links)
    found = ask("SELECT count() AS n FROM v_o2o WHERE qualifier = 'followed by'").n[0]
    assert found == len(links)


def test_chains_are_those_that_pandas_finds(
    sightline: Sightline, said: dict[str, Any], rows: pd.DataFrame
) -> None:
    del said
    # given the steps of every chain, by plain dictionaries and the names of the mapping
    names = shipped.load("sap_vbfa_docflow").flow
    before = rows.groupby("after").before.agg(set).to_dict()
    chains: dict[str, list[tuple[pd.Timestamp, int, str, str, str]]] = {}
    kept = {"at": "min", "after": "first", "VBTYP_N": "first", "BWART": "max", "status": "max"}
    for step in rows.groupby("posting").agg(kept).itertuples():
        origins, depth = _origins(step.after, before)
        category = step.VBTYP_N + "*" * step.status
        told = (step.at, depth, category, step.after, names.step(category, step.BWART))
        chains.setdefault(min(origins), []).append(told)
    wanted = Counter(
        (
            *([] if origin in before else [names.document(origin.partition(" ")[0])]),
            *(name for *_, name in sorted(steps)),
        )
        for origin, steps in chains.items()
    )
    # when variants are asked for
    found = {
        tuple(row["activities"]): row["cases"]
        for row in sightline("mine", "variants", "--process", "sap_document_flow")
    }
    # then they are the same
    assert found["order", "delivery", "goods issue", "invoice"] == 50
    assert found["order", "delivery", "transfer order", "goods issue", "invoice"] > 10_000
    assert found == wanted


def _origins(item: str, before: dict[str, set[str]]) -> tuple[set[str], int]:
    """Return what nothing is before on the way up from `item`, and how much there is."""
    seen: set[str] = set()
    todo = [item]
    while todo:
        for each in before.get(todo.pop(), set()) - seen - {""}:
            seen.add(each)
            todo.append(each)
    return {each for each in seen if each not in before} or {item}, len(seen)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Write a log, as JSON has it, in the other formats of OCEL 2.0."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

Log = dict[str, Any]
SQL_TYPES = {"float": "REAL", "integer": "INTEGER", "boolean": "BOOLEAN", "time": "TIMESTAMP"}
TABLES = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT);
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,
    PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier));
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT,
    PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier));
"""


def sqlite_log(log: Log, path: Path) -> Path:
    """Write `log` as SQLite, with times that state no offset."""
    with closing(sqlite3.connect(path)) as base, base:
        base.executescript(TABLES)
        for end in ("event", "object"):
            for at, kind in enumerate(log[f"{end}Types"]):
                _type(base, end, f"Type {at}", kind)
        for each in log["events"]:
            _event(base, log, each)
        for each in log["objects"]:
            _object(base, log, each)
    return path


def xml_log(log: Log, path: Path) -> Path:
    """Write `log` as XML."""
    root = ET.Element("log")
    for end in ("object", "event"):
        types = ET.SubElement(root, f"{end}-types")
        for kind in log[f"{end}Types"]:
            listed = ET.SubElement(types, f"{end}-type", name=kind["name"])
            attributes = ET.SubElement(listed, "attributes")
            for each in kind["attributes"]:
                ET.SubElement(attributes, "attribute", each)
    for end in ("object", "event"):
        parent = ET.SubElement(root, f"{end}s")
        for each in log[f"{end}s"]:
            _element(ET.SubElement(parent, end), each)
    path.write_bytes(ET.tostring(root))
    return path


def _type(base: sqlite3.Connection, end: str, mapped: str, kind: Log) -> None:
    sql = f"INSERT INTO {end}_map_type VALUES (?, ?)"  # noqa: S608  a test writes it
    base.execute(sql, (kind["name"], mapped))
    columns = ["ocel_id TEXT", "ocel_time TIMESTAMP"]
    columns += ["ocel_changed_field TEXT"] if end == "object" else []
    columns += [f'"{each["name"]}" {SQL_TYPES.get(each["type"], "TEXT")}'
                for each in kind["attributes"]]  # fmt: skip
    base.execute(f'CREATE TABLE "{end}_{mapped}" ({", ".join(columns)})')


def _event(base: sqlite3.Connection, log: Log, event: Log) -> None:
    base.execute("INSERT INTO event VALUES (?, ?)", (event["id"], event["type"]))
    stated = {each["name"]: each["value"] for each in event.get("attributes", [])}
    row = {"ocel_id": event["id"], "ocel_time": _local(event["time"])} | stated
    _insert(base, log, "event", event["type"], row)
    for each in event.get("relationships", []):
        values = (event["id"], each["objectId"], each.get("qualifier", ""))
        base.execute("INSERT INTO event_object VALUES (?, ?, ?)", values)


def _object(base: sqlite3.Connection, log: Log, one: Log) -> None:
    base.execute("INSERT INTO object VALUES (?, ?)", (one["id"], one["type"]))
    stated = one.get("attributes", [])
    first = [each for each in stated if each["time"].startswith("1970-01-01")]
    row = {"ocel_id": one["id"], "ocel_time": "1970-01-01 01:00:00"}
    _insert(base, log, "object", one["type"], row | {e["name"]: e["value"] for e in first})
    for each in stated:
        if each not in first:
            row = {"ocel_id": one["id"], "ocel_time": _local(each["time"])}
            row |= {"ocel_changed_field": each["name"], each["name"]: each["value"]}
            _insert(base, log, "object", one["type"], row)
    for each in one.get("relationships", []):
        values = (one["id"], each["objectId"], each.get("qualifier", ""))
        base.execute("INSERT INTO object_object VALUES (?, ?, ?)", values)


def _insert(base: sqlite3.Connection, log: Log, end: str, kind: str, row: Log) -> None:
    names = [each["name"] for each in log[f"{end}Types"]]
    columns = ", ".join(f'"{name}"' for name in row)
    places = ", ".join("?" for _ in row)
    table = f"{end}_Type {names.index(kind)}"
    sql = f'INSERT INTO "{table}" ({columns}) VALUES ({places})'  # noqa: S608  a test writes it
    base.execute(sql, list(row.values()))


def _local(time: str) -> str:
    return time.removesuffix("Z").replace("T", " ")


def _element(element: ET.Element, each: Log) -> None:
    for name in ("id", "type", "time"):
        if name in each:
            element.set(name, each[name])
    attributes = ET.SubElement(element, "attributes")
    for one in each.get("attributes", []):
        known = {name: one[name] for name in ("name", "time") if name in one}
        ET.SubElement(attributes, "attribute", known).text = _text(one["value"])
    objects = ET.SubElement(element, "objects")
    for one in each.get("relationships", []):
        known = {"object-id": one["objectId"], "qualifier": one["qualifier"]}
        ET.SubElement(objects, "relationship", known)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents of a flow become CloudEvents: a step of a process and an object for each item."""

import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
import polars as pl

from sightline.imports.flow.linking import NODE, Chains, origins
from sightline.imports.flow.names import STATUS, FlowNames
from sightline.imports.ids import NAMESPACE
from sightline.imports.mapping import Mapping
from sightline.imports.ocel import plain
from sightline.imports.told import Told

ACTIVITY = "io.sightline.process.activity.v1"
RECORD = "io.sightline.master.record_changed.v1"
CREATED, FOLLOWS, BELONGS, FOLLOWED = "creates", "follows", "belongs to", "followed by"
ATTRIBUTES = {
    "RFMNG": "quantity",
    "MEINS": "unit",
    "RFWRT": "value",
    "WAERS": "currency",
    "MATNR": "material",
    "BWART": "movement_type",
}
NUMBERS = {"RFMNG", "RFWRT"}
Row = dict[str, Any]


class Teller:
    """Tells the `chains` of one file under `mapping`."""

    def __init__(self, chains: Chains, mapping: Mapping) -> None:
        self._names: FlowNames = mapping.flow
        self._process = mapping.process
        self._source = mapping.source
        self._space = uuid.uuid5(
            uuid.UUID(bytes=NAMESPACE), f"flow\x1f{mapping.source}\x1f{mapping.process}"
        )
        self._chains = chains

    def lines(self) -> Iterator[Told]:
        """Yield all events in order of time; what comes before another comes first."""
        ranked = _ranked(self._chains)
        for number, row in enumerate(ranked.iter_rows(named=True), start=1):
            told = row["told"] or {}
            objects = self._objects(row)
            if row["is_first"]:
                yield self._step(row, number, self._names.document(row["type"]), objects, {})
                continue
            step = self._names.step(row["type"], told["BWART"])
            stated = _attributes(told)
            yield self._record(row, number, stated)
            yield self._step(row, number, step, objects, stated)

    def _objects(self, row: Row) -> list[dict[str, str]]:
        """Return the item itself, and everything before it."""
        found = [self._object(row["type"], row["id"], CREATED)]
        for each in row["above"] or ():
            how = FOLLOWS if each["is_direct"] else BELONGS
            found.append(self._object(each["up_type"], each["up_id"], how))
        return found

    def _object(self, category: str, name: str, qualifier: str) -> dict[str, str]:
        return {"id": name, "qualifier": qualifier, "type": self._names.document(category)}

    def _step(
        self,
        row: Row,
        number: int,
        activity: str,
        objects: list[dict[str, str]],
        attributes: dict[str, Any],
    ) -> Told:
        category, name = row["top_type"], row["top_id"]
        if row["is_first"]:
            attributes = {"time_of": "first follow-up"}
        data = {
            "activity": activity,
            "attributes": attributes,
            "case": f"{self._names.document(category)} {name}",
            "objects": objects,
            "process": self._process,
        }
        named = ("step", row["type"], row["id"], str(row["at"]))
        return Told(self._line(row, number, ACTIVITY, named, data), row["rows"])

    def _record(self, row: Row, number: int, attributes: dict[str, Any]) -> Told:
        kind, name = self._names.document(row["type"]), row["id"]
        relations = [
            self._object(each["up_type"], each["up_id"], FOLLOWED) | {"direction": "from"}
            for each in row["above"] or ()
            if each["is_direct"]
        ]
        kept = {key: value for key, value in attributes.items() if key != "movement_type"}
        data = {
            "entity": "object",
            "fields": {
                "attributes": {"category": row["type"].removesuffix(STATUS), **kept},
                "id": name,
                "relations": relations,
                "type": kind,
            },
            "key": f"{kind}/{name}",
            "valid_from": plain.written(row["at"]),
        }
        named = ("object", row["type"], name, str(row["at"]))
        return Told(self._line(row, number, RECORD, named, data), 0)

    def _line(
        self, row: Row, number: int, kind: str, named: tuple[str, ...], data: dict[str, Any]
    ) -> bytes:
        at = plain.written(row["at"])
        return msgspec.json.encode(
            {
                "data": data,
                "id": str(uuid.uuid5(self._space, "\x1f".join(named))),
                "partitionkey": row["top_id"],
                "recordedtime": at,
                "sequence": f"{row['rank']:04}-{number:09}",
                "source": self._source,
                "specversion": "1.0",
                "time": at,
                "type": kind,
            },
            order="deterministic",
        )


def _ranked(chains: Chains) -> pl.DataFrame:
    """Return postings and firsts with all that is told of each, in order."""
    above = (
        chains.above.sort("up_type", "up_id")
        .group_by(NODE)
        .agg(pl.struct("up_type", "up_id", "is_direct").alias("above"), pl.len().alias("rank"))
    )
    created = chains.postings.with_columns(pl.lit(value=False).alias("is_first"))
    firsts = chains.firsts.select(
        pl.lit(0, pl.UInt32).alias("posting"), *NODE, "at",
        pl.lit(0, pl.UInt32).alias("rows"), pl.lit(value=True).alias("is_first"),
    )  # fmt: skip
    told = chains.told.join(above.select(*NODE, "rank"), left_on=["from_type", "from_id"],
                            right_on=NODE, how="left")  # fmt: skip
    nearest = told.sort("rank", "row", descending=[True, False], nulls_last=True)
    nearest = nearest.group_by("posting", maintain_order=True).first()
    stated = nearest.select("posting", pl.struct(*ATTRIBUTES).alias("told"))
    both = pl.concat([created, firsts.select(created.columns)], how="vertical_relaxed")
    found = (
        both.join(above, on=NODE, how="left")
        .join(stated, on="posting", how="left")
        .join(origins(chains.above), on=NODE, how="left")
        .with_columns(
            pl.col("rank").fill_null(0),
            pl.col("top_type").fill_null(pl.col("type")),
            pl.col("top_id").fill_null(pl.col("id")),
        )
    )
    return found.sort(
        "at", "rank", "is_first", *NODE, descending=[False, False, True, False, False]
    )


def _attributes(told: Row) -> dict[str, Any]:
    """Return what the table states of an item, under plain names."""
    stated = {
        name: plain.value(told[column], "REAL" if column in NUMBERS else "")
        for column, name in ATTRIBUTES.items()
    }
    return {name: value for name, value in stated.items() if value not in {None, ""}}

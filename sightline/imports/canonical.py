# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sorted drafts become the canonical table of events, step by step and column by column."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from sightline.events import catalogue
from sightline.events.cells import decimals
from sightline.events.columns import OBJECT, SCHEMA, TIME
from sightline.events.content import content_hash
from sightline.events.plan import FIRST_VERSION
from sightline.events.relations import OBJECT_OF
from sightline.imports import quantities, texts
from sightline.imports.fields import EXT, ID, RECORD, Field, Kind
from sightline.imports.ids import uuid5s
from sightline.imports.plan import Plan, Step

Places = npt.NDArray[np.uint32]
SEQUENCE_DIGITS = 9
TENANT = "main"
EMPTY = {pa.string(): "", pa.bool_(): False}
QUALIFIERS = {"from_loc": "from", "to_loc": "to"}


class Canon:
    """Writes drafts of one plan as canonical events.

    Parameters
    ----------
    shas
        Hashes of the files.
    recorded
        When all of it became known, in milliseconds; 0 when each did as it happened.
    """

    def __init__(self, plan: Plan, shas: Sequence[str], *, recorded: int = 0) -> None:
        self._plan = plan
        self._recorded = recorded
        self._steps = plan.all_steps()
        self._shas = shas

    def table(self, drafts: pl.DataFrame) -> tuple[pa.Table, Places]:
        """Return one event per draft, step by step, and the place of each among `drafts`.

        `drafts` has the columns of the plan and ``file``; none is a refused row.
        """
        drafts = drafts.with_row_index("__at")
        tables, places = [SCHEMA.empty_table()], [np.zeros(0, np.uint32)]
        for (number,), part in drafts.group_by("step", maintain_order=True):
            tables.append(self._events(self._steps[int(str(number))], part))
            places.append(part["__at"].to_numpy())
        return pa.concat_tables(tables), np.concatenate(places)

    def _events(self, step: Step, drafts: pl.DataFrame) -> pa.Table:
        rows = drafts.height
        fields = {name: _Given(step, name, drafts) for name in step.fields}
        columns: dict[str, pa.Array] = {}
        for each in fields.values():
            columns |= each.columns(rows, self._plan.mapping.currency)
        text = _data(fields, drafts, self._plan.mapping.currency)
        times = drafts["time"].to_numpy()
        types = _repeat(step.type, rows)
        data = _arrow(text)
        if ID not in fields:
            columns[ID] = uuid5s(self._names(step, drafts))
        columns |= {
            "source": _repeat(self._plan.mapping.source, rows),
            "type": types,
            "time": pa.array(times).cast(TIME),
            "recordedtime": pa.array(
                np.full_like(times, self._recorded) if self._recorded else times
            ).cast(TIME),
            "tenant": _repeat(TENANT, rows),
            "sequence": self._sequence(drafts["row"]),
            "non_stock": _arrow(drafts["non_stock"], pa.bool_()),
            "content": pa.array(content_hash(types, times, data)),
            "quality_flags": _flags(drafts["flags"].to_numpy(), self._plan.flags),
            "objects": _objects(list(fields.values()), rows),
            "data": data,
        }
        _add_defaults(step, columns, rows)
        return pa.table(
            [columns[f.name] if f.name in columns else _nothing(f, rows) for f in SCHEMA],
            schema=SCHEMA,
        )

    def _sequence(self, rows: pl.Series) -> pa.Array:
        """Return the row numbers; of two imports of one source the later one comes after."""
        numbers = rows.cast(pl.String).str.zfill(SEQUENCE_DIGITS)
        return _arrow(f"{self._recorded:013}." + numbers if self._recorded else numbers)

    def _names(self, step: Step, drafts: pl.DataFrame) -> list[bytes]:
        """Return what makes an event's id: place in its file, or what it says of its case."""
        if self._plan.mapping.kind == "event_log":
            return _case_names(self._plan.mapping.process, drafts)
        tail = f"/{step.type}/{step.index}".encode()
        heads = [f"{sha}/".encode() for sha in self._shas]
        rows, files = drafts["row"].to_list(), drafts["file"].to_list()
        return [b"%b%d%b" % (heads[f], row, tail) for f, row in zip(files, rows, strict=True)]


def _case_names(process: str, drafts: pl.DataFrame) -> list[bytes]:
    keys = drafts.select("f.case", "f.activity", "time", "rank").iter_rows()
    return [
        "\x1f".join((process, case, activity, str(time), str(rank))).encode()
        for case, activity, time, rank in keys
    ]


class _Given:
    """One field of a step: a constant, or a column of the drafts."""

    def __init__(self, step: Step, name: str, drafts: pl.DataFrame) -> None:
        self.field: Field = step.fields[name]
        self.constant = step.constants.get(name)
        self.values = None if name in step.constants else drafts[f"f.{name}"]

    @property
    def kind(self) -> Kind:
        """Return what kind of value it is."""
        return self.field.kind

    def json(self) -> texts.Part:
        """Return its value as JSON, null where it is not stated."""
        if self.values is None:
            return _constant_json(self.kind, self.constant)
        return _json(self.kind, self.values)

    def columns(self, rows: int, currency: str) -> dict[str, pa.Array]:
        """Return the canonical columns that it fills."""
        name = self.field.column
        if not name:
            return {}
        values = self.values
        if values is None:
            values = pl.Series([self.constant]).new_from_index(0, rows)
        if self.kind in {Kind.QUANTITY, Kind.MONEY}:
            known = values.is_not_null().to_numpy()
            units = decimals(values.fill_null(0).to_numpy().astype(np.int64), known)
            money = self.kind is Kind.MONEY
            return {name: units} | ({"currency": _currency(known, currency)} if money else {})
        if self.kind is Kind.MOMENT:
            return {name: _arrow(values, pa.int64()).cast(TIME)}
        arrow = _arrow(values, SCHEMA.field(name).type)
        empty = EMPTY.get(arrow.type)
        return {name: arrow if empty is None else arrow.fill_null(empty)}


def _data(fields: dict[str, _Given], drafts: pl.DataFrame, currency: str) -> pl.Series:
    parts: dict[str, texts.Part] = {}
    free: dict[str, dict[str, texts.Part]] = {EXT: {}, RECORD: {}}
    for name, each in fields.items():
        if name in {"qty", "uom", ID}:
            continue
        prefix = next((each for each in free if name.startswith(each)), "")
        if prefix:
            free[prefix][name.removeprefix(prefix)] = each.json()
        elif each.kind is Kind.MONEY:
            money = texts.constant(currency)
            parts[name] = texts.joined('{"amount":', each.json(), f',"currency":{money}}}')
        elif each.kind is Kind.ACTOR:
            parts[name] = texts.joined('{"id":', each.json(), "}")
        else:
            parts[name] = each.json()
    if "qty" in fields:
        parts["q"] = texts.joined(
            '{"qty":', fields["qty"].json(), ',"uom":', fields["uom"].json(), "}"
        )
    for prefix, inside in free.items():
        if inside:
            inner = texts.object_of(inside, drafts.height)
            parts[prefix.removesuffix(".")] = inner.set(inner == "{}", None)
    if drafts["non_stock"].any():
        parts["non_stock"] = drafts["non_stock"].cast(pl.String).set(~drafts["non_stock"], None)
    return texts.object_of(parts, drafts.height)


def _json(kind: Kind, values: pl.Series) -> pl.Series:
    if kind in {Kind.TEXT, Kind.ACTOR, Kind.WHEN}:
        return texts.quoted(values)
    if kind in {Kind.QUANTITY, Kind.MONEY}:
        return '"' + quantities.to_text(values) + '"'
    if kind in {Kind.JSON, Kind.NUMBER, Kind.LIST}:
        return values
    if kind is Kind.DATE:
        return values.dt.strftime('"%Y-%m-%d"')
    if kind is Kind.MOMENT:
        return moment_json(values)
    return values.cast(pl.String)


def moment_json(milliseconds: pl.Series) -> pl.Series:
    """Return moments as JSON strings: UTC, six decimals where there are any."""
    stamps = milliseconds.cast(pl.Datetime("ms"))
    plain = stamps.dt.strftime('"%Y-%m-%dT%H:%M:%SZ"')
    fine = stamps.dt.strftime('"%Y-%m-%dT%H:%M:%S%.6fZ"')
    return plain.zip_with((milliseconds % 1000 == 0).fill_null(value=True), fine)


def _constant_json(kind: Kind, value: object) -> str:
    if kind in {Kind.QUANTITY, Kind.MONEY, Kind.MOMENT}:
        return str(_json(kind, pl.Series([value], dtype=pl.Int64))[0])
    if kind in {Kind.NUMBER, Kind.LIST}:
        return str(value)
    return texts.constant(value)


def _objects(fields: list[_Given], rows: int) -> pa.ListArray:
    by_attribute = {each.field.attribute: each for each in fields if each.field.attribute}
    named = [by_attribute[name] for name in OBJECT_OF if name in by_attribute]
    ids = [
        each.values
        if each.values is not None
        else pl.Series([str(each.constant)]).new_from_index(0, rows)
        for each in named
    ]
    if not ids:
        return pa.ListArray.from_arrays(pa.array(np.zeros(rows + 1, np.int32)), _no_objects())
    flat = pl.concat([each.rename("") for each in ids])
    order = np.arange(len(flat)).reshape(len(ids), rows).T.ravel()
    known = flat.is_not_null().to_numpy()[order]
    kinds = np.array([OBJECT_OF[each.field.attribute] for each in named], dtype=object)
    quals = np.array([QUALIFIERS.get(each.field.name, "") for each in named], dtype=object)
    which = (order // rows)[known]
    counts = known.reshape(rows, len(ids)).sum(axis=1)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    structs = pa.StructArray.from_arrays(
        [
            pa.array(kinds, pa.string()).take(pa.array(which)),
            _arrow(flat.gather(order[known])),
            pa.array(quals, pa.string()).take(pa.array(which)),
        ],
        fields=list(OBJECT),
    )
    return pa.ListArray.from_arrays(pa.array(offsets), structs)


def _flags(bits: np.ndarray, names: Sequence[str]) -> pa.ListArray:
    raised = (bits[:, None] >> np.arange(len(names), dtype=np.uint32)) & 1
    offsets = np.concatenate([[0], np.cumsum(raised.sum(axis=1))]).astype(np.int32)
    flat = pa.array(names, pa.string()).take(pa.array(np.nonzero(raised)[1]))
    return pa.ListArray.from_arrays(pa.array(offsets), flat)


def _add_defaults(step: Step, columns: dict[str, pa.Array], rows: int) -> None:
    """State what an event may leave open, as decoding a CloudEvent does."""
    kind = catalogue.TYPES[step.type]
    names = kind.struct.__struct_fields__
    if "version" in names:
        versions = columns.get("version", pa.nulls(rows, pa.int64()))
        columns["version"] = versions.fill_null(FIRST_VERSION)
    if kind.default_mode:
        modes = columns.get("mode", _repeat("", rows))
        columns["mode"] = pc.if_else(pc.equal(modes, ""), kind.default_mode, modes)


def _currency(known: np.ndarray, currency: str) -> pa.Array:
    if known.all():
        return _repeat(currency, len(known))
    return pa.array(np.where(known, currency, "").astype(object), pa.string())


def _nothing(column: pa.Field, rows: int) -> pa.Array:
    if pa.types.is_string(column.type):
        return _repeat("", rows)
    if pa.types.is_boolean(column.type):
        return pa.array(np.zeros(rows, bool))
    return pa.nulls(rows, column.type)


def _no_objects() -> pa.StructArray:
    return pa.array([], OBJECT)


def _repeat(value: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), rows)


def _arrow(values: pl.Series, kind: pa.DataType | None = None) -> pa.Array:
    array = values.to_arrow(compat_level=pl.CompatLevel.oldest())
    return array.cast(kind or pa.string())

# SPDX-License-Identifier: AGPL-3.0-or-later
"""From YAML to a `Mapping`, with errors that say which key is wrong and what would be right."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sightline.errors import MappingError, UnknownTypeError
from sightline.events import catalogue
from sightline.imports import language, yaml_tree
from sightline.imports.conditions import is_number
from sightline.imports.fields import ID, fields_of, is_free
from sightline.imports.fingerprint import sha256_of
from sightline.imports.flow.names import FlowNames
from sightline.imports.mapping import (
    Codes,
    Condition,
    EventSpec,
    Mapping,
    Rule,
    Spec,
    Table,
    Unpivot,
)
from sightline.imports.numerals import STYLES
from sightline.imports.times import REPAIRS
from sightline.imports.tree import Tree


def parse(text: str, origin: str, **options: Any) -> Mapping:
    """Return the mapping in the YAML `text`; `options` replace its top-level keys.

    Raises
    ------
    MappingError
        Naming `origin`, the place in it, what is wrong and what would be right.
    """
    return _Reader(origin).whole(yaml_tree.load(text, origin), options)


class _Reader(Tree):
    """Turns the branches of a tree into the parts of a mapping."""

    def whole(self, tree: Any, options: dict[str, Any]) -> Mapping:
        top = self.keys(tree, language.TOP, "the mapping") | options
        self._number = self._style(top.get("number", ""), "number")
        kind = self.choice(top.get("kind", "events"), language.KINDS, "kind")
        if kind == "events":
            self.need(top, ("source", "tables"), "the mapping")
        tables = self.list(top.get("tables", []), "tables")
        names = [each.get("name") for each in tables if isinstance(each, dict)]
        if len(set(names)) < len(tables):
            raise self.wrong("tables", f"have the names {names}", "give each its own")
        return Mapping(
            name=str(top.get("name", self.origin)),
            about=str(top.get("about", "")),
            kind=kind,
            sha256=sha256_of(top),
            source=str(top.get("source", "")),
            zone=self._zone(top.get("zone", "UTC"), "zone"),
            encoding=str(top.get("encoding", "utf-8")),
            delimiter=str(top.get("delimiter", "")),
            currency=str(top.get("currency", "")),
            as_of=self._as_of(top.get("as_of")),
            recorded=self.choice(top.get("recorded", "time"), language.RECORDED, "recorded"),
            tables=tuple(
                self._table(each, f"tables[{i}]", str(top.get("currency", "")))
                for i, each in enumerate(tables)
            ),
            process=str(top.get("process", "")),
            lifecycle=self.choice(
                top.get("lifecycle", "all"), language.LIFECYCLES, "lifecycle"
            ),
            formats=self.names(top.get("formats", [])),
            columns=self._roles(top.get("columns", {})),
            flow=self._flow(top),
        )

    def _table(self, tree: Any, at: str, currency: str) -> Table:
        table = self.keys(tree, language.TABLE, at)
        self.need(table, ("time", "rules"), at)
        common = self.mapping(table.get("common", {}), f"{at}.common")
        rules = self.list(table["rules"], f"{at}.rules")
        parsed = Table(
            name=str(table.get("name", at)),
            time=self._spec(table["time"], f"{at}.time"),
            rules=tuple(
                self._rule(each, common, f"{at}.rules[{i}]") for i, each in enumerate(rules)
            ),
            flags={
                str(name): self._condition(each, f"{at}.flags.{name}")
                for name, each in self.mapping(table.get("flags", {}), f"{at}.flags").items()
            },
            unique=self.names(table.get("unique", [])),
            unique_reason=str(table.get("unique_reason", "second_row")),
            non_stock=self._codes(table.get("non_stock"), f"{at}.non_stock"),
            warn_case=self.names(table.get("warn_case", [])),
            optional=self.names(table.get("optional", [])),
            names=self._names(table.get("names", {}), f"{at}.names"),
            unpivot=self._unpivot(table.get("unpivot"), f"{at}.unpivot"),
        )
        for key, named in (("optional", parsed.optional), ("names", parsed.names)):
            if strange := set(named) - set(parsed.columns()):
                name = min(strange)
                raise self.unknown(f"column {name!r}", name, parsed.columns(), f"{at}.{key}")
        self._check_currency(parsed, currency, at)
        self._check_common(parsed, common, at)
        return parsed

    def _rule(self, tree: Any, common: dict[str, Any], at: str) -> Rule:
        rule = self.keys(tree, language.RULE, at)
        if len({"events", "reject", "skip"} & rule.keys()) != 1:
            raise self.wrong(at, "has to have events, reject or skip", "keep one of them")
        when = rule.get("when")
        return Rule(
            when=self._condition(when, f"{at}.when") if when else None,
            reject=str(rule.get("reject", "")),
            skip=str(rule.get("skip", "")),
            events=tuple(
                self._event(each, common, f"{at}.events[{i}]")
                for i, each in enumerate(self.list(rule.get("events", []), f"{at}.events"))
            ),
        )

    def _event(self, tree: Any, common: dict[str, Any], at: str) -> EventSpec:
        event = self.keys(tree, language.EVENT, at)
        self.need(event, ("type",), at)
        try:
            kind = catalogue.find(str(event["type"]))
        except UnknownTypeError as error:
            raise MappingError(f"{self.origin}, {at}.type: {error}") from error
        legal = fields_of(kind.full)
        dropped = self.names(event.get("without", []))
        trees = {
            name: branch
            for name, branch in common.items()
            if name not in dropped and (name in legal or is_free(name, kind.full))
        }
        trees |= self.mapping(event.get("fields", {}), f"{at}.fields")
        for name in trees:
            if name not in legal and not is_free(name, kind.full):
                raise self.unknown(f"field {name!r} of {kind.name}", name, legal, at)
        self.need(trees, [name for name, each in legal.items() if each.required], at)
        trees |= {ID: event["id"]} if ID in event else {}
        time = event.get("time")
        return EventSpec(
            type=kind.full,
            fields={
                name: self._spec(each, f"{at}.fields.{name}") for name, each in trees.items()
            },
            time=self._spec(time, f"{at}.time") if time else None,
            optional=bool(event.get("optional", False)),
        )

    def _spec(self, tree: Any, at: str) -> Spec:
        if isinstance(tree, str):
            tree = {"text": tree} if "{" in tree else {"column": tree}
        spec = self.keys(tree, language.SPEC, at)
        origins = [
            key for key in ("column", "columns", "value", "text", "as_of") if key in spec
        ]
        if len(origins) != 1:
            raise self.wrong(at, "needs exactly one of column, columns, value, text, as_of")
        decimals = spec.get("round")
        if decimals is not None and decimals not in range(5):
            raise self.wrong(at, f"rounds to {decimals!r}", "give 0 to 4 decimals")
        repair = str(spec.get("repair", ""))
        if repair and repair not in REPAIRS:
            raise self.unknown(f"repair {repair!r}", repair, REPAIRS, at)
        return Spec(
            columns=self.names(spec.get("columns", spec.get("column", []))),
            constant=spec.get("value"),
            template=str(spec.get("text", "")),
            nulls=self.names(spec.get("nulls", [])),
            map=tuple(
                (str(old), str(new))
                for old, new in self.mapping(spec.get("map", {}), f"{at}.map").items()
            ),
            absolute=bool(spec.get("abs", False)),
            negated=bool(spec.get("negate", False)),
            number=self._style(spec.get("number", self._number), at),
            decimals=decimals,
            formats=self.names(spec.get("formats", [])),
            zone=self._zone(spec["zone"], f"{at}.zone") if "zone" in spec else "",
            repair=repair,
            as_of=bool(spec.get("as_of", False)),
            per=str(spec.get("per", "")),
            default=str(spec.get("default", "")),
            split=str(spec.get("split", ";")),
        )

    def _condition(self, tree: Any, at: str) -> Condition:
        alternatives = []
        for each in tree if isinstance(tree, list) else [tree]:
            tests = []
            for column, test in self.mapping(each, at).items():
                for name, value in self.keys(test, language.TESTS, f"{at}.{column}").items():
                    self._check_test(str(column), name, value, f"{at}.{column}")
                    tests.append((str(column), (name, value)))
            alternatives.append(tuple(tests))
        return Condition(tuple(alternatives), self._number)

    def _names(self, tree: Any, at: str) -> dict[str, tuple[str, ...]]:
        return {str(key): self.names(value) for key, value in self.mapping(tree, at).items()}

    def _unpivot(self, tree: Any, at: str) -> Unpivot | None:
        if tree is None:
            return None
        told = self.keys(tree, language.UNPIVOT, at)
        self.need(told, sorted(language.UNPIVOT), at)
        return Unpivot(
            columns=self.names(told["columns"]),
            name=str(told["name"]),
            value=str(told["value"]),
        )

    def _codes(self, tree: Any, at: str) -> Codes | None:
        if tree is None:
            return None
        codes = self.keys(tree, {"column", "codes"}, at)
        self.need(codes, ("column", "codes"), at)
        names = self.names(codes["codes"])
        return Codes(
            column=str(codes["column"]),
            codes=frozenset(name for name in names if not name.endswith("*")),
            prefixes=tuple(name[:-1] for name in names if name.endswith("*")),
        )

    def _roles(self, tree: Any) -> dict[str, str]:
        roles = self.keys(tree, language.ROLES, "columns")
        return {role: str(column) for role, column in roles.items()}

    def _flow(self, top: dict[str, Any]) -> FlowNames:
        told = {
            name: {str(code): str(each) for code, each in self.mapping(tree, name).items()}
            for name in language.FLOW
            if (tree := top.get(name)) is not None
        }
        return FlowNames(**told)

    def _as_of(self, value: Any) -> date | datetime | None:
        if value is None or isinstance(value, date):
            return value
        try:
            return (
                datetime.fromisoformat(value)
                if len(value) > len("2020-05-31")
                else (date.fromisoformat(value))
            )
        except (TypeError, ValueError):
            raise self.wrong("as_of", f"is {value!r}", "write it as 2020-05-31") from None

    def _check_currency(self, table: Table, currency: str, at: str) -> None:
        money = {"price", "unit_cost", "cost", "freight"}
        if not currency and any(money & set(event.fields) for event in table.events()):
            raise self.wrong(at, "gives money but no currency", "add `currency: EUR` on top")

    def _check_common(self, table: Table, common: dict[str, Any], at: str) -> None:
        legal = {name for event in table.events() for name in fields_of(event.type)}
        types = [event.type for event in table.events()]
        for name in common:
            if name not in legal and not any(is_free(name, full) for full in types):
                raise self.unknown(f"field {name!r}", name, legal, f"{at}.common")

    def _check_test(self, column: str, name: str, value: Any, at: str) -> None:
        """Refuse tests that could never hold."""
        is_time = column == "time"
        if is_time != (name in language.DAY_TESTS) or (is_time and value != "as_of"):
            raise self.wrong(at, f"tests {column} with {name}", "write time: {until: as_of}")
        if name == "in" and not isinstance(value, list):
            raise self.wrong(at, f"has in: {value!r}", "give a list, such as in: [a, b]")
        if name in {"above", "below"} and not is_number(value):
            raise self.wrong(at, f"compares with {value!r}", "give a number")

    def _style(self, name: Any, at: str) -> str:
        if name and name not in STYLES:
            known = ", ".join(f'"{each}"' for each in STYLES)
            raise self.wrong(at, f"has number: {name!r}", f"write 1234.56 as one of {known}")
        return str(name)

    def _zone(self, name: Any, at: str) -> str:
        try:
            ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError):
            raise self.wrong(at, f"is {name!r}", "write it as Europe/London") from None
        return str(name)

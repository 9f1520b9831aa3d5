# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mapping says, as values: the shape of a YAML file in ``mappings/``."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from sightline.imports.flow.names import FlowNames

Test = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Spec:
    """Where one value comes from and what is done to it, in this order.

    Attributes
    ----------
    columns
        The first of these that is not empty; none for a constant or a template.
    constant, template
        A fixed value, or text with ``{column}`` places.
    nulls
        Patterns (``*`` at the end) that mean "not known"; each match is counted.
    map
        Text to text; other values stay.
    absolute, negated
        What to do with a number.
    number
        How numbers are written, one of `sightline.imports.numerals.STYLES`; "" is plain.
    decimals
        Round to so many decimals and flag the row; None refuses what does not fit.
    formats, zone, repair
        How to read a time; see `sightline.imports.times`.
    as_of
        The value is the mapping's ``as_of``.
    per
        Column that a number is divided by.
    default
        What stands where the columns say nothing: a text, ``{column}`` in it, or ``as_of``.
    split
        What separates the texts of a list.
    """

    columns: tuple[str, ...] = ()
    constant: Any = None
    template: str = ""
    nulls: tuple[str, ...] = ()
    map: tuple[tuple[str, str], ...] = ()
    absolute: bool = False
    negated: bool = False
    number: str = ""
    decimals: int | None = None
    formats: tuple[str, ...] = ()
    zone: str = ""
    repair: str = ""
    as_of: bool = False
    per: str = ""
    default: str = ""
    split: str = ";"


@dataclass(frozen=True, slots=True)
class Condition:
    """Any of the alternatives; each is a set of (column, test) that must all hold.

    Numbers are compared as ``number`` says that they are written; see `Spec`.
    """

    alternatives: tuple[tuple[tuple[str, Test], ...], ...]
    number: str = ""

    def columns(self) -> list[str]:
        """Return the columns it looks at."""
        tests = [test for alternative in self.alternatives for test in alternative]
        others = [str(value) for _, (name, value) in tests if name == "same"]
        return [column for column, _ in tests] + others


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSpec:
    """One event of a row: its full type, its fields, and its time if not the table's.

    A field ``id`` is the event's id; without it the id comes from file, row and type.
    """

    type: str
    fields: dict[str, Spec]
    time: Spec | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a row becomes when `when` holds.

    Events, or a refusal with a reason, or nothing at all, with a reason to count by.
    """

    when: Condition | None
    events: tuple[EventSpec, ...] = ()
    reject: str = ""
    skip: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Codes of a column that name a service rather than a thing in stock."""

    column: str
    codes: frozenset[str]
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpivot:
    """Columns that become rows: patterns of their names, where name and value go."""

    columns: tuple[str, ...]
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """How the rows of one kind of file become events; the first rule that holds wins.

    Attributes
    ----------
    optional
        Columns that a file may lack.
    names
        Column → other names by which files know it.
    """

    name: str
    time: Spec
    rules: tuple[Rule, ...]
    optional: tuple[str, ...] = ()
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unpivot: Unpivot | None = None
    flags: dict[str, Condition] = field(default_factory=dict)
    unique: tuple[str, ...] = ()
    unique_reason: str = "second_row"
    non_stock: Codes | None = None
    warn_case: tuple[str, ...] = ()

    def needed(self) -> list[str]:
        """Return the columns without which a file is none of this table."""
        made = {self.unpivot.name, self.unpivot.value} if self.unpivot else set()
        return [name for name in self.columns() if name not in {*self.optional, *made}]

    def columns(self) -> list[str]:
        """Return every column of the file that the table knows."""
        needed = [*_columns_of(self.time), *self.unique, *self.warn_case]
        for condition in [rule.when for rule in self.rules] + list(self.flags.values()):
            needed += condition.columns() if condition else []
        for event in self.events():
            needed += _columns_of(event.time) if event.time else []
            for spec in event.fields.values():
                needed += _columns_of(spec)
        needed += [self.non_stock.column] if self.non_stock else []
        return [name for name in dict.fromkeys(needed) if name not in {"row", "time"}]

    def events(self) -> list[EventSpec]:
        """Return the events of all rules, in order."""
        return [event for rule in self.rules for event in rule.events]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """A whole mapping, ready to use.

    Attributes
    ----------
    sha256
        Hash of everything that can change its events, options included.
    origin, options
        What to load it by again: its name or path, and the keys that were replaced.
    recorded
        ``import``: events became known when they were imported, not when they happened.
    formats
        Event logs only: how their times are written; ISO 8601 when none.
    columns
        Event logs only: role (``case``, ``activity`` …) → column, where stated.
    flow
        Document flows only: what documents and movements are called.
    """

    name: str
    about: str
    kind: Literal["events", "event_log", "document_flow"]
    sha256: str
    source: str = ""
    zone: str = "UTC"
    encoding: str = "utf-8"
    delimiter: str = ""
    currency: str = ""
    as_of: date | datetime | None = None
    recorded: Literal["time", "import"] = "time"
    tables: tuple[Table, ...] = ()
    process: str = ""
    lifecycle: Literal["all", "complete"] = "all"
    formats: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    origin: str = ""
    options: dict[str, str] = field(default_factory=dict)
    flow: FlowNames = field(default_factory=FlowNames)


def _columns_of(spec: Spec) -> list[str]:
    per = [spec.per] if spec.per else []
    return [*spec.columns, *places(spec.template), *per, *places(spec.default)]


def places(template: str) -> list[str]:
    """Return the columns named in a template.

    >>> places("{Invoice}/{row}")
    ['Invoice', 'row']
    """
    return [part.split("}")[0] for part in template.split("{")[1:]]

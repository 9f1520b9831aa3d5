# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the events of one type fill the canonical columns."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from sightline.events import wire
from sightline.events.catalogue import TYPES
from sightline.events.cells import Cells
from sightline.events.naming import Namer
from sightline.events.records import put_records
from sightline.events.refusal import Fault
from sightline.events.routing import RECORD
from sightline.events.values import (
    Faults,
    Rows,
    priced,
    put_actors,
    put_amounts,
    put_days,
    put_moments,
    put_non_stock,
    put_quantities,
    put_statements,
)

STRAIGHT = (
    *("item", "loc", "to_loc", "order_line", "po_line", "transfer_line", "asn_line"),
    *("version", "mode", "closes", "policy_rank", "reverses", "reverses_source", "customer"),
    *("supplier", "role", "resource", "region", "reason_code", "reason"),
    *("process", "case_id", "activity", "lifecycle"),
)
JUDGED = (
    *("q", "short_q", "money", "amount", "currency", "due", "start_time"),
    *("actor", "non_stock", "klass", "authoritative"),
)
FIRST_VERSION = 1


class Plan:
    """Fills cells from the data of one event type.

    Attributes
    ----------
    namer
        Finds the objects that such data names.
    """

    def __init__(self, full: str) -> None:
        struct = wire.DATA[full]
        self._kind = TYPES[full]
        encoded = zip(struct.__struct_fields__, struct.__struct_encode_fields__, strict=True)
        self._path = {name: f"data.{field}" for name, field in encoded}
        self._names = tuple(name for name in (*STRAIGHT, *JUDGED) if name in self._path)
        self._get = {name: attrgetter(name) for name in self._names}
        self.namer = Namer(struct)

    def fill(self, cells: Cells, at: Rows, datas: Sequence[Any], faults: Faults) -> None:
        """Put what `datas` state into the rows `at`; note impossible values in `faults`."""
        columns = {name: list(map(get, datas)) for name, get in self._get.items()}
        stated: dict[str, Sequence[Any]] = {
            name: values for name, values in columns.items() if values.count(None) < len(datas)
        }
        self._add_defaults(stated, len(datas))
        for name in STRAIGHT:
            if name in stated:
                cells.put(name, at, stated[name])
        self._fill_judged(cells, at, stated, faults)
        if self._kind.full == RECORD:
            put_records(cells, at, datas, faults)

    def _add_defaults(self, stated: dict[str, Sequence[Any]], rows: int) -> None:
        """State what an event may leave open."""
        if "version" in self._names:
            stated["version"] = _or_else(stated.get("version"), FIRST_VERSION, rows)
        if (mode := self._kind.default_mode) is not None:
            stated["mode"] = _or_else(stated.get("mode"), mode, rows)

    def _fill_judged(
        self, cells: Cells, at: Rows, stated: dict[str, Sequence[Any]], faults: Faults
    ) -> None:
        """Put the values that may be impossible, and those that take two fields."""
        none = (None,) * len(at)
        if "q" in stated:
            self._put_quantity(cells, at, stated["q"], faults)
        if "short_q" in self._path:
            self._put_short(cells, at, stated.get("short_q", none), faults)
        if "money" in stated:
            paid = map(priced, stated["money"], stated.get("currency", none))
            put_amounts(cells, at, paid, faults, field=self._path["money"])
        if "amount" in stated:
            pairs = zip(stated["amount"], stated.get("currency", none), strict=True)
            put_amounts(cells, at, pairs, faults, field="data")
        if "due" in stated:
            put_days(cells, at, stated["due"], faults, field=self._path["due"])
        if "start_time" in stated:
            path = self._path["start_time"]
            put_moments(cells, at, stated["start_time"], faults, field=path)
        if "actor" in stated:
            put_actors(cells, at, stated["actor"])
        if "authoritative" in stated:
            put_statements(cells, at, stated["authoritative"])
        if "non_stock" in stated or "klass" in stated:
            claims, classes = stated.get("non_stock", none), stated.get("klass", none)
            put_non_stock(cells, at, claims, classes)

    def _put_quantity(
        self, cells: Cells, at: Rows, blocks: Sequence[Any], faults: Faults
    ) -> None:
        put_quantities(
            cells,
            at,
            blocks,
            faults,
            into="base_qty",
            field=self._path["q"],
            signed=self._kind.signed,
            zero=self._kind.zero_allowed,
        )

    def _put_short(self, cells: Cells, at: Rows, blocks: Sequence[Any], faults: Faults) -> None:
        """Put the short quantity; without one, a receipt of 0 says nothing."""
        field = self._path["short_q"]
        put_quantities(
            cells, at, blocks, faults, into="short_qty", field=field, signed=False, zero=True
        )
        received, short = cells.get("base_qty"), cells.get("short_qty")
        for row in at.tolist():
            if (
                received is not None
                and received[row] == 0
                and not (short is not None and short[row])
            ):
                text = (
                    "data.q.qty is 0 and nothing is short; expected more than 0 of one of them"
                )
                faults.setdefault(row, Fault("zero", "data.q.qty", text))


def _or_else(values: Sequence[Any] | None, default: object, rows: int) -> Sequence[Any]:
    if values is None:
        return (default,) * rows
    return tuple(default if value is None else value for value in values)


PLANS = {struct: Plan(full) for full, struct in wire.EVENT.items()}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to order lines, spelt out: columns in, pieces of events out."""

from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pyarrow as pa

from sightline.sim.cast.carriers import CARRIERS
from sightline.sim.cast.kinds import CHANNELS, REGIONS, Customer
from sightline.sim.engine.draws import Keys, mixed
from sightline.sim.engine.moments import Ints
from sightline.sim.systems.naming import Naming
from sightline.sim.systems.quantities import Quantities
from sightline.sim.systems.sources import ERP, Sources
from sightline.sim.systems.spelling import Piece, amounts, day_texts, joined, looked_up, whole
from sightline.sim.systems.spelt import Spelt

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

NOBODY = -1
DISPOSITIONS = pa.array(["resalable", "inspect", "damaged", "scrap"])
BASES = pa.array(["atp", "leadtime", "manual"])
INITIATORS = pa.array(["customer", "company"])
STRENGTHS = pa.array(["soft", "hard"])
FLAGS = pa.array(["false", "true"])
REASONS = pa.array(["NO_STOCK"])


class Rows:
    """The columns of one kind, with the texts that all order lines share."""

    def __init__(self, at: Ints, columns: dict[str, Ints], naming: Naming) -> None:
        self.at = at
        self.columns = columns
        self.customer, self.item = columns["customer"], columns["item"]
        self.order = naming.orders(self.customer, columns["day"], columns["nth"])
        self.line = naming.lines(self.order, self.item)
        self.moment = whole(at // 1000)

    def __getitem__(self, name: str) -> Ints:
        """Return a column."""
        return self.columns[name]


class OrderKinds:
    """Spells order lines of a cast."""

    def __init__(self, cast: "Cast", sources: Sources, naming: Naming) -> None:
        self._naming = naming
        self._quantities = Quantities(cast)
        self._sources = sources
        self._keys = cast.customer_keys
        self._channel = cast.customer_channel
        self._segments = pa.array([_segment(each) for each in cast.customers])
        self._regions, self._channels = pa.array(REGIONS), pa.array(CHANNELS)
        self._carriers = pa.array(CARRIERS)
        self.by_kind = {
            "demand.line_placed": self.placed,
            "demand.line_changed": self.changed,
            "demand.line_cancelled": self.cancelled,
            "demand.line_promised": self.promised,
            "demand.line_backordered": self.backordered,
            "allocation.changed": self.allocated,
            "inventory.shipment": self.shipped,
            "inventory.returned": self.returned,
        }

    def rows(self, at: Ints, columns: dict[str, Ints]) -> Rows:
        """Return columns with what their lines are called."""
        return Rows(at, columns, self._naming)

    def placed(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell orders of customers."""
        rows = self.rows(at, columns)
        data = [
            *self._named(rows),
            ',"version":1,"q":',
            *self._stated(rows),
            ',"price":',
            *amounts(rows["price"]),
            ',"requested_date":"',
            day_texts(rows["requested_day"]),
            '","channel":"',
            looked_up(self._channels, rows["channel"]),
            '","region":"',
            looked_up(self._regions, rows["region"]),
            '",',
            looked_up(self._segments, rows.customer),
            ',"objects":[{"type":"order","id":"',
            rows.order,
            '"},{"type":"order_line","id":"',
            rows.line,
            '"},{"type":"customer","id":"',
            looked_up(self._naming.customers, rows.customer),
            '"}]',
        ]
        source = self._sources.of_channel[rows["channel"]]
        return self._spelt(rows, source, ["placed/", rows.line], data)

    def changed(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell changes of the ordered quantity or the requested day."""
        rows = self.rows(at, columns)
        version = whole(rows["version"])
        data = [
            *self._named(rows),
            ',"version":',
            version,
            ',"q":',
            *self._quantities.pieces(rows["units"]),
            ',"requested_date":"',
            day_texts(rows["requested_day"]),
            '","initiator":"customer"',
            *self._objects(rows),
        ]
        name: list[Piece] = ["changed/", rows.line, "/", version]
        return self._spelt(rows, self._of_customer(rows), name, data)

    def cancelled(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell quantities that are no longer wanted."""
        rows = self.rows(at, columns)
        version, initiator = whole(rows["version"]), rows["initiator"]
        data = [
            *self._named(rows),
            ',"version":',
            version,
            ',"q":',
            *self._quantities.pieces(rows["units"]),
            ',"initiator":"',
            looked_up(INITIATORS, initiator),
            '"',
            *self._objects(rows),
        ]
        erp = self._sources.index[ERP]
        source = np.where(initiator == 0, self._of_customer(rows), erp)
        return self._spelt(rows, source, ["cancelled/", rows.line, "/", version], data)

    def promised(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell promises of a day."""
        rows = self.rows(at, columns)
        number = whole(rows["promise_no"])
        data = [
            *self._named(rows),
            ',"promise_date":"',
            day_texts(rows["promise_day"]),
            '","promise_no":',
            number,
            ',"basis":"',
            looked_up(BASES, rows["basis"]),
            '","q":',
            *self._quantities.pieces(rows["units"]),
            *self._objects(rows),
        ]
        return self._by_erp(rows, ["promised/", rows.line, "/", number], data)

    def backordered(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell lines that wait for stock."""
        rows = self.rows(at, columns)
        data = [
            *self._named(rows),
            ',"q":',
            *self._quantities.pieces(rows["units"]),
            ',"reason":"',
            looked_up(REASONS, rows["reason"]),
            '"',
            *self._objects(rows),
        ]
        return self._by_erp(rows, ["backordered/", rows.line, "/", rows.moment], data)

    def allocated(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell stock that is kept for a line, or taken from it."""
        rows = self.rows(at, columns)
        place = looked_up(self._naming.places, rows["place"])
        strength = looked_up(STRENGTHS, rows["hard"])
        units = whole(rows["units"])
        data: list[Piece] = [
            '"item":"',
            looked_up(self._naming.items, rows.item),
            '","loc":"',
            place,
            '","order_line":"',
            rows.line,
            '","q":',
            *self._quantities.pieces(rows["units"]),
            ',"kind":"',
            strength,
            '","policy_rank":',
            whole(rows["rank"]),
            self._giver(rows),
            *self._objects(rows),
        ]
        name: list[Piece] = ["allocated/", rows.line, "/", place, "/", rows.moment]
        return self._by_erp(rows, [*name, "/", strength, "/", units], data)

    def shipped(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell goods that leave for customers."""
        rows = self.rows(at, columns)
        place = rows["place"]
        wave = self._naming.waves(place, rows["wave_day"], rows["wave_no"], rows["wave_cut"])
        data = [
            *self._named(rows),
            ',"q":',
            *self._stated(rows),
            ',"price":',
            *amounts(rows["price"]),
            ',"freight":',
            *amounts(rows["freight"]),
            ',"carrier":"',
            looked_up(self._carriers, rows["carrier"]),
            '","expedite":',
            looked_up(FLAGS, rows["expedite"]),
            ',"wave":"',
            wave,
            '","objects":[{"type":"order_line","id":"',
            rows.line,
            '"},{"type":"wave","id":"',
            wave,
            '"}]',
        ]
        name: list[Piece] = ["shipped/", rows.line, "/", wave, "/", rows.moment]
        return self._spelt(rows, self._sources.of_place[place], name, data)

    def returned(self, at: Ints, columns: dict[str, Ints]) -> Spelt:
        """Spell goods that customers send back."""
        rows = self.rows(at, columns)
        data = [
            *self._named(rows),
            ',"q":',
            *self._quantities.pieces(rows["units"]),
            ',"disposition":"',
            looked_up(DISPOSITIONS, rows["disposition"]),
            '"',
            *self._objects(rows),
        ]
        source = self._sources.of_place[rows["place"]]
        name: list[Piece] = ["returned/", rows.line, "/", whole(rows["number"])]
        return self._spelt(rows, source, name, data)

    def _named(self, rows: Rows) -> list[Piece]:
        return [
            '"item":"',
            looked_up(self._naming.items, rows.item),
            '","loc":"',
            looked_up(self._naming.places, rows["place"]),
            '","order_line":"',
            rows.line,
            '","order":"',
            rows.order,
            '","customer":"',
            looked_up(self._naming.customers, rows.customer),
            '"',
        ]

    def _objects(self, rows: Rows) -> list[Piece]:
        return [
            ',"objects":[{"type":"order_line","id":"',
            rows.line,
            '"},{"type":"order","id":"',
            rows.order,
            '"}]',
        ]

    def _giver(self, rows: Rows) -> Piece:
        """Return who gave the stock up, where anybody did."""
        gives = rows["from_customer"] != NOBODY
        if not gives.any():
            return ""
        columns = (np.maximum(rows[f"from_{name}"], 0) for name in ("customer", "day", "nth"))
        lines = self._naming.lines(self._naming.orders(*columns), rows.item)
        stated = joined(',"from_order_line":"', lines, '"').to_numpy(zero_copy_only=False)
        return pa.array(np.where(gives, stated, ""), pa.string())

    def _stated(self, rows: Rows) -> list[Piece]:
        return self._quantities.stated(rows.item, rows["units"], rows["in_cases"])

    def _of_customer(self, rows: Rows) -> Ints:
        return np.asarray(self._sources.of_channel[self._channel[rows.customer]])

    def _by_erp(self, rows: Rows, name: list[Piece], data: list[Piece]) -> Spelt:
        source = np.full(len(rows.at), self._sources.index[ERP])
        return self._spelt(rows, source, name, data)

    def _spelt(self, rows: Rows, source: Ints, name: list[Piece], data: list[Piece]) -> Spelt:
        return Spelt(source, name, rows.item, self._together(rows), rows.order, data)

    def _together(self, rows: Rows) -> Keys:
        number = (rows["day"] * 1024 + rows["nth"]).astype(np.uint64)
        return mixed(self._keys[rows.customer], number)


def _segment(customer: Customer) -> str:
    """Return what an order says of its customer, as JSON without braces."""
    told: dict[str, str | int] = {"segment": customer.segment, "tier": customer.tier}
    if customer.contract:
        told["contract"] = customer.contract
    return msgspec.json.encode(told).decode()[1:-1]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Positions of many events at once: EVENTS section 4 by document, in polars.

A second opinion beside `tests.oracles.positions`, made for hundreds of thousands of events in
whole base units. It shares no code with the product, the world or that slow oracle. It is
about one tenant, and an order line is served from one location.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import polars as pl

MEASURES = (
    "on_hand",
    "reserved",
    "hold",
    "on_order",
    "in_transit",
    "outstanding",
    "backordered",
)
EFFECTS = {
    "inventory.receipt": 1,
    "inventory.shipment": -1,
    "inventory.issue": -1,
    "inventory.adjusted": 1,
    "inventory.returned": 1,
    "transfer.shipped": -1,
    "transfer.received": 1,
}
KINDS = {
    *EFFECTS,
    "inventory.counted",
    "inventory.hold_changed",
    "inventory.reversed",
    "transfer.requested",
    "allocation.changed",
    "demand.line_placed",
    "demand.line_changed",
    "demand.line_cancelled",
    "supply.po_released",
    "supply.po_changed",
    "supply.asn",
}
HERE = ["item", "loc"]
LINE = ["item", "line"]
ORDER = ["time", "recorded", "source", "sequence", "id"]


class Quantity(msgspec.Struct):
    """A quantity block; the world's quantities are whole base units."""

    qty: str
    base_qty: str = ""
    conv_num: int = 1
    conv_den: int = 1

    @property
    def units(self) -> int:
        """Return whole base units."""
        said = Decimal(self.base_qty or self.qty)
        units = said if self.base_qty else said * self.conv_num / self.conv_den
        assert units == int(units), self
        return int(units)


class Data(msgspec.Struct):
    """The fields that positions depend on."""

    item: str = ""
    loc: str = ""
    from_loc: str = ""
    to_loc: str = ""
    q: Quantity | None = None
    short_q: Quantity | None = None
    version: int = 1
    order_line: str = ""
    po_line: str = ""
    transfer_line: str = ""
    asn_line: str = ""
    final: bool = False
    closed_short: bool = False
    bucket: str = ""
    disposition: str = ""
    reverses: str = ""


class Cloud(msgspec.Struct):
    """An event in its envelope."""

    id: str
    source: str
    type: str
    time: str
    data: msgspec.Raw
    recordedtime: str = ""
    sequence: str = ""


def read(lines: Iterable[bytes]) -> pl.DataFrame:
    """Return the events that move positions, each once, in the order of `lines`."""
    decode = msgspec.json.Decoder(Cloud).decode
    rows = [
        _row(kind, cloud, DATA.decode(cloud.data))
        for cloud in map(decode, lines)
        if (kind := cloud.type.removeprefix("io.sightline.").removesuffix(".v1")) in KINDS
    ]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return frame.unique(["source", "id"], keep="first", maintain_order=True)


DATA = msgspec.json.Decoder(Data)
SCHEMA: dict[str, Any] = {
    "kind": pl.String,
    "id": pl.String,
    "source": pl.String,
    "sequence": pl.String,
    "time": pl.Int64,
    "recorded": pl.Int64,
    "item": pl.String,
    "loc": pl.String,
    "to_loc": pl.String,
    "q": pl.Int64,
    "short": pl.Int64,
    "version": pl.Int64,
    "line": pl.String,
    "asn_line": pl.String,
    "final": pl.Boolean,
    "closed_short": pl.Boolean,
    "held": pl.Boolean,
    "reverses": pl.String,
}


def _row(kind: str, cloud: Cloud, data: Data) -> tuple[Any, ...]:
    held = (
        kind == "inventory.hold_changed"
        or data.bucket in ("quality", "blocked")
        or data.disposition not in ("", "resalable")
    )
    return (
        kind,
        cloud.id,
        cloud.source,
        cloud.sequence,
        micros(cloud.time),
        micros(cloud.recordedtime or cloud.time),
        data.item,
        data.loc or (data.from_loc if kind == "transfer.shipped" else data.to_loc),
        data.to_loc,
        data.q.units if data.q else 0,
        data.short_q.units if data.short_q else 0,
        data.version,
        data.order_line or data.po_line or data.transfer_line,
        data.asn_line,
        data.final,
        data.closed_short,
        held,
        data.reverses,
    )


def micros(text: str) -> int:
    """Return RFC 3339 `text` as microseconds since 1970."""
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)


def reduce(events: pl.DataFrame, until: int | None = None) -> pl.DataFrame:
    """Return item, loc and measures as of `until` (µs, inclusive); zeros are left out.

    What is reversed never happened, whenever that became known.
    """
    undone = _of(events, "inventory.reversed").select("source", "item", id="reverses")
    if until is not None:
        events = events.filter(pl.col("time") <= until)
    standing = events.join(undone, on=["source", "item", "id"], how="anti")
    parts = [
        _on_hand(standing),
        _sum(standing.filter("held"), hold=pl.col("q")),
        _orders(standing, events),
        _purchases(standing),
        _transfers(standing),
    ]
    total = pl.concat(parts, how="diagonal").group_by(HERE).agg(pl.col(MEASURES).sum())
    return without_zeros(total)


def without_zeros(states: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with anything in them, in order of item and location."""
    return states.filter(pl.any_horizontal(pl.col(MEASURES) != 0)).sort(HERE)


def _sum(events: pl.DataFrame, **measures: pl.Expr) -> pl.DataFrame:
    return events.group_by(HERE).agg(**{name: each.sum() for name, each in measures.items()})


def _of(events: pl.DataFrame, *kinds: str) -> pl.DataFrame:
    return events.filter(pl.col("kind").is_in(kinds))


def _on_hand(standing: pl.DataFrame) -> pl.DataFrame:
    """Return the last count plus what moved after it."""
    moves = _of(standing, "inventory.counted", *EFFECTS).sort(ORDER).with_row_index("nth")
    counts = (
        _of(moves, "inventory.counted")
        .group_by(HERE)
        .agg(counted=pl.col("nth").max(), base=pl.col("q").last())
    )
    sign = pl.col("kind").replace_strict(EFFECTS, default=0, return_dtype=pl.Int64)
    after = pl.col("nth") > pl.col("counted").fill_null(-1)
    return (
        moves.join(counts, on=HERE, how="left")
        .group_by(HERE)
        .agg(
            on_hand=pl.col("base").first().fill_null(0)
            + (pl.col("q") * sign).filter(after).sum()
        )
    )


# --- order lines --------------------------------------------------------------------------


def _orders(standing: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    winner = _winner(_of(standing, "demand.line_placed", "demand.line_changed"))
    allocated = (
        _of(standing, "allocation.changed")
        .group_by(LINE)
        .agg(pl.col("loc").first(), kept=pl.col("q").sum(), locs=pl.col("loc").n_unique())
    )
    assert (allocated["locs"] == 1).all()
    shipped = _of(standing, "inventory.shipment").group_by(LINE).agg(gone=pl.col("q").sum())
    lines = (
        winner.join(_cancelled(standing, winner, known), on=LINE, how="left")
        .join(shipped, on=LINE, how="left")
        .join(allocated.drop("locs"), on=LINE, how="left", suffix="_kept")
        .with_columns(pl.col("off", "gone", "kept").fill_null(0))
    )
    assert (lines["loc_kept"].fill_null(lines["loc"]) == lines["loc"]).all()
    left = pl.col("q") - pl.col("off") - pl.col("gone")
    lines = lines.with_columns(
        out=pl.when(pl.col("is_closed").fill_null(value=False)).then(0).otherwise(left)
    ).with_columns(pl.col("out").clip(lower_bound=0))
    kept = pl.min_horizontal(
        (pl.col("kept") - pl.col("gone")).clip(lower_bound=0), pl.col("out")
    )
    return _sum(
        lines, outstanding=pl.col("out"), reserved=kept, backordered=pl.col("out") - kept
    )


def _cancelled(
    standing: pl.DataFrame, winner: pl.DataFrame, known: pl.DataFrame
) -> pl.DataFrame:
    """Return what cancels took off, and whether one brought the line to 0, by line.

    A cancel sees the shipments before it, also those that are reversed later.
    """
    cancels = (
        _of(standing, "demand.line_cancelled")
        .join(winner.select(*LINE, "version", "q"), on=LINE, suffix="_won")
        .filter(pl.col("version") >= pl.col("version_won"))
        .sort(ORDER)
        .with_columns(left=pl.col("q_won") - pl.col("q").cum_sum().over(LINE))
    )
    shipments = _of(known, "inventory.shipment").select(*LINE, shipped="q", went="time")
    seen = (
        cancels.join(shipments, on=LINE, how="left")
        .group_by([*LINE, "id"])
        .agg(gone=pl.col("shipped").filter(pl.col("went") <= pl.col("time")).sum())
    )
    return (
        cancels.join(seen, on=[*LINE, "id"])
        .group_by(LINE)
        .agg(off=pl.col("q").sum(), is_closed=(pl.col("left") <= pl.col("gone")).any())
    )


# --- purchase order lines -----------------------------------------------------------------


def _purchases(standing: pl.DataFrame) -> pl.DataFrame:
    released = _of(standing, "supply.po_released").select(LINE).unique()
    winner = _winner(_of(standing, "supply.po_released", "supply.po_changed"))
    receipts = _of(standing, "inventory.receipt").filter(pl.col("line") != "")
    received = receipts.group_by(LINE).agg(received=pl.col("q").sum())
    lines = (
        winner.join(released, on=LINE, how="semi")
        .join(received, on=LINE, how="left")
        .join(_unreceived(standing, receipts), on=LINE, how="left")
        .with_columns(pl.col("received", "coming").fill_null(0))
    )
    still = (pl.col("q") - pl.col("received")).clip(lower_bound=0)
    coming = (
        pl.when("closed_short").then("coming").otherwise(pl.min_horizontal("coming", still))
    )
    return _sum(
        lines,
        in_transit=coming,
        on_order=pl.when("closed_short").then(0).otherwise(still - coming),
    )


def _unreceived(standing: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Return what was announced and has not come, by line."""
    notices = _winner(_of(standing, "supply.asn"), [*LINE, "asn_line"])
    named = receipts.filter(pl.col("asn_line") != "")
    taken = named.group_by([*LINE, "asn_line"]).agg(
        taken=pl.col("q").sum(), is_done=pl.col("final").any()
    )
    rest = (
        notices.join(taken, on=[*LINE, "asn_line"], how="left")
        .filter(~pl.col("is_done").fill_null(value=False))
        .with_columns(rest=(pl.col("q") - pl.col("taken").fill_null(0)).clip(lower_bound=0))
        .group_by(LINE)
        .agg(pl.col("rest").sum())
    )
    unnamed = receipts.filter(pl.col("asn_line") == "")
    assert not unnamed["final"].any()
    loose = unnamed.group_by(LINE).agg(loose=pl.col("q").sum())
    return rest.join(loose, on=LINE, how="left").select(
        *LINE, coming=(pl.col("rest") - pl.col("loose").fill_null(0)).clip(lower_bound=0)
    )


# --- transfer lines -----------------------------------------------------------------------


def _transfers(standing: pl.DataFrame) -> pl.DataFrame:
    asked = _winner(_of(standing, "transfer.requested")).select(*LINE, "loc", asked="q")
    shipped = (
        _of(standing, "transfer.shipped")
        .group_by(LINE)
        .agg(home=pl.col("to_loc").first(), shipped=pl.col("q").sum())
    )
    received = (
        _of(standing, "transfer.received")
        .group_by(LINE)
        .agg(received=(pl.col("q") + pl.col("short")).sum(), came=pl.col("loc").first())
    )
    lines = (
        asked.join(shipped, on=LINE, how="full", coalesce=True)
        .join(received, on=LINE, how="full", coalesce=True)
        .with_columns(
            pl.col("asked", "shipped", "received").fill_null(0),
            loc=pl.coalesce("loc", "home", "came"),
        )
    )
    return _sum(
        lines,
        on_order=(pl.col("asked") - pl.col("shipped")).clip(lower_bound=0),
        in_transit=(pl.col("shipped") - pl.col("received")).clip(lower_bound=0),
    )


def _winner(documents: pl.DataFrame, by: list[str] | None = None) -> pl.DataFrame:
    """Return the document that holds, by line: the highest version (RULINGS 12)."""
    ranked = documents.sort(["version", "sequence", "recorded", "id"])
    return ranked.unique(by or LINE, keep="last", maintain_order=True)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""KPIs told again from events and ledger, in polars; shares no code with the world's own."""

import polars as pl

from sightline.sim.engine.moments import DAY
from tests.oracles.batch import HERE, micros
from tests.sim.truth.played import Played

Share = tuple[int, int]


def units(column: str = "q") -> pl.Expr:
    """Return the pieces of a quantity block."""
    return pl.col(column).struct.field("base_qty").cast(pl.Int64)


def day_of(column: str) -> pl.Expr:
    """Return the day of a date as text, since 1970."""
    return pl.col(column).str.to_date().to_physical().cast(pl.Int64)


def moment_of(column: str) -> pl.Expr:
    """Return the µs of a moment as text."""
    return pl.col(column).map_elements(micros, return_dtype=pl.Int64)


def share(frame: pl.DataFrame, num: pl.Expr, den: pl.Expr) -> Share:
    """Return two sums."""
    first, second = frame.select(num=num.sum(), den=den.sum()).row(0)
    return int(first), int(second)


def promised(played: Played) -> pl.DataFrame:
    """Return the lines that were due by their first promise: wanted, served by then."""
    end_day = played.run.end // DAY
    return _served(played, _lines(played)).filter(pl.col("due") < end_day, pl.col("wanted") > 0)


def _lines(played: Played) -> pl.DataFrame:
    placed = played.of("demand.line_placed").select("order_line", "at", first=units())
    promises = played.of("demand.line_promised").filter(pl.col("promise_no") == 1)
    changed = played.of("demand.line_changed").select("order_line", changed="at", new=units())
    gone = played.of("demand.line_cancelled").select("order_line", changed="at", new=pl.lit(0))
    changes = pl.concat([changed, gone.cast({"new": pl.Int64})])
    due = promises.select("order_line", due=day_of("promise_date"))
    return placed.join(due, on="order_line").join(changes, on="order_line", how="left")


def _served(played: Played, lines: pl.DataFrame) -> pl.DataFrame:
    shipped = played.of("inventory.shipment").select(
        "order_line", shipped=units(), on=pl.col("at") // DAY
    )
    is_changed = pl.col("changed").is_not_null() & (pl.col("changed") // DAY <= pl.col("due"))
    return (
        lines.join(shipped, on="order_line", how="left")
        .group_by("order_line", "first", "due", "changed", "new")
        .agg(by_due=pl.col("shipped").filter(pl.col("on") <= pl.col("due")).sum())
        .with_columns(wanted=pl.when(is_changed).then("new").otherwise("first"))
    )


def out_of_stock(played: Played) -> Share:
    """Return milliseconds out of stock and stocked, from the ledger."""
    free = pl.col("on_hand") - pl.col("reserved") - pl.col("hold")
    until = pl.col("at").shift(-1).over(HERE).fill_null(played.run.end)
    lasted = played.ledger.select(out=free <= 0, milli=(until - pl.col("at")) // 1000)
    return share(lasted, pl.col("milli").filter(pl.col("out")), pl.col("milli"))


def asked_while_out(played: Played) -> Share:
    """Return units ordered while nothing was available, and all of them."""
    free = pl.col("on_hand") - pl.col("reserved") - pl.col("hold")
    states = played.ledger.select(*HERE, "at", free=free).sort("at")
    placed = played.of("demand.line_placed").select(*HERE, "at", q=units()).sort("at")
    seen = placed.join_asof(states, on="at", by=HERE, check_sortedness=False)
    return share(seen, pl.col("q").filter(pl.col("free").fill_null(0) <= 0), pl.col("q"))


def answers(played: Played) -> pl.DataFrame:
    """Return requests for approval with when they were asked, due and finally answered."""
    asked = played.of("approval.requested").select(
        "request_id", asked="at", due=moment_of("sla_due")
    )
    final = played.of("approval.decided").filter("final").select("request_id", ended="at")
    return asked.join(final, on="request_id", how="left")


def resolutions(played: Played) -> pl.DataFrame:
    """Return recommendations with what became of them, and whether that is an override."""
    made = played.of("decision.recommended").select(
        "rec_id", advised=units(), day="date", region="region"
    )
    done = played.of("decision.resolved").select("rec_id", "outcome", final=units(), on="date")
    moved = (pl.col("final") - pl.col("advised")).abs()
    return made.join(done, on="rec_id").with_columns(
        overridden=(pl.col("outcome") == "rejected")
        | (
            (pl.col("outcome") == "modified")
            & ((moved * 50 > pl.col("advised")) & (moved > 1) | (pl.col("day") != pl.col("on")))
        )
    )


def on_time(played: Played) -> Share:
    """Return purchase order lines that came in full by their first confirmed day, and all."""
    released = played.of("supply.po_released").select(
        "po_line", ordered=units(), need="need_date"
    )
    latest = (
        played.of("supply.po_changed")
        .sort("version")
        .group_by("po_line")
        .agg(stated=units().last())
    )
    confirmed = (
        played.of("supply.po_acknowledged")
        .filter(pl.col("status") != "reject")
        .select("po_line", confirmed="confirmed_date")
    )
    came = played.of("inventory.receipt").select("po_line", q=units(), on=pl.col("at") // DAY)
    due = pl.coalesce("confirmed", "need").str.to_date().to_physical().cast(pl.Int64)
    lines = (
        released.join(latest, on="po_line", how="left")
        .join(confirmed, on="po_line", how="left")
        .with_columns(due=due, wanted=pl.coalesce("stated", "ordered"))
        .filter(pl.col("due") < played.run.end // DAY, pl.col("wanted") > 0)
        .join(came, on="po_line", how="left")
        .group_by("po_line", "wanted", "due")
        .agg(q=pl.col("q").filter(pl.col("on") <= pl.col("due")).sum())
    )
    met = lines.filter(pl.col("q") >= pl.col("wanted"))
    return len(met), len(lines)


def forecast_bias(played: Played, lag: int) -> Share:
    """Return forecast less demand, and demand, of weeks in the run but the first."""
    first, end = played.run.start // DAY, played.run.end // DAY
    weeks = played.of("forecast.published").select(
        *HERE, "lag", "bucket_len", expected=units(), first=day_of("bucket_start")
    )
    weeks = weeks.filter(
        pl.col("lag") == lag,
        pl.col("first") >= first + 7,
        pl.col("first") + pl.col("bucket_len") <= end,
    )
    asked = (
        _final(played)
        .with_columns(first=first + (pl.col("day") - first) // 7 * 7)
        .group_by(*HERE, "first")
        .agg(pl.col("q").sum())
    )
    both = weeks.join(asked, on=[*HERE, "first"], how="left").with_columns(
        pl.col("q").fill_null(0)
    )
    return share(both, pl.col("expected") - pl.col("q"), pl.col("q"))


def _final(played: Played) -> pl.DataFrame:
    """Return what was ordered in the end, by line and requested day."""
    placed = played.of("demand.line_placed").select(
        "order_line", *HERE, day=day_of("requested_date"), first=units()
    )
    changes = _lines(played).select("order_line", "new")
    return placed.join(changes, on="order_line").with_columns(q=pl.coalesce("new", "first"))

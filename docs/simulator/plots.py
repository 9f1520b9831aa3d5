# SPDX-License-Identifier: AGPL-3.0-or-later
# ruff: noqa: INP001  a script beside what it draws
"""Draw the plots of docs/simulator.md from a run in Parquet; the command is in that document.

Matplotlib comes with PM4Py. Letters stay letters, so that the files are small and can be read.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import polars as pl

mpl.use("svg")
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BLUE, ORANGE, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#8A94A0"
STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "sightline",
    "font.family": "sans-serif",
    "font.sans-serif": ["Inter", "Helvetica", "Arial", "sans-serif"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "figure.facecolor": "white",  # read in dark mode, too
}
STEPS = 200  # points of a curve
HOUR_MS = 3_600_000
ENOUGH_DAYS = 5  # with demand, to tell how even it is


class Events:
    """The events of a run, by type, with the fields asked for."""

    def __init__(self, folder: Path) -> None:
        self._rows = pl.scan_parquet(folder / "events.parquet").unique(
            "id", keep="last"
        )  # damaged ones come before

    def of(self, kind: str, **fields: str) -> pl.DataFrame:
        """Return columns `time`, `recordedtime`, `ingest_time`, `source` and `fields`.

        A field is a JSON path below ``data``.
        """
        paths = {
            name: pl.col("event").str.json_path_match(f"$.data.{path}")
            for name, path in fields.items()
        }
        return (
            self._rows.filter(pl.col("type") == f"io.sightline.{kind}.v1")
            .select(
                "time", "recordedtime", "ingest_time", pl.col("source").cast(pl.String), **paths
            )
            .collect()
        )

    def counts(self) -> pl.DataFrame:
        """Return `type` and `len`, the most frequent first."""
        return self._rows.group_by("type").len().collect().sort("len", descending=True)


def volumes(events: Events, panes: Sequence[Axes]) -> None:
    """Draw how many events there are of each type."""
    found = events.counts().head(24).reverse()
    names = [name.removeprefix("io.sightline.").removesuffix(".v1") for name in found["type"]]
    panes[0].barh(names, found["len"].to_list(), color=BLUE, height=0.7)
    panes[0].set_xscale("log")
    panes[0].set_title("Events by type")


def demand(events: Events, panes: Sequence[Axes]) -> None:
    """Draw pieces a line by channel, and order lines by day."""
    lines = events.of("demand.line_placed", units="q.base_qty").with_columns(
        pl.col("units").cast(pl.Float64), pl.col("time").dt.date().alias("day")
    )
    for channel, colour in (("edi", BLUE), ("retail", ORANGE), ("web", GREEN)):
        units = lines.filter(pl.col("source").str.starts_with(_source(channel)))["units"]
        edges = np.geomspace(1, 5_000, 40)
        shares, _ = np.histogram(units, edges)
        panes[0].step(edges[:-1], shares / max(1, len(units)), color=colour, label=channel)
    panes[0].set_xscale("log")
    panes[0].set_title("Pieces in an order line, share of lines")
    panes[0].legend()
    days = lines.group_by("day").len().sort("day")
    panes[1].plot(days["day"], days["len"], color=BLUE, linewidth=1)
    panes[1].set_title("Order lines a day")
    panes[1].tick_params(axis="x", rotation=30)


def _source(channel: str) -> str:
    return {"edi": "edi://", "retail": "pos://", "web": "web://"}[channel]


def classes(events: Events, panes: Sequence[Axes]) -> None:
    """Draw how often and how evenly items are asked for, and what they bring."""
    lines = events.of("demand.line_placed", units="q.base_qty", item="item", loc="loc")
    lines = lines.with_columns(
        pl.col("units").cast(pl.Float64), pl.col("time").dt.date().alias("day")
    )
    days = lines.select(pl.col("day").n_unique()).item()
    daily = lines.group_by("item", "loc", "day").agg(pl.col("units").sum())
    found = daily.group_by("item", "loc").agg(
        pl.len().alias("days"), pl.col("units").mean().alias("mean"), pl.col("units").std()
    )
    found = found.filter(pl.col("days") >= ENOUGH_DAYS)
    interval = days / found["days"].to_numpy()
    unevenness = (found["units"] / found["mean"]).to_numpy() ** 2
    some = np.arange(0, len(found), max(1, len(found) // 500))
    panes[0].scatter(interval[some], unevenness[some], s=4, color=BLUE, alpha=0.5, linewidths=0)
    panes[0].axvline(1.32, color=GREY, linewidth=0.8)
    panes[0].axhline(0.49, color=GREY, linewidth=0.8)
    panes[0].set(xscale="log", yscale="log", xlabel="days between days with demand")
    panes[0].set_title("Unevenness of demand (CV²), item by place")
    value = lines.group_by("item").agg(pl.col("units").sum()).sort("units", descending=True)
    share = value["units"].cum_sum().to_numpy() / value["units"].sum()
    rank = np.arange(1, len(share) + 1) / len(share)
    panes[1].plot(*_thinned(rank, share), color=BLUE)
    panes[1].set(xlabel="share of items, the most asked for first")
    panes[1].set_title("Share of all pieces")


def suppliers(events: Events, panes: Sequence[Axes]) -> None:
    """Draw lead times of the suppliers with most lines, and how early or late they come."""
    released = events.of("supply.po_released", line="po_line", supplier="supplier")
    received = events.of("inventory.receipt", line="po_line").drop_nulls("line")
    first = received.group_by("line").agg(pl.col("time").min().alias("came"))
    lead = released.join(first, on="line").with_columns(
        ((pl.col("came") - pl.col("time")).dt.total_milliseconds() / HOUR_MS / 24).alias("lead")
    )
    most = lead.group_by("supplier").len().sort("len", "supplier", descending=True)
    names = sorted(most.head(12)["supplier"])
    spans = [lead.filter(pl.col("supplier") == name)["lead"].to_numpy() for name in names]
    panes[0].boxplot(
        spans, orientation="horizontal", tick_labels=names, showfliers=False, widths=0.6,
        medianprops={"color": ORANGE}, boxprops={"color": BLUE}, whiskerprops={"color": BLUE},
        capprops={"color": BLUE},
    )  # fmt: skip
    panes[0].set_title("Days from released order to receipt")
    answered = events.of("supply.po_acknowledged", line="po_line").select("line", "time")
    waits = released.select("line", asked="time").join(answered, on="line")
    hours = (waits["time"] - waits["asked"]).dt.total_milliseconds().to_numpy() / HOUR_MS
    panes[1].plot(*_cumulated(hours), color=BLUE)
    panes[1].set(xscale="log", xlabel="hours from order to acknowledgement")
    panes[1].set_title("Share of acknowledgements")


def decisions(events: Events, panes: Sequence[Axes]) -> None:
    """Draw how long requests take by the highest role, and how planners decide by region."""
    asked = events.of("approval.requested", request="request_id", path="path")
    answers = events.of("approval.decided", request="request_id", final="final")
    final = answers.filter(pl.col("final") == "true").select("request", done="time")
    spans = asked.join(final, on="request").with_columns(
        ((pl.col("done") - pl.col("time")).dt.total_milliseconds() / HOUR_MS).alias("hours")
    )
    for role, colour in (("buyer_lead", BLUE), ("finance", ORANGE), ("cfo", GREEN)):
        hours = spans.filter(pl.col("path").str.ends_with(f'{role}"]'))["hours"].to_numpy()
        panes[0].plot(*_cumulated(hours), color=colour, label=f"up to {role}")
    panes[0].set(xscale="log", xlabel="hours from request to decision")
    panes[0].set_title("Share of requests for approval")
    panes[0].legend()
    made = events.of("decision.resolved", outcome="outcome", region="region")
    made = made.filter(pl.col("outcome").is_in(["accepted", "modified", "rejected"]))
    shares = made.group_by("region").agg((pl.col("outcome") != "accepted").mean())
    shares = shares.sort("region")
    panes[1].bar(shares["region"], shares["outcome"], color=BLUE, width=0.6)
    panes[1].yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{share:.0%}"))
    panes[1].set_title("Share of planners' decisions that override")


def delays(events: Events, panes: Sequence[Axes]) -> None:
    """Draw how long events take to be recorded, and to arrive."""
    shown = (
        ("demand.line_placed", "orders (EDI, shops, web)", BLUE),
        ("inventory.shipment", "warehouses", ORANGE),
        ("supply.milestone", "carriers", GREEN),
    )
    for kind, name, colour in shown:
        found = events.of(kind)
        panes[0].plot(
            *_cumulated(_seconds(found, "recordedtime", "time")), color=colour, label=name
        )
    panes[0].set(xscale="log", xlabel="seconds until its system recorded it")
    panes[0].set_title("Share of events")
    panes[0].legend(loc="upper left", fontsize=7)
    took = np.sort(_seconds(events.of("inventory.shipment"), "ingest_time", "recordedtime"))
    longer = np.geomspace(0.1, 3e5, STEPS)
    shares = 1 - np.searchsorted(took, longer) / len(took)
    panes[1].plot(np.round(longer, 3), np.round(shares, 6), color=BLUE)
    panes[1].set(xscale="log", yscale="log", xlabel="seconds on the way to us")
    panes[1].set_title("Share of events that take longer")


def _seconds(found: pl.DataFrame, end: str, start: str) -> Floats:
    return (found[end] - found[start]).dt.total_milliseconds().to_numpy() / 1000


PLOTS: dict[str, tuple[Callable[[Events, Sequence[Axes]], None], int, float]] = {
    "volumes": (volumes, 1, 4.6),
    "demand": (demand, 2, 2.8),
    "classes": (classes, 2, 2.8),
    "suppliers": (suppliers, 2, 3.2),
    "decisions": (decisions, 2, 2.8),
    "delays": (delays, 2, 2.8),
}
"""Name of the file -> what draws it, how many panes side by side, height in inches."""


def draw(run: Path, out: Path) -> None:
    """Draw all plots of the run in `run` into `out`."""
    events = Events(run)
    for name, (plot, panes, height) in PLOTS.items():
        with plt.rc_context(STYLE):
            figure, axes = plt.subplots(1, panes, figsize=(8.4, height), squeeze=False)
            plot(events, list(axes[0]))
            figure.tight_layout()
            figure.savefig(out / f"{name}.svg", metadata={"Date": None, "Creator": None})
            plt.close(figure)


def _cumulated(
    values: "np.ndarray[tuple[int], np.dtype[np.float64]]",
) -> tuple[list[float], ...]:
    shares = np.linspace(0, 1, STEPS)
    found = np.quantile(np.maximum(values, 1e-3), shares)
    return np.round(found, 4).tolist(), np.round(shares, 4).tolist()


def _thinned(x: Floats, y: Floats) -> tuple[list[float], ...]:
    rows = np.unique(np.linspace(0, len(x) - 1, STEPS).astype(int))
    return np.round(x[rows], 4).tolist(), np.round(y[rows], 4).tolist()


if __name__ == "__main__":
    draw(Path(sys.argv[1]), Path(__file__).parent)

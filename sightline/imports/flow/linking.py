# SPDX-License-Identifier: AGPL-3.0-or-later
"""From rows to documents: which rows are one posting, what it follows, where it began."""

from typing import NamedTuple

import polars as pl

from sightline.imports.flow.names import BY_ORIGIN, BY_YEAR

TOGETHER_MS = 3_600_000
"""Rows of one item this close are one posting; later ones are another under its number."""
LONGEST_FLOW = 64
NODE = ["type", "id"]


class Chains(NamedTuple):
    """The documents of a flow; a document item is known by ``type`` (category) and ``id``.

    Attributes
    ----------
    postings
        ``posting``, ``at``, ``type``, ``id`` of what was created, and the ``rows`` counted.
    told
        Rows with ``posting``, ``type`` and ``id``, and what they follow: ``from_type`` and
        ``from_id``, empty where it is not told.
    above
        Everything before a document item: ``type``, ``id``, ``up_type``, ``up_id``, and
        whether it ``is_direct``.
    firsts
        What nothing is before: ``type``, ``id``, ``at`` of its first follow-up.
    """

    postings: pl.DataFrame
    told: pl.DataFrame
    above: pl.DataFrame
    firsts: pl.DataFrame


def chains(rows: pl.DataFrame) -> Chains:
    """Return what `rows`, as `reading.read` gives them, tell of documents."""
    told = _followed(_posted(rows))
    postings = (
        told.group_by("posting", "type", "id")
        .agg(pl.col("at").min(), pl.len().alias("rows"))
        .sort("at", "posting")
    )
    links = (
        told.filter(pl.col("from_id") != "")
        .select(
            "type", "id", pl.col("from_type").alias("up_type"), pl.col("from_id").alias("up_id")
        )
        .unique()
    )
    above = _closure(links)
    return Chains(postings, told, above, _firsts(above, postings))


def origins(above: pl.DataFrame) -> pl.DataFrame:
    """Return where each document item began: ``top_type``, ``top_id``, and of how many.

    Of several beginnings the first by name counts.
    """
    known = above.select(NODE).unique()
    tops = above.join(known, left_on=["up_type", "up_id"], right_on=NODE, how="anti")
    return (
        tops.sort("up_type", "up_id")
        .group_by(NODE, maintain_order=True)
        .agg(
            pl.col("up_type").first().alias("top_type"),
            pl.col("up_id").first().alias("top_id"),
            pl.len().alias("tops"),
        )
    )


def _posted(rows: pl.DataFrame) -> pl.DataFrame:
    """Add which posting a row belongs to, and the id of what it created."""
    origin = pl.when(pl.col("to_type").is_in(BY_ORIGIN)).then("before").otherwise(pl.lit(""))
    rows = rows.with_columns(origin.alias("origin"))
    key = ["to_type", "after", "origin"]
    rows = rows.sort(*key, "at", "row")
    gap = (pl.col("at") - pl.col("at").shift(1)).over(key)
    begins = gap.is_null() | (gap > TOGETHER_MS)
    rows = rows.with_columns(begins.cum_sum().alias("posting"))
    began = pl.col("at").min().over("posting").cast(pl.Datetime("ms"))
    year = pl.when(pl.col("MJAHR").str.contains("^[1-9][0-9]{3}$")).then("MJAHR")
    return rows.with_columns(
        pl.col("to_type").alias("type"),
        pl.when(pl.col("to_type").is_in(BY_YEAR))
        .then(pl.format("{}/{}", "after", pl.coalesce(year, began.dt.strftime("%Y"))))
        .when(pl.col("to_type").is_in(BY_ORIGIN))
        .then(pl.format("{}/{}", "after", "before"))
        .otherwise("after")
        .alias("id"),
    )


def _followed(rows: pl.DataFrame) -> pl.DataFrame:
    """Add the id of what a row follows: where numbers begin anew, the latest one by then."""
    known = (
        rows.select(
            pl.col("type").alias("from_type"),
            pl.col("after").alias("before"),
            pl.col("at").min().over("posting").alias("at"),
            pl.col("id").alias("from_id"),
        )
        .unique()
        .sort("at")
    )
    found = rows.sort("at", "row").join_asof(
        known,
        on="at",
        by=["from_type", "before"],
        strategy="backward",
        check_sortedness=False,  # both are sorted by time
    )
    return found.with_columns(pl.col("from_id").fill_null(pl.col("before")))


def _closure(links: pl.DataFrame) -> pl.DataFrame:
    """Return everything before each document item, however far."""
    own = (pl.col("type") == pl.col("up_type")) & (pl.col("id") == pl.col("up_id"))
    direct = links.filter(~own)
    found = fresh = direct
    step = direct.rename(
        {"type": "up_type", "id": "up_id", "up_type": "top", "up_id": "top_id"}
    )
    for _ in range(LONGEST_FLOW):
        further = (
            fresh.join(step, on=["up_type", "up_id"])
            .select(
                "type", "id", pl.col("top").alias("up_type"), pl.col("top_id").alias("up_id")
            )
            .filter(~own)
            .unique()
        )
        fresh = further.join(found, on=found.columns, how="anti")
        if fresh.is_empty():
            break
        found = pl.concat([found, fresh])
    marked = direct.with_columns(pl.lit(value=True).alias("is_direct"))
    return found.join(marked, on=found.columns, how="left").with_columns(
        pl.col("is_direct").fill_null(value=False)
    )


def _firsts(above: pl.DataFrame, postings: pl.DataFrame) -> pl.DataFrame:
    """Return what is before something and itself never created."""
    created = postings.select(NODE).unique()
    return (
        above.join(postings.select(*NODE, "at"), on=NODE)
        .group_by(pl.col("up_type").alias("type"), pl.col("up_id").alias("id"))
        .agg(pl.col("at").min())
        .join(created, on=NODE, how="anti")
        .sort("at", *NODE)
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows of a document flow: which item of a document followed which, and when."""

from collections.abc import Iterator
from typing import NamedTuple

import polars as pl

from sightline.events.blocks import LONGEST_NAME
from sightline.imports import tabular, times
from sightline.imports.files import File
from sightline.imports.flow.names import NEEDED, OPTIONAL, STATUS
from sightline.imports.mapping import Mapping, Spec

STAMP = Spec(formats=("%Y%m%d%H%M%S",))
HEADER = "000000"
"""Item number of rows about a whole document."""
TEXTS = (*NEEDED, *OPTIONAL)
IS_STATUS = pl.col("VBELN") == pl.col("ERDAT")
"""No document: a delivery was picked or issued, the day stands for a number, the time for an
item. It is known by what it follows and when."""
UNTIMED = pl.col("ERZET") == "000000"


class Flow(NamedTuple):
    """Rows that tell of a document, and the others.

    Attributes
    ----------
    rows
        ``row``, ``at`` (milliseconds), ``before`` and ``after`` (ids of items, the first empty
        where it is not told), ``from_type`` and ``to_type`` (categories), and the columns of
        the file.
    refused
        ``row``, ``reason``, ``raw``.
    """

    rows: pl.DataFrame
    refused: pl.DataFrame


def read(file: File, mapping: Mapping) -> Flow:
    """Return all rows of `file`.

    Raises
    ------
    ImportFileError
        It cannot be read to its end.
    """
    parts = list(_parts(file, mapping))
    return Flow(
        pl.concat([part.rows for part in parts]), pl.concat([part.refused for part in parts])
    )


def _parts(file: File, mapping: Mapping) -> Iterator[Flow]:
    yield _judged(_texts(pl.DataFrame({"row": []}, schema={"row": pl.Int64})), mapping.zone)
    for batch in tabular.batches(file, mapping):
        yield _judged(_texts(batch.frame), mapping.zone)
        reasons = [(each.row, each.reason, each.raw) for each in batch.unreadable]
        schema = {"row": pl.Int64, "reason": pl.String, "raw": pl.String}
        nothing = _judged(_texts(batch.frame.clear()), mapping.zone)
        yield Flow(nothing.rows, pl.DataFrame(reasons, schema=schema, orient="row"))


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a flow as texts without outer spaces; "" where there are none."""
    lacking = [pl.lit("").alias(name) for name in TEXTS if name not in frame.columns]
    frame = frame.with_columns(lacking)
    clean = [pl.col(name).cast(pl.String).fill_null("").str.strip_chars() for name in TEXTS]
    return frame.select("row", *clean)


def _judged(frame: pl.DataFrame, zone: str) -> Flow:
    stamp = pl.col("ERDAT") + pl.when(IS_STATUS & UNTIMED).then("POSNN").otherwise("ERZET")
    frame = frame.with_columns(stamp.alias("stamp"))
    at = times.to_ms(frame["stamp"], STAMP, zone=zone)
    before, after = _item("VBELV", "POSNV"), _item("VBELN", "POSNN")
    frame = frame.with_columns(
        at.alias("at"),
        before.alias("before"),
        pl.when(IS_STATUS).then(pl.format("{}/{}", before, "stamp")).otherwise(after)
        .alias("after"),
        pl.when(IS_STATUS).then(pl.format("{}{}", "VBTYP_N", pl.lit(STATUS)))
        .otherwise("VBTYP_N").alias("to_type"),
        pl.col("VBTYP_V").alias("from_type"),
    ).drop("stamp")  # fmt: skip
    reason = (
        pl.when(pl.col("VBELN") == "")
        .then(pl.lit("missing_document: VBELN is empty; expected the number of a document"))
        .when(pl.col("at").is_null())
        .then(
            pl.format(
                "bad_time: ERDAT, ERZET are '{}', '{}'; expected YYYYMMDD, HHMMSS",
                "ERDAT",
                "ERZET",
            )
        )
        .when(pl.max_horizontal(pl.col("before", "after").str.len_chars()) > LONGEST_NAME // 2)
        .then(pl.lit("too_long: a document's number is too long; expected at most 100 letters"))
    )
    frame = frame.with_columns(reason.alias("reason"))
    bad = frame.filter(pl.col("reason").is_not_null())
    raw = pl.struct(TEXTS).struct.json_encode().alias("raw")
    good = frame.filter(pl.col("reason").is_null()).drop("reason")
    return Flow(good, bad.select("row", "reason", raw))


def _item(document: str, item: str) -> pl.Expr:
    """Return document/item, or the document alone where a row is about all of it."""
    whole = pl.col(item).is_in([HEADER, ""]) | (pl.col(document) == "")
    return pl.when(whole).then(pl.col(document)).otherwise(pl.format("{}/{}", document, item))

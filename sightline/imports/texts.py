# SPDX-License-Identifier: AGPL-3.0-or-later
"""Canonical JSON built in columns: keys sorted, no white space, what is null left out."""

from collections.abc import Mapping

import msgspec
import polars as pl

ESCAPED = r'["\\\x00-\x1f]'
Part = pl.Series | str
"""A column of JSON values, or one value that holds for all rows."""


def quoted(values: pl.Series) -> pl.Series:
    r"""Return texts as JSON strings; null stays null.

    >>> quoted(pl.Series(['5" nail', None])).to_list()
    ['"5\\" nail"', None]
    """
    odd = values.filter(values.str.contains(ESCAPED)).unique()
    if len(odd):
        escaped = [msgspec.json.encode(text).decode()[1:-1] for text in odd.to_list()]
        values = values.replace_strict(odd, escaped, default=values, return_dtype=pl.String)
    return '"' + values + '"'


def constant(value: object) -> str:
    """Return one value as JSON."""
    return msgspec.json.encode(value, order="deterministic").decode()


def joined(*parts: Part) -> Part:
    """Return the parts one after the other; null where one of them is null."""
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    pieces: list[pl.Expr | pl.Series] = []
    literal = ""
    for part in parts:
        if isinstance(part, str):
            literal += part
            continue
        pieces += [pl.lit(literal)] if literal else []
        pieces.append(part)
        literal = ""
    pieces += [pl.lit(literal)] if literal else []
    return pl.select(pl.concat_str(*pieces)).to_series()


def object_of(fields: Mapping[str, Part], rows: int) -> pl.Series:
    """Return one JSON object per row with the `fields` that are not null there."""
    names = sorted(fields)
    leads = [not _may_lack(fields[name]) for name in names[:1]]
    pieces: list[Part] = ["{"]
    for name in names:
        comma = "" if leads == [True] and name == names[0] else ","
        part = joined(f"{comma}{constant(name)}:", fields[name])
        pieces.append(part if isinstance(part, str) else part.fill_null(""))
    text = joined(*pieces, "}")
    texts = pl.Series([text]).new_from_index(0, rows) if isinstance(text, str) else text
    return texts.str.replace("{,", "{", literal=True) if leads == [False] else texts


def _may_lack(part: Part) -> bool:
    return isinstance(part, pl.Series) and part.null_count() > 0

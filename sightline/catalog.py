# SPDX-License-Identifier: AGPL-3.0-or-later
"""The SQL catalogue: find a statement by name, know its parameters and its columns."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from sightline.errors import UnknownQueryError

_PARAM = re.compile(r"\{(\w+):([^{}]+)\}")
_COLUMN = re.compile(r"^-- {3}(\w+) +(\S.*?)(?: {2,}(.*))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Query:
    """One file under ``sql/queries`` or ``sql/statements``.

    Attributes
    ----------
    params
        Placeholder name → ClickHouse type, read from ``{name:Type}`` in the text.
    returns
        Column name → ClickHouse type, read from the file's header, in order. Two blanks end
        a type, because types may hold single ones.
    """

    name: str
    text: str
    params: dict[str, str]
    returns: dict[str, str]


def folder(name: str) -> Traversable:
    """Return ``sql/<name>``: beside the package in a checkout, inside it in a wheel."""
    packaged = files("sightline").joinpath("sql")
    root = packaged if packaged.is_dir() else Path(__file__).parents[1] / "sql"
    return root.joinpath(name)


def load(name: str) -> Query:
    """Return the query called `name`.

    Raises
    ------
    UnknownQueryError
        No such file; the message lists the names that exist.
    """
    return _loaded("queries", name)


def load_statement(name: str) -> Query:
    """Return the statement called `name`: it writes, so it returns no columns.

    Raises
    ------
    UnknownQueryError
        No such file; the message lists the names that exist.
    """
    return _loaded("statements", name)


def names() -> list[str]:
    """Return the name of every query, sorted."""
    return _names("queries")


def statement_names() -> list[str]:
    """Return the name of every statement, sorted."""
    return _names("statements")


def migrations() -> dict[str, str]:
    """Return file name → statement of every migration, in the order to run them."""
    root = folder("migrations")
    return {
        f"{name}.sql": root.joinpath(f"{name}.sql").read_text(encoding="utf-8")
        for name in _names("migrations")
    }


def _names(kind: str) -> list[str]:
    found = [each.name for each in folder(kind).iterdir()]
    return sorted(name.removesuffix(".sql") for name in found if name.endswith(".sql"))


@cache
def _loaded(kind: str, name: str) -> Query:
    known = _names(kind)
    if name not in known:
        raise UnknownQueryError(
            f"There is no sql/{kind}/{name}.sql. Known {kind}: {', '.join(known)}."
        )
    text = folder(kind).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    header, _, body = text.partition("\n\n")
    columns = header.partition("-- returns")[2].partition("\n-- source")[0]
    returns = {match[1]: match[2] for match in _COLUMN.finditer(columns)}
    return Query(name, text, dict(_PARAM.findall(body)), returns)

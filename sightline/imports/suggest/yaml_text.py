# SPDX-License-Identifier: AGPL-3.0-or-later
"""A tree as YAML that people like to read: short things in one line, reasons behind them."""

from collections.abc import Mapping
from typing import Any

import yaml

WIDTH, MOST_NOTE = 96, 110
OPEN = ("fields", "common")
"""Keys whose entries stand one below the other, however short they are."""


def written(tree: Mapping[str, Any], notes: Mapping[str, str], head: list[str]) -> str:
    """Return `tree` as YAML.

    Parameters
    ----------
    notes
        Path such as ``tables.0.common.item``, or its last part → what stands behind it.
    head
        Lines of comment before it.
    """
    lines = [f"# {line}" for line in head]
    _mapping(tree, 0, "", notes, lines)
    return "\n".join(lines) + "\n"


def scalar(value: Any) -> str:
    """Return one value as YAML in one line.

    >>> scalar("Artikel: Nr"), scalar("no"), scalar({"column": "x", "round": 4})
    ("'Artikel: Nr'", "'no'", '{column: x, round: 4}')
    """
    text = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, width=10**9, sort_keys=False
    )
    return str(text).strip().removesuffix("\n...").strip()


def _mapping(
    tree: Mapping[str, Any], indent: int, path: str, notes: Mapping[str, str], lines: list[str]
) -> None:
    for key, value in tree.items():
        _entry(scalar(key), value, indent, f"{path}{key}", notes, lines)


def _entry(  # noqa: PLR0913, PLR0917  where it stands, and where it goes
    key: str,
    value: Any,
    indent: int,
    path: str,
    notes: Mapping[str, str],
    lines: list[str],
) -> None:
    pad = " " * indent
    note = _note(notes.get(path, ""))
    if (
        isinstance(value, Mapping)
        and value
        and (_is_deep(value) or path.rsplit(".", maxsplit=1)[-1] in OPEN)
    ):
        lines.append(f"{pad}{key}:{note}")
        _mapping(value, indent + 2, f"{path}.", notes, lines)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        lines.append(f"{pad}{key}:{note}")
        for number, each in enumerate(value):
            _item(each, indent + 2, f"{path}.{number}.", notes, lines)
    else:
        lines.append(f"{pad}{key}: {scalar(value)}{note}")


def _item(
    tree: Mapping[str, Any], indent: int, path: str, notes: Mapping[str, str], lines: list[str]
) -> None:
    """Write one entry of a list; its first key stands behind the dash."""
    inner: list[str] = []
    _mapping(tree, indent + 2, path, notes, inner)
    lines.append(f"{' ' * indent}- {inner[0].strip()}")
    lines += inner[1:]


def _is_deep(value: Mapping[str, Any]) -> bool:
    return any(
        (isinstance(each, list) and any(isinstance(one, Mapping) for one in each))
        for each in value.values()
    )


def _note(text: str) -> str:
    if not text:
        return ""
    line = " ".join(text.split())
    return f"  # {line if len(line) <= MOST_NOTE else line[: MOST_NOTE - 1] + '…'}"

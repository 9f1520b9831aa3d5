# SPDX-License-Identifier: AGPL-3.0-or-later
"""Codes and words for movements of stock, and the event types that they stand for."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import yaml

from sightline.imports.suggest.names import words_of

IN = frozenset({"in", "+", "s", "d", "dr", "debit", "soll", "entree", "entrada", "zugang",
                "eingang",
                "zu", "receipt", "inbound", "e"})  # fmt: skip
OUT = frozenset({"out", "-", "h", "c", "cr", "credit", "haben", "sortie", "salida", "abgang",
                 "ausgang", "ab", "issue", "outbound", "a"})  # fmt: skip
SAP_CODE = re.compile(r"[1-9]\d\d")


def action_of(code: str) -> str:
    """Return what `code` stands for, a key of ``movements.yaml``; "" when nobody knows.

    >>> action_of("Goods Receipt"), action_of("601"), action_of("Wareneingang"), action_of("x")
    ('receipt', 'shipment', 'receipt', '')
    """
    words = words_of(code)
    compact = "".join(words)
    known = _known()
    if compact in known:
        return known[compact]
    head = words[0] if words and SAP_CODE.fullmatch(words[0]) else ""
    if head:
        return known.get(head, "")
    found = [known[each] for each in _inner(words) if each in known]
    return found[0] if found else ""


def known_share(counted: Mapping[str, int]) -> float:
    """Return the share of values, by how often they occur, whose action is known."""
    whole = sum(counted.values())
    return sum(n for code, n in counted.items() if action_of(code)) / whole if whole else 0.0


def direction(text: str) -> str:
    """Return ``in`` or ``out`` when `text` says one of them, else ""."""
    plain = text.strip().lower() if text.strip() in {"+", "-"} else "".join(words_of(text))
    return "in" if plain in IN else "out" if plain in OUT else ""


def _inner(words: list[str]) -> list[str]:
    """Return all runs of words, the longest first, each of at least four letters."""
    runs = [
        "".join(words[first:last])
        for first in range(len(words))
        for last in range(first + 1, len(words) + 1)
    ]
    return sorted((run for run in runs if len(run) > 3), key=len, reverse=True)  # noqa: PLR2004


@cache
def _known() -> dict[str, str]:
    text = (files("sightline.imports.suggest") / "movements.yaml").read_text("utf-8")
    return {
        "".join(words_of(str(name))): action
        for action, names in yaml.safe_load(text).items()
        for name in names
    }

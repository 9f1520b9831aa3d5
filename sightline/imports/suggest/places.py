# SPDX-License-Identifier: AGPL-3.0-or-later
"""Places that are none of ours, by their names: vendors, customers, losses, production."""

import re
from collections.abc import Iterable

OUTSIDE: dict[str, str] = {
    "vendor": r"(?i)\bvendor|supplier|lieferant|fournisseur|proveedor",
    "customer": r"(?i)\bcustomer|kunde|\bclient",
    "production": r"(?i)\bproduction|produktion|fertigung|producci[oó]n",
    "scrap": r"(?i)\bscrap|ausschuss|\brebut|desecho",
    "loss": r"(?i)inventory adj|\badjustment|\bloss|inventaire|inventur|\bajuste"
    r"|bestandskorrektur|bestandsanpassung",
}
"""What a place stands for → what its name has."""
ROOT = r"(?i)partner|partenaire|virtual|virtuel"
UNKNOWN = "unknown"
"""What a place below "Partners" or "Virtual Locations" is whose own name says nothing."""


def outside(texts: Iterable[str]) -> dict[str, str]:
    """Return those of `texts` that are no places of ours, with what they stand for.

    What lies below a warehouse is ours, whatever it is called.

    >>> outside(["Partners/Vendors", "WH/Stock", "WH/Stock/Customer returns", "Customers"])
    {'Partners/Vendors': 'vendor', 'Customers': 'customer'}
    >>> outside(["Virtual Locations/Scrap", "Partners/Acme"])
    {'Virtual Locations/Scrap': 'scrap', 'Partners/Acme': 'unknown'}
    """
    named = list(dict.fromkeys(texts))
    ours = {_root(text) for text in named if "/" in text and not _said(text)}
    ours = {root for root in ours if not re.search(ROOT, root)}
    found = {text: _what(text) for text in named if "/" not in text or _root(text) not in ours}
    return {text: what for text, what in found.items() if what}


def _what(text: str) -> str:
    is_below = "/" in text and bool(re.search(ROOT, _root(text)))
    return _said(text) or (UNKNOWN if is_below else "")


def _said(text: str) -> str:
    """Return what the last part of a name says, else all of it."""
    for part in (text.rpartition("/")[2], text):
        for what, pattern in OUTSIDE.items():
            if re.search(pattern, part):
                return what
    return ""


def _root(text: str) -> str:
    return text.partition("/")[0]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Colours, shapes and words: the design system in one place, light and dark."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, slots=True)
class Status:
    """How one status looks; a colour never stands without its shape and its word."""

    word: str
    shape: str
    light: str
    dark: str


STATUSES: Mapping[str, Status] = MappingProxyType(
    {
        "critical": Status("Critical", "▲", "#B42318", "#FF8A7A"),
        "high": Status("High", "◆", "#B45309", "#F5B454"),
        "medium": Status("Medium", "○", "#5B6673", "#9AA7B5"),
        "ok": Status("OK", "●", "#00735C", "#4CC9A6"),
        "info": Status("Info", "●", "#1F5FA8", "#6FB1EA"),
    }
)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme that charts and maps need; all of them ``#rrggbb``."""

    ground: str
    panel: str
    text: str
    quiet: str
    rule: str
    first: str = "#0072B2"
    second: str = "#D55E00"
    light_first: str = "#9CC3E0"
    node: str = "#12406F"
    node_rare: str = "#8AA5C2"


DARKEST = 0.03928  # below this a channel is linear, says the guideline

LIGHT = Palette("#FFFFFF", "#F4F6F9", "#18212C", "#5B6673", "#D8DEE6")
DARK = Palette(
    "#0E1620",
    "#18222D",
    "#E8EDF3",
    "#9AA7B5",
    "#2C3846",
    first="#4DA3DB",
    second="#F0883E",
    light_first="#2F5F85",
    node="#1F5FA8",
    node_rare="#33516F",
)


def palette(*, dark: bool) -> Palette:
    """Return the chart colours of the dark or the light theme."""
    return DARK if dark else LIGHT


def status(name: str) -> Status:
    """Return the status called `name`, whatever its case; an unknown one looks medium.

    >>> status("HIGH").shape
    '◆'
    """
    return STATUSES.get(name.lower(), STATUSES["medium"])


def rank(name: str) -> int:
    """Return how far down a list a status belongs: critical 0, unknown names last."""
    order = list(STATUSES)
    return order.index(name.lower()) if name.lower() in order else len(order)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21; text needs 4.5.

    References
    ----------
    W3C (2023), Web Content Accessibility Guidelines 2.2, 1.4.3.

    Examples
    --------
    >>> round(contrast("#FFFFFF", "#000000"))
    21
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = (p / 12.92 if p <= DARKEST else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def variables() -> str:
    """Return the statuses as CSS variables; the browser picks light or dark by itself."""
    pairs = (
        f"--sl-{name}:{each.light};--sl-{name}:light-dark({each.light},{each.dark});"
        for name, each in STATUSES.items()
    )
    return f".stApp{{{''.join(pairs)}}}"


def options() -> dict[str, Any]:
    """Return Streamlit's ``theme.*`` options; no font or style comes from the net."""
    faces = [
        {"family": "Inter", "url": f"app/static/Inter-{name}.woff", "weight": weight}
        for name, weight in (
            ("Regular", 400),
            ("Medium", 500),
            ("SemiBold", 600),
            ("Bold", 700),
        )
    ]
    shared = {
        "theme.font": "Inter, sans-serif",
        "theme.fontFaces": json.dumps(faces),
        "theme.baseFontSize": 14,
        "theme.headingFontSizes": ["24px", "18px", "16px", "14px", "14px", "14px"],
        "theme.headingFontWeights": [600, 600, 600, 600, 600, 600],
        "theme.baseRadius": "8px",
        "theme.showSidebarBorder": True,
        "theme.paddingTop": "0.25rem",
        "theme.linkUnderline": True,
    }
    return shared | _colours("light", LIGHT) | _colours("dark", DARK)


def _colours(name: str, colours: Palette) -> dict[str, Any]:
    dark = name == "dark"
    shade = {key: each.dark if dark else each.light for key, each in STATUSES.items()}
    return {
        f"theme.{name}.primaryColor": shade["info"],
        f"theme.{name}.backgroundColor": colours.ground,
        f"theme.{name}.secondaryBackgroundColor": colours.panel,
        f"theme.{name}.textColor": colours.text,
        f"theme.{name}.borderColor": colours.rule,
        f"theme.{name}.linkColor": shade["info"],
        f"theme.{name}.grayTextColor": colours.quiet,
        f"theme.{name}.redTextColor": shade["critical"],
        f"theme.{name}.orangeTextColor": shade["high"],
        f"theme.{name}.greenTextColor": shade["ok"],
        f"theme.{name}.blueTextColor": shade["info"],
        f"theme.{name}.dataframeBorderColor": colours.rule,
        f"theme.{name}.dataframeHeaderBackgroundColor": colours.panel,
        f"theme.{name}.sidebar.backgroundColor": colours.panel,
        f"theme.{name}.sidebar.secondaryBackgroundColor": "#26323F" if dark else "#E4E9F0",
        f"theme.{name}.sidebar.borderColor": colours.rule,
    }

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The process map as a DOT graph: thickness is frequency, colour is waiting."""

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboard import theme, wording
from dashboard.rows import records
from dashboard.theme import Palette

Label = Literal["wait", "cases"]
WIDEST = 7.0
GATES = 0.9  # share of cases whose first and last activities are marked
INKS = ("#FFFFFF", "#0E1620")


@dataclass(frozen=True, slots=True)
class Shown:
    """The part of a process that a map shows.

    Attributes
    ----------
    paths
        The most frequent ones: ``activity``, ``next_activity``, ``n``, ``wait_mean_ms``.
    starts, ends
        What most cases begin and end with: ``activity``, ``n``.
    of_paths, covered
        How many paths there are, and the share of all steps that those shown make up.
    """

    paths: pd.DataFrame
    starts: pd.DataFrame
    ends: pd.DataFrame
    of_paths: int
    covered: float


def choose(
    paths: pd.DataFrame, starts: pd.DataFrame, ends: pd.DataFrame, *, coverage: float
) -> Shown:
    """Keep the most frequent paths until they cover `coverage` of all steps taken.

    Parameters
    ----------
    paths, starts, ends
        As in `Shown`, complete, the most frequent first; each may be empty.
    coverage
        Share in (0, 1]; 1 keeps every path.
    """
    whole = float(paths["n"].astype(float).sum())
    kept = _most(paths, coverage)
    covered = float(kept["n"].astype(float).sum() / whole) if whole else 0.0
    return Shown(kept, _most(starts, GATES), _most(ends, GATES), len(paths), covered)


def _most(counted: pd.DataFrame, coverage: float) -> pd.DataFrame:
    counts = counted["n"].astype(float)
    before = counts.cumsum() - counts
    return counted[before < coverage * counts.sum() - 1e-9]


def draw(shown: Shown, activities: pd.DataFrame, *, label: Label, dark: bool = False) -> str:
    """Return the map in the DOT language.

    Parameters
    ----------
    activities
        Columns ``activity``, ``events``.
    label
        What paths are labelled with: the mean wait, or how often they are taken.
    """
    colours = theme.palette(dark=dark)
    named = {row["activity"]: row for row in records(activities)}
    seen = pd.unique(shown.paths[["activity", "next_activity"]].to_numpy().ravel())
    nodes = {str(name): f"n{place}" for place, name in enumerate(seen)}
    lines = [_head(colours)]
    most = max((int(named[name]["events"]) for name in nodes if name in named), default=1)
    for name, key in nodes.items():
        events = int(named[name]["events"]) if name in named else 0
        lines.append(_node(key, name, events, most, colours))
    lines += [
        _edge(row, nodes, shown.paths, label, colours) for _, row in shown.paths.iterrows()
    ]
    lines += _gate("start", "circle", shown.starts, nodes, colours)
    lines += _gate("end", "doublecircle", shown.ends, nodes, colours)
    return "\n".join([*lines, "}"])


def say(shown: Shown) -> str:
    """Say what `draw` shows."""
    if shown.paths.empty:
        return "Process map; it is empty."
    top = shown.paths.iloc[0]
    return (
        f"Process map with {len(shown.paths)} of {shown.of_paths} paths, "
        f"{wording.percent(shown.covered)} of all steps. The most frequent path leads from "
        f"{top['activity']} to {top['next_activity']}, "
        f"{wording.count(float(top['n']), 'time')}. The table of slowest paths has the numbers."
    )


def _head(colours: Palette) -> str:
    return (
        "digraph {\n"
        f'graph [bgcolor="transparent", rankdir=TB, nodesep=0.5, ranksep=0.55, '
        'fontname="Inter", splines=true];\n'
        'node [shape=box, style="filled,rounded", fontname="Inter", fontsize=13, penwidth=0, '
        'margin="0.22,0.1"];\n'
        f'edge [fontname="Inter", fontsize=12, fontcolor="{colours.text}", arrowsize=0.7];'
    )


def _node(key: str, name: str, events: int, most: int, colours: Palette) -> str:
    share = (events / most) ** 0.5
    fill = _mix(colours.node_rare, colours.node, share)
    ink = max(INKS, key=lambda each: theme.contrast(each, fill))
    text = f"{_quoted(_wrapped(name))}\\n{wording.number(events)}"
    return f'{key} [label="{text}", fillcolor="{fill}", fontcolor="{ink}"];'


def _gate(
    name: str, shape: str, counted: pd.DataFrame, nodes: dict[str, str], colours: Palette
) -> list[str]:
    """Return the lines for a small mark before the first or after the last activities."""
    known = [each for each in records(counted) if each["activity"] in nodes]
    if not known:
        return []
    mark = (
        f'{name} [shape={shape}, label="", width=0.16, height=0.16, margin=0, '
        f'fillcolor="{colours.quiet}", tooltip="{name}"];'
    )
    look = f'color="{colours.quiet}", style=dashed, arrowsize=0.6, tooltip=""'
    ends = [(name, nodes[str(each["activity"])]) for each in known]
    pairs = ends if name == "start" else [(node, name) for _, node in ends]
    rank = "source" if name == "start" else "sink"
    edges = (f"{first} -> {second} [{look}];" for first, second in pairs)
    return [f"{{rank={rank}; {mark}}}", *edges]


def _edge(
    row: pd.Series, nodes: dict[str, str], paths: pd.DataFrame, label: Label, colours: Palette
) -> str:
    most = float(paths["n"].max())
    longest = float(paths["wait_mean_ms"].max()) or 1.0
    n, wait = float(row["n"]), float(row["wait_mean_ms"])
    colour = _mix("#8A94A0", colours.second, (wait / longest) ** 0.5)
    text = wording.length(wait / 1000) if label == "wait" else wording.number(n)
    start, end = nodes[row["activity"]], nodes[row["next_activity"]]
    width = 1 + (WIDEST - 1) * (n / most) ** 0.5
    hover = _quoted(f"{row['activity']} → {row['next_activity']}")
    return (
        f'{start} -> {end} [label="  {text}  ", color="{colour}", penwidth={width:.1f}, '
        f"arrowsize={0.9 / width**0.5:.2f}, "
        f'weight={max(int(100 * n / most), 1)}, tooltip="{hover}", labeltooltip="{hover}"];'
    )


def _wrapped(name: str, *, width: int = 26) -> str:
    lines = [""]
    for word in name.split():
        if lines[-1] and len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    # an entity such as &amp; would be read as one
    return escaped.replace("&", "&amp;")


def _mix(low: str, high: str, share: float) -> str:
    """Return the colour that lies `share` of the way from `low` to `high`."""
    part = min(max(share, 0.0), 1.0)
    pairs = ((int(low[at : at + 2], 16), int(high[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)

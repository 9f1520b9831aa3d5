# SPDX-License-Identifier: AGPL-3.0-or-later
"""What each injector must do to the true KPIs, as its labels say."""

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

Kpis = dict[str, Any]
Labels = list[dict[str, Any]]
Check = Callable[[Kpis, Kpis, Labels], bool]


def value(kpis: Kpis, *path: str) -> float:
    """Return a number in a tree of KPIs; the last name may be left out for a share."""
    found: Any = kpis
    for name in path:
        found = found[name]
    return float(found["value"] if isinstance(found, dict) else found)


def rises(*path: str, by: float = 0.0) -> Check:
    """Return whether a KPI is higher than without."""
    return lambda before, after, _: value(after, *path) > value(before, *path) + by


def falls(*path: str, by: float = 0.0) -> Check:
    """Return whether a KPI is lower than without."""
    return lambda before, after, _: value(after, *path) < value(before, *path) - by


def of_supplier(kpi: str, check: Callable[..., Check], **much: float) -> Check:
    """Return whether `kpi` of the labels' supplier does what `check` says."""

    def told(before: Kpis, after: Kpis, labels: Labels) -> bool:
        supplier = labels[0]["scope"]["supplier"]
        rest = ("p50_s",) if kpi == "K28" else ()
        return check(kpi, "by", "supplier", supplier, *rest, **much)(before, after, labels)

    return told


def of_place(kpi: str, check: Callable[..., Check], **much: float) -> Check:
    """Return whether `kpi` at the labels' place does what `check` says."""

    def told(before: Kpis, after: Kpis, labels: Labels) -> bool:
        place = labels[0]["scope"]["loc"]
        return check(kpi, "by", "place", place, **much)(before, after, labels)

    return told


def of_region(kpi: str, at_least: float = -9.0, at_most: float = 9.0) -> Check:
    """Return whether `kpi` in the labels' region lies between two numbers."""

    def told(before: Kpis, after: Kpis, labels: Labels) -> bool:
        del before
        found = value(after, kpi, "by", "region", labels[0]["scope"]["region"])
        return at_least < found < at_most

    return told


def counts_broken_rules(before: Kpis, after: Kpis, labels: Labels) -> bool:
    """Return whether there are exactly as many broken rules as labels."""
    del before
    done = Counter(label["kind"] for label in labels)
    named = {
        "self_approval": "K48.own_approval", "approval_bypassed": "K48.bypass",
        "threshold_split": "K48.split",
    }  # fmt: skip
    return {kind: after[kpi]["num"] for kind, kpi in named.items()} == done


def counts(kpi: str, what: str) -> Check:
    """Return whether there are as many as the label says, and a few that come by themselves."""

    def told(before: Kpis, after: Kpis, labels: Labels) -> bool:
        natural = after[kpi]["num"] - labels[0]["expected"][what]
        return 0 <= natural <= before[kpi]["num"] < after[kpi]["num"]

    return told


EFFECTS: Final[dict[str, tuple[Check, ...]]] = {
    "X1": (
        of_supplier("K27.original", falls, by=0.2),
        of_supplier("K29.silent", rises, by=0.3),
        of_supplier("K30.partial", rises, by=0.05),
        of_supplier("K28", rises, by=86_400),
    ),
    "X2": (rises("K08", "den", by=2_000), rises("K08")),
    "X3": (rises("K08", "den", by=200),),
    "X4": (rises("K08", "den", by=500),),  # cases for pieces
    "X5": (rises("K08", "den", by=100),),
    "X6": (rises("K40", "by", "service", "supplier-api"),),
    "X7a": (of_region("K23", at_least=1.4), of_region("K26.pieces_nearer_to_right", at_most=0)),
    "X7b": (
        of_region("K23", at_least=1.4),
        of_region("K26.pieces_nearer_to_right", at_least=0),
    ),
    "X7c": (
        of_region("K23", at_least=1.4),
        of_region("K26.pieces_nearer_to_right", at_least=0),
    ),
    "X8": (rises("K19", "wait", "by", "role", "finance", "sum_s"),),
    "X9": (counts_broken_rules,),
    "X10": (counts("K49", "inversions"), falls("K05.line_fill"), falls("K05.same_day_ship")),
    "X11": (counts("K42", "lines"),),
    "X12": (rises("K50", "finance_hold", by=0.05),),
    "X13": (of_place("K55", falls, by=0.2), falls("K55.variance", "net_cents")),
    "X14": (rises("K22"), rises("K24.absolute", by=0.01)),
    "X15": (of_place("K15.lag1", rises, by=0.04),),
    "X16": (falls("K31", "total", "n"),),
    "X17": (of_supplier("K28", rises),),
}

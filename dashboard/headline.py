# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sentence at the top of each page, computed from the same rows as the charts; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from dashboard import wording
from sightline.aid.quality import Checkup, Finding
from sightline.log.ledger import KnownFile


@dataclass(frozen=True, slots=True)
class Headline:
    """One sentence: how bad it is, what matters, what else, and where to look.

    Attributes
    ----------
    item, loc
        Where the link leads; empty when there is nothing to open.
    """

    status: str
    lead: str
    rest: str = ""
    item: str = ""
    loc: str = ""


def health(shortages: pd.DataFrame, total: int, worst: str) -> Headline:
    """Say whether due demand can be met, and what the largest gap is.

    Parameters
    ----------
    shortages
        Columns ``item``, ``loc``, ``short``, ``inbound`` (units), the largest gap first; may
        be empty.
    total
        Open exceptions of any kind.
    worst
        The severity of the worst of them; empty when there is none.
    """
    others = max(total - len(shortages), 0)
    if shortages.empty:
        said = f"{wording.count(others, 'other exception')} {_be(others)} open."
        rest = said if others else "No exception is open."
        return Headline(worst or "ok", "Everything due can be met.", rest)
    largest = shortages.iloc[0]
    items = wording.count(shortages["item"].nunique(), "item")
    units = wording.count(shortages["short"].sum(), "unit")
    where = wording.several(sorted(shortages["loc"].unique()))
    return Headline(
        worst or "high",
        f"{items} cannot meet due demand: {units} short at {where}.",
        _largest(largest, others, is_only=len(shortages) == 1),
        item=str(largest["item"]),
        loc=str(largest["loc"]),
    )


def _largest(gap: pd.Series, others: int, *, is_only: bool) -> str:
    inbound = float(gap["inbound"])
    comes = f"{wording.count(inbound, 'unit')} inbound" if inbound > 0 else "nothing inbound"
    named = f"{gap['item']} at {gap['loc']}"
    size = "" if is_only else f", {wording.number(gap['short'])} short"
    parts = [f"{'It is' if is_only else 'Largest:'} {named}{size}, {comes}."]
    if others:
        parts.append(f"{wording.count(others, 'other exception')} {_be(others)} open.")
    return " ".join(parts)


def stock(found: pd.DataFrame) -> Headline:
    """Say how many positions have a problem.

    Parameters
    ----------
    found
        Columns ``short``, ``is_counted``, ``is_below`` (counted, and less than nothing on
        hand); one row per position.
    """
    short, below = int((found["short"] > 0).sum()), int(found["is_below"].sum())
    parts = []
    if short:
        parts.append(f"{wording.number(short)} cannot serve what is due")
    if below:
        parts.append(f"{wording.number(below)} {_be(below)} below zero")
    watched = wording.count(len(found), "position")
    never = _never(int((~found["is_counted"]).sum()))
    if not parts:
        return Headline("ok", f"Nothing is short or below zero in {watched}.", never)
    lead = f"Of {watched}, {' and '.join(parts)}."
    return Headline("critical" if short else "high", lead, never)


def _never(n: int) -> str:
    if not n:
        return ""
    was, its = ("was", "its") if n == 1 else ("were", "their")
    since = f"{its} stock is what moved since the first event"
    return f"{wording.number(n)} {was} never counted: {since}."


def process(name: str, cycle: pd.Series, slowest: pd.DataFrame) -> Headline:
    """Say how long a case takes and where it waits longest.

    Parameters
    ----------
    cycle
        ``cases``, ``p50_ms``, ``p95_ms``.
    slowest
        Columns ``activity``, ``next_activity``, ``n``, ``wait_sum_ms``; the longest first.
    """
    p50, p95 = (wording.length(cycle[each] / 1000) for each in ("p50_ms", "p95_ms"))
    lead = f"Half of the cases of {name} take up to {p50}, 95 % up to {p95}."
    if not cycle["p50_ms"]:
        short = f"At least half of the cases of {name} begin and end at one moment"
        lead = f"{short}, 95 % take up to {p95}."
    if slowest.empty or slowest.iloc[0]["wait_sum_ms"] <= 0:
        return Headline("info", lead)
    worst, whole = slowest.iloc[0], slowest["wait_sum_ms"].clip(lower=0).sum()
    mean = wording.length(worst["wait_sum_ms"] / worst["n"] / 1000)
    return Headline(
        "info",
        lead,
        f"They wait longest between {worst['activity']} and {worst['next_activity']}: "
        f"{mean} on average, {wording.percent(worst['wait_sum_ms'] / whole)} of all waiting.",
    )


def suppliers(found: pd.DataFrame) -> Headline:
    """Say what share of the promised lines came on time, and who is late most.

    Parameters
    ----------
    found
        Columns ``supplier``, ``po_lines``, ``promised``, ``on_time``, ``late``,
        ``days_late``; one row per supplier, at least one.
    """
    promised, late = int(found["promised"].sum()), int(found["late"].sum())
    lines = wording.count(int(found["po_lines"].sum()), "received purchase order line")
    if not promised:
        return Headline("medium", f"None of {lines} had a promised day.", "Nobody can be late.")
    share = wording.percent(float(found["on_time"].sum()) / promised)
    without = int(found["po_lines"].sum()) - promised
    known = wording.count(promised, "promised purchase order line")
    lead = f"{share} of {known} came by the promised day."
    rest = [f"{wording.count(without, 'more line')} had no promised day."] if without else []
    if not late:
        return Headline("ok", lead, *rest)
    worst = found.sort_values("late", ascending=False, kind="stable").iloc[0]
    return Headline("info", lead, " ".join([_latest(worst, late), *rest]))


def _latest(worst: pd.Series, late: int) -> str:
    name, own = str(worst["supplier"]) or "an unknown supplier", int(worst["late"])
    half = wording.count(float(worst["days_late"]), "day")
    if late == 1:
        return f"The late one came from {name}, {half} late."
    of_all = f"Of {wording.number(late)} late lines, {wording.number(own)}"
    who = f"All {wording.number(late)} late lines" if own == late else of_all
    return f"{who} came from {name}, half of them at least {half} late."


def quality(found: Checkup) -> Headline:
    """Say how many rules found something, and what comes first."""
    some = len(found.findings)
    if not some:
        return Headline("ok", "No findings.", f"{found.rules} rules were checked.")
    high = sum(each.rule.severity == "high" for each in found.findings)
    first = found.findings[0]
    lead = f"{some} of {found.rules} rules found something."
    spoils = f"{wording.count(high, 'finding')} {_be(high)} of high severity." if high else ""
    return Headline(
        "high" if high else "medium", lead, f"{spoils} First: {first.title}.".strip()
    )


def finding(found: Finding) -> Headline:
    """Say what one rule found and what it spoils."""
    return Headline(found.rule.severity, f"{found.title}.", found.rule.why)


def system(
    *, behind: int, dead: int, silent: list[str], failed: list[str], is_wrong: bool
) -> Headline:
    """Say whether the numbers can be trusted.

    Parameters
    ----------
    behind
        Log partitions not read to the end.
    dead
        Refused events that nobody has settled.
    silent, failed
        Names of sources that have gone quiet and of jobs that failed.
    is_wrong
        The tables do not hold what the log does.
    """
    if failed:
        return Headline("critical", f"{wording.several(failed)} failed.", "See jobs below.")
    if behind:
        lead = f"The stream has not read {wording.count(behind, 'log partition')} to the end."
        return Headline("high", lead, "Numbers will still change.")
    if is_wrong:
        lead = "The tables do not hold what the log does."
        return Headline("critical", lead, "Do not trust the numbers; see below.")
    if dead:
        waits = f"but {wording.count(dead, 'refused event')} wait{'s' if dead == 1 else ''}."
        return Headline("high", "Everything that arrived was read,", waits)
    if silent:
        return Headline("medium", "Everything was read.", f"Quiet: {wording.several(silent)}.")
    return Headline("ok", "Everything that arrived was read, and no refused event waits.")


def letters(counts: pd.DataFrame) -> Headline:
    """Say how many events were refused and wait for somebody, and the main reason.

    Parameters
    ----------
    counts
        Columns ``words`` and those of `dashboard.data_letters.STATES`; one row per reason.
    """
    settled_in = ["retried", "discarded", "released"]
    waiting, done = int(counts["open"].sum()), int(counts[settled_in].sum().sum())
    settled = f"{wording.count(done, 'letter')} {_be(done)} settled." if done else ""
    if not waiting:
        lead = "No dead letter is open." if done else "Nothing has been refused."
        return Headline("ok", lead, settled)
    worst = counts.sort_values("open", ascending=False, kind="stable").iloc[0]
    was = "waits" if waiting == 1 else "wait"
    most = int(worst["open"])
    share = "" if most == waiting else f"{wording.number(most)} of them: "
    why = f"{share}{str(worst['words'])[:1].lower() if share else str(worst['words'])[:1]}"
    rest = f"{why}{str(worst['words'])[1:]}."
    lead = f"{wording.count(waiting, 'refused event')} {was} for somebody."
    return Headline("high", lead, " ".join(filter(None, (rest, settled))))


def imports(files: Sequence[KnownFile]) -> Headline:
    """Say what was brought in from files so far; the latest is the last of `files`."""
    if not files:
        return Headline("info", "No file was imported yet.", "Bring one in, or try an example.")
    latest = files[-1]
    number = wording.count(len({each.file_sha256 for each in files}), "file")
    was = "was" if number.startswith("1 ") else "were"
    rows = wording.count(latest.rows, "row")
    lead = f"{number} {was} imported so far."
    if not latest.complete:
        return Headline("high", lead, f"The latest, {latest.file}, stopped after {rows}.")
    return Headline("ok", lead, f"The latest is {latest.file} with {rows}.")


def age(
    *, now: datetime, watermark: datetime | None, received: datetime | None, is_live: bool
) -> str:
    """Say in a few words how old the data are."""
    if watermark is None or received is None:
        return "No data yet"
    if not is_live:
        return f"History up to {wording.day(watermark)}"
    return f"Data {wording.length(max((now - received).total_seconds(), 0))} old"


def _be(n: int) -> str:
    return "is" if n == 1 else "are"

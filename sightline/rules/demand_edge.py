# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 2 at the edge: the series that changed, walked again, against the desk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sightline.desk import Decision, Desk, Episode, dedup_key
from sightline.rules import out_of_range
from sightline.rules.judgement import Judgement, Occasion, Outcome, settle
from sightline.rules.out_of_range import Day, Series
from sightline.store import Store

CHUNK = 1000  # series per query


def judge(
    store: Store, desk: Desk, occasion: Occasion, marks: Mapping[str, Mapping[str, str]]
) -> Outcome:
    """Open, change, end and withdraw unusual demand in one transaction, which keeps `marks`.

    Only series that had an anomaly and whose rows changed since the last look are read; each
    of them as a whole, so that a late revision of an old day is seen.
    """
    seen = desk.recall(out_of_range.RULE)
    rows = store.read_arrow("demand_series_marks").to_pylist()
    looks = {_series(row): str(row["mark"]) for row in rows}
    changed = [series for series in looks if seen.get(_scope(series)) != looks[series]]
    found = list(_episodes(store, changed))
    with desk.decide() as decision:
        looked_at = {*changed, *_unlisted(decision, looks)}
        judgements = _judgements(decision, looked_at, found, occasion.as_of)
        outcome = settle(decision, judgements, occasion)
        for owner, mark in marks.items():
            decision.remember(owner, mark)
        decision.remember(out_of_range.RULE, {_scope(s): looks[s] for s in changed})
    return outcome


def _episodes(store: Store, wanted: Sequence[Series]) -> Iterator[Episode]:
    for start in range(0, len(wanted), CHUNK):
        chunk = wanted[start : start + CHUNK]
        rows = store.read_arrow(
            "demand_out_of_range",
            tenants=[series.tenant for series in chunk],
            locs=[series.loc for series in chunk],
            items=[series.item for series in chunk],
        ).to_pylist()
        for series, days in groupby(rows, _series):
            for run in out_of_range.walk(map(_day, days)):
                yield out_of_range.episode_of(series, run)


def _judgements(
    decision: Decision, looked_at: Iterable[Series], found: Sequence[Episode], as_of: datetime
) -> list[Judgement]:
    causes = {(series.tenant, series.key) for series in looked_at}
    keys = sorted({key for _, key in causes})
    known = {
        episode.exception_id: episode
        for episode in decision.of_causes(out_of_range.RULE, keys)
        if (episode.tenant, episode.dedup_key) in causes
    }
    here = {episode.exception_id for episode in found}
    gone = [
        Judgement(episode, out_of_range.withdrawn(episode, as_of=as_of), episode.opened)
        for episode in known.values()
        if episode.exception_id not in here
    ]
    return gone + [Judgement(known.get(e.exception_id), e, e.opened) for e in found]


def _unlisted(decision: Decision, listed: Iterable[Series]) -> list[Series]:
    """Return the series with an open episode that the tables know nothing of any more."""
    here = set(listed)
    alive = [Series(e.tenant, e.loc, e.item) for e in decision.open_of(out_of_range.RULE)]
    return [series for series in alive if series not in here]


def _series(row: Mapping[str, Any]) -> Series:
    return Series(row["tenant"], row["loc"], row["item"])


def _scope(series: Series) -> str:
    return dedup_key({"tenant": series.tenant, "loc": series.loc, "item": series.item})


def _day(row: Mapping[str, Any]) -> Day:
    fields = {name: row[name] for name in Day.__slots__}
    return Day(**{**fields, "anomalies": tuple(row["anomalies"])})

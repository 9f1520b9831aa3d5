# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 3 at the edge: statements that drift against drifts on the desk."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sightline.desk import Decision, Desk, Episode
from sightline.rules import position_drift
from sightline.rules.due_shortage import by_cause
from sightline.rules.judgement import Judgement, Occasion, Outcome, settle
from sightline.rules.position_drift import Candidate, Drift
from sightline.store import Store

CHUNK = 500  # items per query
Place = tuple[str, str, str]


def judge(
    store: Store, desk: Desk, occasion: Occasion, marks: Mapping[str, Mapping[str, str]]
) -> Outcome:
    """Open, change and end drifts in one transaction, which also keeps `marks`."""
    tolerance = occasion.tolerance
    rows = store.read_arrow("position_drift", units=tolerance.units, share=tolerance.share)
    found = [Drift(**row) for row in rows.to_pylist()]
    candidates = _candidates(store, found)
    with desk.decide() as decision:
        judgements = list(_judgements(decision, found, candidates, occasion.as_of))
        judgements += _ended(decision, store, found, occasion.as_of)
        outcome = settle(decision, judgements, occasion)
        for owner, mark in marks.items():
            decision.remember(owner, mark)
    return outcome


def _judgements(
    decision: Decision,
    found: Sequence[Drift],
    candidates: Mapping[Place, list[Candidate]],
    as_of: datetime,
) -> Iterator[Judgement]:
    keys = sorted({drift.cause[1] for drift in found})
    known = by_cause(decision.of_causes(position_drift.RULE, keys))
    for drift in found:
        before = position_drift.continued(known.get(drift.cause, []), drift)
        explained = candidates.get((drift.tenant, drift.item, drift.loc), [])
        after = position_drift.told(before, drift, explained)
        yield Judgement(before, after, min(drift.time, as_of))


def _ended(
    decision: Decision, store: Store, found: Sequence[Drift], as_of: datetime
) -> Iterator[Judgement]:
    still = {drift.cause for drift in found}
    for episode in decision.open_of(position_drift.RULE):
        if (episode.tenant, episode.dedup_key) not in still:
            latest = _latest(store, episode)
            by, at = latest.get("event_id", ""), latest.get("time", as_of)
            after = position_drift.ended(episode, by=by, at=at)
            yield Judgement(episode, after, episode.opened)


def _latest(store: Store, episode: Episode) -> dict[str, Any]:
    rows = store.read_arrow("stated", item=episode.item, loc=episode.loc).to_pylist()
    return next((row for row in rows if row["tenant"] == episode.tenant), {})


def _candidates(store: Store, found: Sequence[Drift]) -> dict[Place, list[Candidate]]:
    items = sorted({drift.item for drift in found})
    candidates: dict[Place, list[Candidate]] = {}
    for start in range(0, len(items), CHUNK):
        rows = store.read_arrow("position_drift_causes", items=items[start : start + CHUNK])
        for row in rows.to_pylist():
            place = (row["tenant"], row["item"], row["loc"])
            told = {name: row[name] for name in Candidate.__slots__}
            candidates.setdefault(place, []).append(Candidate(**told))
    return candidates

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 1 at the edge: shortages in the tables against shortages on the desk."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from sightline.desk import Decision, Desk, Episode
from sightline.rules import due_shortage
from sightline.rules.due_shortage import Shortage, Value
from sightline.rules.judgement import Judgement, Occasion, Outcome, settle
from sightline.rules.restated import RESTATED, Restated
from sightline.store import Store

CHUNK = 500  # items per query
Place = tuple[str, str, str]


def judge(
    store: Store, desk: Desk, occasion: Occasion, marks: Mapping[str, Mapping[str, str]]
) -> Outcome:
    """Open, change and end shortages in one transaction, which also keeps `marks`."""
    as_of = occasion.as_of
    rows = store.read_arrow("due_shortage", as_of=occasion.today).to_pylist()
    found = [Shortage(**row) for row in rows]
    restated = Restated.since(store, desk.recall(RESTATED))
    with desk.decide() as decision:
        pairs = list(_paired(decision, found, as_of=as_of))
        news = [shortage for shortage, before in pairs if _is_news(shortage, before)]
        values = _values(store, news, today=occasion.today)
        judgements = [_judgement(shortage, e, values, as_of) for shortage, e in pairs]
        judgements += _ended(decision, found, as_of, restated)
        outcome = settle(decision, judgements, occasion)
        for owner, mark in marks.items():
            decision.remember(owner, mark)
        decision.remember(RESTATED, restated.marks)
        decision.remember("clock", {"as_of": as_of.isoformat()})
    return outcome


def _paired(
    decision: Decision, found: Sequence[Shortage], *, as_of: datetime
) -> Iterator[tuple[Shortage, Episode | None]]:
    keys = sorted({shortage.cause[1] for shortage in found})
    known = due_shortage.by_cause(decision.of_causes(due_shortage.RULE, keys))
    for shortage in found:
        yield shortage, due_shortage.continued(known.get(shortage.cause, ()), as_of=as_of)


def _is_news(shortage: Shortage, before: Episode | None) -> bool:
    return before is None or due_shortage.told(before, shortage) != before


def _judgement(
    shortage: Shortage, before: Episode | None, values: Mapping[Place, Value], as_of: datetime
) -> Judgement:
    cause = min(shortage.began, as_of)
    if before is not None and not _is_news(shortage, before):
        return Judgement(before, before, cause)
    if before is None:
        after = due_shortage.opened(shortage, as_of=as_of)
    else:
        after = due_shortage.told(before, shortage)
    value = values.get((shortage.tenant, shortage.item, shortage.loc))
    return Judgement(before, due_shortage.valued(after, shortage, value), cause)


def _ended(
    decision: Decision, found: Iterable[Shortage], as_of: datetime, restated: Restated
) -> Iterator[Judgement]:
    still = {shortage.cause for shortage in found}
    over = [
        episode
        for episode in decision.open_of(due_shortage.RULE)
        if (episode.tenant, episode.dedup_key) not in still
    ]
    withdrawn = restated.before_opening(over)
    for episode in over:
        is_withdrawn = episode.exception_id in withdrawn
        after = due_shortage.ended(episode, as_of=as_of, withdrawn=is_withdrawn)
        yield Judgement(episode, after, episode.opened)


def _values(store: Store, found: Sequence[Shortage], *, today: date) -> dict[Place, Value]:
    items = sorted({shortage.item for shortage in found})
    values: dict[Place, Value] = {}
    for start in range(0, len(items), CHUNK):
        rows = store.read_arrow(
            "due_shortage_value", as_of=today, items=items[start : start + CHUNK]
        ).to_pylist()
        for row in rows:
            value = Value(**{**row, "events": tuple(row["events"])})
            values[value.tenant, value.item, value.loc] = value
    return values

# SPDX-License-Identifier: AGPL-3.0-or-later
"""From what was known to what is known: which events that takes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sightline.desk import Episode, Step, dedup_key, steps

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
Make = Callable[..., Episode]


def told(found: list[Step]) -> list[tuple[str, str, int]]:
    return [(step.verb, step.action, step.episode.revision) for step in found]


def test_a_new_episode_is_opened(episode: Make) -> None:
    assert told(steps(None, episode(), at=NOON)) == [("opened", "", 1)]


def test_a_new_episode_that_is_over_is_opened_and_resolved_at_its_own_times(
    episode: Make,
) -> None:
    # given an episode of the past
    over = episode(state="resolved", resolved=NOON + HOUR, resolution="ended")
    # when it is first seen much later
    found = steps(None, over, at=NOON + 100 * HOUR)
    # then
    assert told(found) == [("opened", "", 1), ("resolved", "", 2)]
    assert [step.at for step in found] == [NOON, NOON + HOUR]
    assert [step.episode.state for step in found] == ["open", "resolved"]


def test_nothing_new_takes_no_step(episode: Make) -> None:
    known = episode(revision=7)
    assert steps(known, episode(), at=NOON) == []


def test_an_open_one_that_gets_worse_escalates_and_one_that_eases_is_updated(
    episode: Make,
) -> None:
    known = episode(severity="high", revision=1)
    assert told(steps(known, episode(severity="critical"), at=NOON)) == [
        ("changed", "escalated", 2)
    ]
    assert told(steps(known, episode(severity="medium"), at=NOON)) == [
        ("changed", "updated", 2)
    ]


def test_an_ended_one_that_goes_on_is_reopened(episode: Make) -> None:
    known = episode(state="resolved", resolved=NOON, resolution="ended", revision=2)
    assert told(steps(known, episode(), at=NOON)) == [("changed", "reopened", 3)]


def test_an_ended_one_that_is_withdrawn_is_resolved_again(episode: Make) -> None:
    known = episode(state="resolved", resolved=NOON, resolution="ended", revision=2)
    after = replace(known, resolution="withdrawn")
    assert told(steps(known, after, at=NOON)) == [("resolved", "", 3)]


def test_the_event_says_everything_the_contract_lists(episode: Make) -> None:
    # given an opening with money and evidence
    full = episode(
        money=Decimal("30.5000"),
        currency="GBP",
        facts={"short_units": "12"},
        evidence=("a", "b"),
        object="item/A100",
    )
    (step,) = steps(None, full, at=NOON)
    # when it becomes an event
    event = step.event(recorded=NOON + HOUR)
    # then
    assert event["type"] == "io.sightline.exception.opened.v1"
    assert (event["id"], event["source"]) == ("e1/1", "sightline://rules")
    assert (event["time"], event["recordedtime"]) == (
        "2026-03-02T12:00:00.000Z",
        "2026-03-02T13:00:00.000Z",
    )
    data = event["data"]
    assert (data["exc_id"], data["revision"], data["state"]) == ("e1", 1, "open")
    assert (data["money"], data["currency"]) == ("30.5000", "GBP")
    assert data["drivers"] == [
        {"name": "short_units", "value": "12"},
        {"name": "currency", "value": "GBP"},
    ]
    assert data["evidence"] == ["a", "b"]
    assert {"type": "exception", "id": "e1", "qualifier": "about"} in data["objects"]


@given(st.dictionaries(st.text(), st.text(), max_size=3))
def test_a_dedup_key_depends_on_the_labels_only_and_stays_short(labels: dict[str, str]) -> None:
    backwards = dict(reversed(labels.items()))
    assert dedup_key(labels) == dedup_key(backwards)
    assert len(dedup_key({**labels, "item": "x" * 300})) <= 256

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 2: demand outside its range, one episode from the anomaly to the first normal day."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st

from sightline.desk import Desk, Episode
from sightline.settings import Settings

MONDAY = date(2026, 2, 23)
DAY = timedelta(days=1)


def after(days: float) -> datetime:
    """Return the start of the day that many days after Monday."""
    return datetime(2026, 2, 23, tzinfo=UTC) + days * DAY


def actions(world: Any) -> list[str]:
    entries = world.desk.pending_entries(limit=1000)
    found = [json.loads(entry.event) for entry in entries]
    return [e["data"].get("action") or e["type"].split(".")[3] for e in found]


@pytest.fixture
def surprised(world: Any) -> Any:
    """A normal Monday, then an anomaly upwards on Tuesday."""
    world.day(MONDAY, 30)
    world.day(MONDAY + DAY, 150)
    world.anomaly(MONDAY + DAY)
    world.now = after(2.5)
    return world


def test_an_anomaly_opens_an_exception_when_its_day_is_over(surprised: Any) -> None:
    # when the rules look
    outcome = surprised.judge()
    # then it says what was asked for and what was expected
    episode = surprised.the_episode()
    assert (outcome.opened, outcome.posted) == (1, 1)
    assert (episode.opened, episode.state) == (after(2), "open")
    assert episode.facts["quantity"] == "150"
    assert (episode.facts["low"], episode.facts["high"]) == ("20", "40")
    assert episode.evidence == ("anomaly-2026-02-24",)


def test_further_days_out_of_range_are_the_same_episode(surprised: Any) -> None:
    # given an open exception
    surprised.judge()
    # when two more days are above the range, one of them an anomaly of its own
    surprised.day(MONDAY + 2 * DAY, 60)
    surprised.judge()
    surprised.day(MONDAY + 3 * DAY, 200)
    surprised.anomaly(MONDAY + 3 * DAY, score=7.0)
    surprised.judge()
    # then it goes on, with more evidence and a graver face
    episode = surprised.the_episode()
    assert (episode.facts["days"], episode.facts["quantity"]) == (3, "200")
    assert episode.evidence == ("anomaly-2026-02-24", "anomaly-2026-02-26")
    assert episode.severity == "high"
    assert actions(surprised) == ["opened", "updated", "escalated"]


def test_the_first_day_inside_the_range_ends_it(surprised: Any) -> None:
    # given an open exception
    surprised.judge()
    # when Wednesday is normal
    surprised.day(MONDAY + 2 * DAY, 30)
    outcome = surprised.judge()
    # then it ended when Wednesday did
    episode = surprised.the_episode()
    assert (outcome.resolved, episode.state, episode.resolution) == (1, "resolved", "ended")
    assert episode.resolved == after(3)


def test_an_anomaly_the_other_way_ends_it_and_opens_another(surprised: Any) -> None:
    # given an open exception
    surprised.judge()
    # when Wednesday falls far below
    surprised.day(MONDAY + 2 * DAY, 0)
    surprised.anomaly(MONDAY + 2 * DAY, "down")
    surprised.judge()
    # then there are two, one of them over
    states = [(e.facts["direction"], e.state) for e in surprised.episodes()]
    assert states == [("up", "resolved"), ("down", "open")]


def test_days_that_nobody_judged_leave_it_open(surprised: Any) -> None:
    # given an open exception
    surprised.judge()
    # when Wednesday is masked and Thursday is still running
    surprised.day(MONDAY + 2 * DAY, 30, masked=True)
    surprised.day(MONDAY + 3 * DAY, 1, score=None, p05=None, p95=None)
    surprised.judge()
    # then it is still open, with one day of evidence
    episode = surprised.the_episode()
    assert (episode.state, episode.facts["days"]) == ("open", 1)


def test_a_day_on_which_the_location_was_shut_leaves_it_open(surprised: Any) -> None:
    # given an open exception
    surprised.judge()
    # when Wednesday has no row at all, and Thursday is above the range again
    surprised.day(MONDAY + 3 * DAY, 60)
    surprised.judge()
    # then it is one episode of two days
    episode = surprised.the_episode()
    assert (episode.state, episode.facts["days"]) == ("open", 2)


def test_a_day_that_loses_its_score_no_longer_ends_it(surprised: Any) -> None:
    # given an exception that Wednesday ended
    surprised.day(MONDAY + 2 * DAY, 30)
    surprised.judge()
    # when Wednesday turns out to be beyond judging
    surprised.day(MONDAY + 2 * DAY, 30, score=None, expected=None, p05=None, p95=None)
    surprised.judge()
    # then it goes on
    assert surprised.the_episode().state == "open"


def test_a_withdrawn_anomaly_withdraws_the_exception(surprised: Any) -> None:
    # given an open exception
    surprised.judge()
    # when late data make Tuesday normal
    surprised.anomaly(MONDAY + DAY, state="withdrawn")
    surprised.day(MONDAY + DAY, 30)
    surprised.judge()
    # then it is over, says why, and has not vanished
    episode = surprised.the_episode()
    assert (episode.state, episode.resolution) == ("resolved", "withdrawn")


def test_an_anomaly_raised_again_reopens_the_same_exception(surprised: Any) -> None:
    # given an exception that was withdrawn
    surprised.judge()
    surprised.anomaly(MONDAY + DAY, state="withdrawn")
    surprised.judge()
    # when the anomaly stands again
    surprised.anomaly(MONDAY + DAY)
    outcome = surprised.judge()
    # then nobody is told twice
    assert actions(surprised) == ["opened", "resolved", "reopened"]
    assert outcome.posted == 0


def test_a_late_revision_of_the_day_that_ended_it_reopens_it(surprised: Any) -> None:
    # given an exception that Wednesday ended
    surprised.day(MONDAY + 2 * DAY, 30)
    surprised.judge()
    # when late orders lift Wednesday above its range
    surprised.day(MONDAY + 2 * DAY, 70)
    surprised.judge()
    # then it is open again
    assert surprised.the_episode().state == "open"
    assert actions(surprised) == ["opened", "resolved", "reopened"]


def test_an_anomaly_of_last_week_opens_and_ends_without_a_word(surprised: Any) -> None:
    # given the same tables read a week later
    surprised.day(MONDAY + 2 * DAY, 30)
    surprised.now = after(10)
    # when the rules look
    outcome = surprised.judge()
    # then it is history
    assert (outcome.opened, outcome.resolved, outcome.posted) == (1, 1, 0)


def test_an_open_exception_whose_tables_were_emptied_is_withdrawn(
    surprised: Any, raw: Any
) -> None:
    # given an open exception
    surprised.judge()
    # when the tables are gone
    raw.command("TRUNCATE TABLE demand")
    raw.command("TRUNCATE TABLE anomalies")
    surprised.judge()
    # then it does not stay open for ever
    assert surprised.the_episode().resolution == "withdrawn"


def test_money_is_known_only_when_every_anomaly_has_a_value(surprised: Any) -> None:
    # given one anomaly with a value and a following one without
    surprised.anomaly(MONDAY + DAY, excess_value=Decimal("240.50"))
    surprised.judge()
    before = surprised.the_episode().money
    surprised.day(MONDAY + 2 * DAY, 150)
    surprised.anomaly(MONDAY + 2 * DAY)
    surprised.judge()
    # then
    assert (before, surprised.the_episode().money) == (Decimal("240.50"), None)


def test_without_a_value_the_excess_is_priced_as_the_days_orders_were(surprised: Any) -> None:
    # given orders of that day, 100 at 2.00 and 50 at 5.00, and one of the day after
    surprised.placed("1", "2.00", base_qty=100, time=after(1))
    surprised.placed("2", "5.00", base_qty=50, time=after(1.9))
    surprised.placed("3", "99.00", base_qty=50, time=after(2))
    # when the rules look
    surprised.judge()
    # then 120 units at 3.00 on average
    episode = surprised.the_episode()
    assert (episode.money, episode.currency) == (Decimal("360.0000"), "GBP")


def test_an_excess_without_all_prices_has_no_value(surprised: Any) -> None:
    # given one order without a price
    surprised.placed("1", "2.00", base_qty=100, time=after(1))
    surprised.placed("2", None, base_qty=50, time=after(1))
    # when the rules look
    surprised.judge()
    # then nothing is invented
    assert surprised.the_episode().money is None


def test_without_a_change_the_rules_do_not_write(surprised: Any) -> None:
    # given a look
    surprised.judge()
    marks = surprised.desk.recall("demand_out_of_range")
    # when they look again
    surprised.judge()
    # then
    assert surprised.desk.recall("demand_out_of_range") == marks
    assert actions(surprised) == ["opened"]


VERDICTS = st.sampled_from(["UP", "up", "DOWN", "down", "inside", "unknown", "silent"])
QUANTITIES = {"UP": 150, "up": 50, "DOWN": 0, "down": 10, "inside": 30, "unknown": 30}


def write(world: Any, place: int, verdict: str) -> None:
    """Write one day as the stream would; capitals are anomalies."""
    day = MONDAY + place * DAY
    world.day(day, 1, item="other")
    if verdict == "silent":
        return
    world.day(day, QUANTITIES[verdict], masked=verdict == "unknown")
    state = "raised" if verdict.isupper() else "withdrawn"
    direction = "down" if verdict == "DOWN" else "up"
    if verdict.isupper() or place in world.anomalous:
        world.anomalous.add(place)
        world.anomaly(day, direction, state=state)


def standing(episodes: list[Episode]) -> set[str]:
    """Return what the desk says, without what depends on when it was said."""
    kept = [e for e in episodes if e.resolution != "withdrawn"]
    return {repr(replace(e, revision=0)) for e in kept}


STEPS = st.lists(st.tuples(VERDICTS, st.booleans()), min_size=1, max_size=12)
REVISIONS = st.lists(
    st.tuples(st.integers(0, 11), VERDICTS.filter(lambda v: v != "silent"), st.booleans()),
    max_size=4,
)


@profile(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS, REVISIONS)
def test_the_same_tables_give_the_same_episodes_whenever_the_rules_looked(
    new_world: Callable[[], Any],
    steps: list[tuple[str, bool]],
    revisions: list[tuple[int, str, bool]],
) -> None:
    # given days, some of them revised later, and looks at random moments in between
    often = new_world()
    late = [(place % len(steps), verdict, look) for place, verdict, look in revisions]
    for place, verdict, look in [*((i, *s) for i, s in enumerate(steps)), *late]:
        write(often, place, verdict)
        if look:
            often.judge()
    often.judge()
    # when a new desk looks once at the same tables
    once = replace(often, desk=new_desk(often))
    once.judge()
    # then both know the same episodes, and each cause has at most one open
    assert standing(often.episodes()) == standing(once.episodes())
    assert len([e for e in often.episodes() if e.state == "open"]) <= 1
    once.desk.close()


def new_desk(world: Any) -> Desk:
    path = world.desk.engine.url.database
    return Desk.open(Settings(desk=f"sqlite:///{path}.once"))

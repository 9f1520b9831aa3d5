# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rule 1: due demand exceeds what is available."""

import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

HOUR = timedelta(hours=1)
TODAY = date(2026, 3, 2)


def events(world: Any) -> list[dict[str, Any]]:
    return [json.loads(entry.event) for entry in world.desk.pending_entries(limit=100)]


def kinds(world: Any) -> list[str]:
    return [event["type"].split(".")[3] for event in events(world)]


@pytest.fixture
def short(world: Any) -> Any:
    """Eight available, twenty due: twelve short."""
    world.position(available=8)
    world.line("1", outstanding=15, due=date(2026, 3, 1))
    world.line("2", outstanding=9, reserved=4)
    return world


def test_due_units_beyond_what_is_available_open_an_exception(short: Any) -> None:
    # when the rules look
    outcome = short.judge()
    # then one exception tells how much is short, and from when
    episode = short.the_episode()
    assert (outcome.opened, episode.facts["short_units"]) == (1, "12")
    assert (episode.facts["due_units"], episode.facts["available"]) == ("20", "8")
    assert (episode.facts["due_lines"], episode.facts["oldest_due"]) == (2, "2026-03-01")
    assert (episode.state, episode.opened) == ("open", short.now)


def test_exactly_enough_is_no_shortage(world: Any) -> None:
    # given as much available as is due
    world.position(available=15)
    world.line("1", outstanding=15, due=TODAY)
    # then nothing opens
    assert world.judge().opened == 0


def test_a_line_that_is_not_due_yet_counts_from_its_day_on(world: Any) -> None:
    # given a line requested for tomorrow
    world.position(available=0)
    world.line("1", outstanding=5, due=date(2026, 3, 3))
    # when the rules look today and again tomorrow, though no table changed
    today, tomorrow = world.judge().opened, world.judge(world.now + 24 * HOUR).opened
    # then it opens tomorrow
    assert (today, tomorrow) == (0, 1)


def test_a_negative_stock_counts_as_nothing_and_is_shown(world: Any) -> None:
    # given less than nothing available
    world.position(available=-7)
    world.line("1", outstanding=5)
    # when the rules look
    world.judge()
    # then five are short, not twelve
    facts = world.the_episode().facts
    assert (facts["short_units"], facts["available"]) == ("5", "-7")


def test_what_a_line_has_reserved_is_on_neither_side(world: Any) -> None:
    # given all that is outstanding reserved, and nothing left over
    world.position(available=0)
    world.line("1", outstanding=5, reserved=5)
    # then nothing is short
    assert world.judge().opened == 0


def test_one_cause_opens_once_however_often_the_rules_look(short: Any) -> None:
    # given an open exception
    short.judge()
    # when the rules look again, also after a table changed elsewhere
    again = short.judge()
    short.position(item="B200", available=1)
    third = short.judge()
    # then nothing more happens
    assert (again.opened, third.opened, third.changed) == (0, 0, 0)
    assert kinds(short) == ["opened"]


def test_the_exception_ends_when_the_stock_arrives(short: Any) -> None:
    # given an open exception
    short.judge()
    # when stock arrives an hour later
    short.position(available=100)
    outcome = short.judge(short.now + HOUR)
    # then it is over, under the same id
    episode = short.the_episode()
    assert (outcome.resolved, episode.state, episode.resolution) == (1, "resolved", "ended")
    assert episode.resolved == short.now + HOUR
    assert kinds(short) == ["opened", "resolved"]


def test_a_shortage_back_within_an_hour_is_the_same_one_and_not_posted_again(
    short: Any,
) -> None:
    # given a shortage that ended
    short.judge()
    short.position(available=100)
    short.judge(short.now + HOUR)
    # when it is back 59 minutes later
    short.position(available=8)
    outcome = short.judge(short.now + HOUR + timedelta(minutes=59))
    # then the same exception is open again
    assert (outcome.opened, outcome.changed, outcome.posted) == (0, 1, 0)
    assert short.the_episode().state == "open"
    assert events(short)[-1]["data"]["action"] == "reopened"


def test_a_shortage_back_after_more_than_an_hour_is_a_new_one(short: Any) -> None:
    # given a shortage that ended
    short.judge()
    short.position(available=100)
    short.judge(short.now + HOUR)
    # when it is back 61 minutes later
    short.position(available=8)
    outcome = short.judge(short.now + HOUR + timedelta(minutes=61))
    # then a second exception opens and is posted
    assert (outcome.opened, outcome.posted) == (1, 1)
    assert len({episode.exception_id for episode in short.episodes()}) == 2


def test_a_shortage_that_grows_is_updated_and_one_that_gets_worse_escalates(
    world: Any,
) -> None:
    # given a shortage that inbound supply covers
    world.position(available=0, on_order=10)
    world.line("1", outstanding=5)
    world.judge()
    # when more is due, and then the supply falls away
    world.line("2", outstanding=2)
    world.judge()
    world.position(available=0, on_order=0)
    world.judge()
    # then the exception tells so
    assert [e["data"].get("action") for e in events(world)] == [None, "updated", "escalated"]
    assert world.the_episode().revision == 3


@pytest.mark.parametrize(
    ("available", "on_order", "in_transit", "flags", "severity"),
    [
        (0, 0, 0, [], "critical"),
        (-3, 0, 0, [], "critical"),
        (1, 0, 0, [], "high"),
        (0, 2, 3, [], "high"),
        (0, 4, 6, [], "medium"),
        (0, 0, 0, ["no_anchor"], "high"),
        (1, 0, 0, ["no_anchor", "negative"], "medium"),
        (0, 4, 6, ["no_anchor"], "medium"),
    ],
)
def test_severity_weighs_stock_supply_and_trust(  # noqa: PLR0913, PLR0917
    world: Any, available: int, on_order: int, in_transit: int, flags: list[str], severity: str
) -> None:
    # given ten due
    world.position(available=available, on_order=on_order, in_transit=in_transit, flags=flags)
    world.line("1", outstanding=10)
    # when the rules look
    world.judge()
    # then
    assert world.the_episode().severity == severity


def test_money_is_the_short_units_at_the_average_price_of_the_due_lines(short: Any) -> None:
    # given prices of both lines: 15 at 2.00 and 5 at 4.00
    short.placed("1", "2.00")
    short.placed("2", "4.00")
    # when the rules look
    short.judge()
    # then twelve units at 2.50
    episode = short.the_episode()
    assert (episode.money, episode.currency) == (Decimal("30.0000"), "GBP")
    assert episode.evidence == ("event-1", "event-2")


@pytest.mark.parametrize(
    ("price", "currency"),
    [(None, "GBP"), ("4.00", "EUR")],
    ids=["no price", "mixed currencies"],
)
def test_money_is_unknown_when_one_price_is_missing_or_currencies_mix(
    short: Any, price: str | None, currency: str
) -> None:
    # given a line whose price does not fit
    short.placed("1", "2.00")
    short.placed("2", price, currency)
    # when the rules look
    short.judge()
    # then nothing is invented
    assert short.the_episode().money is None


def test_a_shortage_that_began_before_yesterday_is_kept_and_not_posted(world: Any) -> None:
    # given a position last touched two days ago, with a line due a week ago
    world.position(as_of=world.now - 48 * HOUR)
    world.line("1", outstanding=5, due=date(2026, 2, 23))
    # when the rules look
    outcome = world.judge()
    # then it is open and nobody was told
    assert (outcome.opened, outcome.posted) == (1, 0)
    assert world.desk.deliveries() == []


def test_a_line_that_became_due_today_is_news_though_nothing_moved(world: Any) -> None:
    # given a position last touched two days ago, with a line due today
    world.position(as_of=world.now - 48 * HOUR)
    world.line("1", outstanding=5, due=TODAY)
    # then it is posted
    assert world.judge().posted == 1


def test_a_replay_of_last_year_opens_and_ends_without_a_word(short: Any) -> None:
    # given the same tables read a year later
    short.now += timedelta(days=365)
    # when the rules judge by the old watermark
    outcome = short.judge(short.now - timedelta(days=365))
    # then it is history
    assert (outcome.opened, outcome.posted) == (1, 0)


def test_two_tenants_with_the_same_item_have_their_own_exceptions(world: Any) -> None:
    # given the same shortage at two tenants
    for tenant in ("north", "south"):
        world.position(tenant=tenant)
        world.line("1", tenant=tenant, outstanding=5)
    world.judge()
    # when one of them is over
    world.position(tenant="north", available=50)
    world.judge(world.now + HOUR)
    # then the other is not
    assert {e.tenant: e.state for e in world.episodes()} == {
        "north": "resolved",
        "south": "open",
    }


def test_names_with_quotes_and_backslashes_survive(world: Any) -> None:
    # given an item that would break a careless query
    name = "A'1\\ \"x\", ['b'] {c}\t\u2013\n"
    world.position(item=name)
    world.line("1", item=name, outstanding=5)
    # when the rules look twice
    first, second = world.judge(), world.judge(world.now + 24 * HOUR)
    # then it is one exception about that name
    assert (first.opened, second.opened, second.changed) == (1, 0, 0)
    assert world.the_episode().item == name

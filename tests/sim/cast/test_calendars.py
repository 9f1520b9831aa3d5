# SPDX-License-Identifier: AGPL-3.0-or-later
"""Calendars know weekends, holidays and clocks that go forward and back."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.cast.calendars import Calendar
from sightline.sim.cast.cast import Cast
from sightline.sim.cast.holidays import FIXED, easter, holidays
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, date_of, day_of, moment, time_of
from sightline.sim.profile import PROFILES

CAST = Cast.build(PROFILES["small"], 1)
ALL = (*CAST.calendars, *CAST.offices)
BERLIN = Calendar("CAL", "DE", "Europe/Berlin", 5, (7, 19))
FIRST, LAST = moment(datetime(2025, 1, 1, tzinfo=UTC)), moment(datetime(2028, 1, 1, tzinfo=UTC))
MOMENTS = st.integers(FIRST // MINUTE, LAST // MINUTE).map(lambda minute: minute * MINUTE)


def day(text: str) -> int:
    """Return a date as days since 1970."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


def at(text: str) -> int:
    """Return a time, UTC."""
    return moment(datetime.fromisoformat(text + "+00:00"))


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("2026-01-01", False),  # New Year, a Thursday
        ("2026-01-02", True),
        ("2026-01-03", False),  # a Saturday
        ("2026-04-03", False),  # Good Friday
        ("2026-04-06", False),  # Easter Monday
        ("2026-05-14", False),  # Ascension
        ("2026-05-25", False),  # Whit Monday
        ("2026-06-15", True),
        ("2026-12-25", False),
        ("2027-03-26", False),  # Good Friday a year on
    ],
)
def test_a_place_rests_on_weekends_and_holidays(text: str, is_open: bool) -> None:  # noqa: FBT001
    assert BERLIN.is_open(day(text)) is is_open


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28"),
        (2038, "2038-04-25"), (1981, "1981-04-19"), (1954, "1954-04-18"),
    ],
)  # fmt: skip
def test_easter_is_when_it_is(year: int, sunday: str) -> None:
    assert str(date_of(easter(year))) == sunday


def test_countries_celebrate_on_days_of_their_own() -> None:
    free = {country: set(holidays(country, 2026)) for country in FIXED}
    assert len({frozenset(days) for days in free.values()}) == len(free)
    assert all(day("2026-12-25") in days for days in free.values())
    assert day("2026-07-14") in free["FR"]
    assert day("2026-07-14") not in free["DE"]


def test_a_shift_keeps_its_local_hours_when_clocks_change() -> None:
    # given the Fridays before and the Mondays after both changes of 2026
    before, after = day("2026-03-27"), day("2026-03-30")
    autumn, winter = day("2026-10-23"), day("2026-10-26")
    # then seven o'clock is six in UTC in winter and five in summer
    assert BERLIN.opens(before) == at("2026-03-27T06:00")
    assert BERLIN.opens(after) == at("2026-03-30T05:00")
    assert BERLIN.opens(autumn) == at("2026-10-23T05:00")
    assert BERLIN.opens(winter) == at("2026-10-26T06:00")


@pytest.mark.parametrize("calendar", ALL, ids=lambda calendar: calendar.code)
def test_every_shift_lies_in_its_local_day_and_in_one_day_of_utc(calendar: Calendar) -> None:
    begin, end = calendar.hours
    for number in range(day("2025-12-30"), day("2027-01-05")):
        opens, closes = calendar.opens(number), calendar.closes(number)
        assert day_of(opens) == day_of(closes) == number
        local = time_of(opens).astimezone(ZoneInfo(calendar.zone))
        assert (local.date(), local.hour) == (date_of(number), begin)
        assert closes - opens == (end - begin) * HOUR


def test_work_ends_today_when_there_is_time_and_goes_on_after_a_weekend_otherwise() -> None:
    # given Friday 16:00 in Berlin, three hours before the shift ends
    friday = at("2026-01-09T15:00")
    assert BERLIN.add_work(friday, 2) == at("2026-01-09T17:00")
    assert BERLIN.add_work(friday, 3) == at("2026-01-09T18:00")
    assert BERLIN.add_work(friday, 4) == at("2026-01-12T07:00")


def test_work_spans_holidays_and_a_change_of_clocks() -> None:
    # given a Thursday evening before Easter, an hour before the shift ends
    thursday = at("2026-04-02T16:00")
    # then the second hour is done on the Tuesday after, an early one
    assert BERLIN.add_work(thursday, 2) == at("2026-04-07T06:00")
    assert BERLIN.add_work(at("2026-03-27T17:30"), 1) == at("2026-03-30T05:30")


def test_no_work_is_done_as_soon_as_somebody_is_there() -> None:
    assert BERLIN.add_work(at("2026-01-10T12:00"), 0) == at("2026-01-12T06:00")
    assert BERLIN.add_work(at("2026-01-12T09:30"), 0) == at("2026-01-12T09:30")
    assert BERLIN.add_work(at("2026-01-12T18:00"), 0) == at("2026-01-13T06:00")


@given(
    calendar=st.sampled_from(ALL),
    since=MOMENTS,
    hours=st.integers(0, 300).map(lambda tenths: tenths / 10),
)
def test_work_takes_just_its_hours_of_opening(
    calendar: Calendar, since: int, hours: float
) -> None:
    done = calendar.add_work(since, hours)
    assert done >= since
    assert calendar.work_between(since, done) == round(hours * 3_600) * HOUR // 3_600
    assert calendar.opens(day_of(done)) <= done <= calendar.closes(day_of(done))
    assert calendar.is_open(day_of(done))


@given(st.integers(day_of(FIRST), day_of(LAST)))
def test_the_next_open_day_is_the_first_one(number: int) -> None:
    following = BERLIN.next_open(number)
    assert BERLIN.open_days(number, following) == [following]


def test_large_places_work_on_saturdays_and_nobody_on_sundays() -> None:
    # given an ordinary week of February
    monday = day("2026-02-02")
    # when the days are listed on which each kind of place works
    weeks = {
        place.kind: CAST.calendar_of(place.index).open_days(monday, monday + 6)
        for place in CAST.places
    }
    # then
    assert {kind: len(days) for kind, days in weeks.items()} == {
        "large": 6, "regional": 5, "cross_dock": 6,
    }  # fmt: skip
    assert all(
        len(CAST.office_of(each).open_days(monday, monday + 6)) == 5 for each in range(6)
    )


def test_a_span_without_openings_holds_no_work() -> None:
    saturday = at("2026-01-10T00:00")
    assert BERLIN.work_between(saturday, saturday + 2 * DAY) == 0
    assert BERLIN.work_between(saturday, saturday) == 0

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures say what their frame holds: traces, labels and words."""

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from dashboard import figures, theme

START = datetime(2026, 3, 1, tzinfo=UTC)


def days(count: int, **columns: list[object]) -> pd.DataFrame:
    index = [START + timedelta(days=each) for each in range(count)]
    return pd.DataFrame({"day": pd.to_datetime(index, utc=True), **columns})


def hours(on_hand: list[float]) -> pd.DataFrame:
    index = pd.to_datetime([START + timedelta(hours=each) for each in range(len(on_hand))])
    return pd.DataFrame({"hour": index, "on_hand": on_hand, "available": on_hand})


def test_the_last_state_is_held_until_now() -> None:
    # given a position that last changed at 01:00
    until = START + timedelta(hours=9)
    # when its history is drawn at 09:00
    on_hand, _ = figures.history.draw(hours([5.0, 3.0]), until=until).data
    # then the line goes on to 09:00 at the same height
    assert list(on_hand.y) == [5.0, 3.0, 3.0]
    assert on_hand.x[-1] == until
    assert on_hand.line.shape == "hv"


def test_a_position_at_rest_for_years_keeps_room_for_its_changes() -> None:
    # given changes over ninety-six hours
    changes = hours([1.0] * 97)
    last = START + timedelta(hours=96)
    # then the last state is held until now, but no more than a quarter longer
    assert figures.history.held_until(changes, last + timedelta(hours=3)) == last + timedelta(
        hours=3
    )
    assert figures.history.held_until(changes, last + timedelta(days=999)) == last + timedelta(
        days=1
    )
    assert figures.history.held_until(changes, START) == last


def test_zero_is_marked_only_where_stock_falls_below_it() -> None:
    until = START + timedelta(hours=9)
    assert not figures.history.draw(hours([5.0, 3.0]), until=until).layout.shapes
    assert figures.history.draw(hours([5.0, -3.0]), until=until).layout.shapes


def test_a_history_is_worded() -> None:
    assert figures.history.say(hours([5.0, 1234.0])) == (
        "Line chart of stock, 1 Mar 2026 to 1 Mar 2026: on hand between 5 and 1,234, "
        "now 1,234; available now 1,234 units."
    )


def demand() -> pd.DataFrame:
    """Three days: one while the model learns, a usual one and an unusual one."""
    return days(
        3,
        qty=[4.0, 5.0, 30.0],
        expected=[None, 5.0, 5.0],
        low=[None, 2.0, 2.0],
        high=[None, 9.0, 9.0],
        is_unusual=[False, False, True],
    ).astype({"expected": float, "low": float, "high": float})


def test_only_unusual_days_carry_a_diamond() -> None:
    traces = {trace.name: trace for trace in figures.demand.draw(demand()).data}
    assert list(traces["Outside the range"].y) == [30.0]
    assert traces["Outside the range"].marker.symbol == "diamond"


def test_the_range_covers_only_days_that_were_judged() -> None:
    traces = {trace.name: trace for trace in figures.demand.draw(demand()).data}
    assert list(traces["Expected range"].y) == [9.0, 9.0]
    assert list(traces["Asked for"].y) == [4.0, 5.0, 30.0]


def test_total_demand_begins_with_the_first_judged_day() -> None:
    traces = {trace.name: trace for trace in figures.demand.draw_total(demand()).data}
    assert list(traces["Asked for"].y) == [5.0, 30.0]


def test_demand_is_worded() -> None:
    said = figures.demand.say(demand())
    assert "39 units, at most 30 on a day, outside its expected range on 3 Mar 2026" in said


def waits() -> pd.DataFrame:
    return pd.DataFrame(
        {"process": ["p", "p"], "activity": ["<b>A</b> & co", "B"], "wait_h": [30.0, 3.0]}
    ).assign(work_h=[2.0, 0.0])


def test_waits_are_labelled_with_their_length() -> None:
    wait, work, labels = figures.waits.draw(waits()).data
    assert list(labels.text) == [" 1.2 d", " 3 h"]
    assert list(labels.x) == [32.0, 3.0]
    assert (wait.name, work.name) == ("Wait", "Work")


def test_names_on_an_axis_are_shown_as_they_are() -> None:
    ticks = figures.waits.draw(waits()).layout.yaxis.ticktext
    assert ticks[0] == "&lt;b&gt;A&lt;/b&gt; &amp; co"


def test_activities_of_several_processes_name_their_process() -> None:
    ticks = figures.waits.draw(waits().assign(process=["buy", "sell"])).layout.yaxis.ticktext
    assert ticks[1].startswith("B<br>")
    assert ">sell<" in ticks[1]


def test_waits_of_days_get_an_axis_in_days() -> None:
    long = waits().assign(wait_h=[240.0, 24.0])
    figure = figures.waits.draw(long)
    assert figure.layout.xaxis.ticksuffix == " d"
    assert list(figure.data[0].x) == [10.0, 1.0]


def test_a_trend_is_worded() -> None:
    frame = days(2, open=[1, 3], opened=[1, 2], resolved=[0, 0])
    (bars,) = figures.trend.draw(frame).data
    assert list(bars.y) == [1.0, 3.0]
    assert figures.trend.say(frame) == (
        "Bar chart of open exceptions over 2 days: 1 at first, at most 3, 3 now."
    )


@pytest.mark.parametrize("dark", [False, True])
def test_every_figure_can_be_empty(*, dark: bool) -> None:
    # given frames without rows
    nothing = demand().head(0)
    no_waits, no_trend = waits().head(0), days(0, open=[], opened=[], resolved=[])
    no_hours = hours([]).assign(hour=pd.to_datetime([], utc=True))
    # then every figure is drawn, and says that it is empty
    figures.history.draw(no_hours, until=START, dark=dark)
    figures.demand.draw(nothing, dark=dark)
    figures.demand.draw_total(nothing, dark=dark)
    figures.waits.draw(no_waits, dark=dark)
    figures.trend.draw(no_trend, dark=dark)
    for said in (
        figures.history.say(no_hours),
        figures.demand.say(nothing),
        figures.waits.say(no_waits),
        figures.trend.say(no_trend),
    ):
        assert "empty" in said


def test_light_and_dark_differ_in_text_and_line() -> None:
    light = figures.demand.draw(demand(), dark=False)
    dark = figures.demand.draw(demand(), dark=True)
    assert light.layout.font.color == theme.LIGHT.text
    assert dark.layout.font.color == theme.DARK.text


@pytest.mark.parametrize("dark", [False, True])
def test_every_status_can_be_read_on_its_ground(*, dark: bool) -> None:
    # given the ground of a theme
    ground = theme.palette(dark=dark).ground
    # then every status stands out from it by 4.5 to 1, as WCAG asks of text
    for each in theme.STATUSES.values():
        assert theme.contrast(each.dark if dark else each.light, ground) > 4.5
    assert theme.contrast(theme.palette(dark=dark).quiet, ground) > 4.5

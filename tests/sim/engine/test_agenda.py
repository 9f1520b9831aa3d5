# SPDX-License-Identifier: AGPL-3.0-or-later
"""The agenda does everything once, in order of time and name, and spares first minutes."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from sightline.sim.engine.agenda import Agenda, free_minute
from sightline.sim.engine.moments import HOUR, MINUTE

DUES = st.integers(0, 10 * HOUR)
ENTRIES = st.lists(st.tuples(DUES, st.sampled_from("abcde")), max_size=40)


def noted(log: list[tuple[int, str]], name: str) -> Callable[[int], None]:
    """Return an action that writes down when it happens."""
    return lambda at: log.append((at, name))


def test_an_action_of_the_first_minute_waits_for_the_second() -> None:
    # given something due on the hour, something within the first minute, something later
    log: list[tuple[int, str]] = []
    agenda = Agenda()
    agenda.at(HOUR, "on the hour", noted(log, "on the hour"))
    agenda.at(HOUR + MINUTE // 2, "soon after", noted(log, "soon after"))
    agenda.at(HOUR + 5 * MINUTE, "later", noted(log, "later"))
    # when the hour passes
    agenda.run(2 * HOUR)
    # then nothing happened in its first minute
    minute = HOUR + MINUTE
    assert log == [
        (minute, "on the hour"),
        (minute, "soon after"),
        (HOUR + 5 * MINUTE, "later"),
    ]


def test_what_is_due_in_the_past_is_done_now() -> None:
    log: list[tuple[int, str]] = []
    agenda = Agenda()
    agenda.run(3 * HOUR)
    agenda.at(HOUR, "late", noted(log, "late"))
    agenda.run(4 * HOUR)
    assert log == [(3 * HOUR + MINUTE, "late")]


def test_an_action_may_schedule_another_for_the_same_hour() -> None:
    # given a first step that schedules a second one 10 minutes on
    log: list[tuple[int, str]] = []
    agenda = Agenda()

    def first(at: int) -> None:
        log.append((at, "first"))
        agenda.at(at + 10 * MINUTE, "second", noted(log, "second"))

    agenda.at(20 * MINUTE, "first", first)
    # when the hour passes, both have happened
    agenda.run(HOUR)
    assert log == [(20 * MINUTE, "first"), (30 * MINUTE, "second")]


def test_what_is_due_at_the_end_belongs_to_the_next_hour() -> None:
    log: list[tuple[int, str]] = []
    agenda = Agenda()
    agenda.at(HOUR + MINUTE, "next", noted(log, "next"))
    agenda.run(HOUR + MINUTE)
    assert log == []
    agenda.run(HOUR + MINUTE + 1)
    assert log == [(HOUR + MINUTE, "next")]


@given(ENTRIES)
def test_everything_happens_once_in_order_of_time_and_name(
    entries: list[tuple[int, str]],
) -> None:
    # given any actions
    log: list[tuple[int, str]] = []
    agenda = Agenda()
    for due, name in entries:
        agenda.at(due, name, noted(log, name))
    # when hours pass
    for end in range(HOUR, 12 * HOUR, HOUR):
        agenda.run(end)
        assert all(at < end for at, _ in log)
    # then all happened, at whole milliseconds, sorted
    assert log == sorted(log)
    assert log == sorted((free_minute(due) // 1000 * 1000, name) for due, name in entries)


@given(ENTRIES, DUES)
def test_one_more_action_turns_no_others_round(
    entries: list[tuple[int, str]], extra: int
) -> None:
    # given a run, and the same one with another action
    def lived(more: list[tuple[int, str]]) -> list[tuple[int, str]]:
        log: list[tuple[int, str]] = []
        agenda = Agenda()
        for due, name in more + entries:
            agenda.at(due, name, noted(log, name))
        agenda.run(12 * HOUR)
        return log

    # then the others come in the same order
    assert [each for each in lived([(extra, "x")]) if each[1] != "x"] == lived([])

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mining by changed cases gives what mining everything at once gives."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mining import facts
from mining.runner import Mined, mine_once
from sightline.store import Store

Step = Callable[..., dict[str, Any]]

HOUR_MS = 3_600_000
_fresh = itertools.count()


def test_nothing_new_means_nothing_to_do(stream: Any, step: Step, store: Store) -> None:
    stream.write([step("1", "a", 0)])
    assert mine_once(store) == Mined(cases=1, processes=("p",))
    assert mine_once(store) == Mined()


def test_only_cases_with_new_events_are_recomputed(
    stream: Any, step: Step, store: Store
) -> None:
    stream.write([step("1", "a", 0), step("2", "a", 0)])
    mine_once(store)
    stream.write([step("2", "b", 1)])
    assert mine_once(store).cases == 1
    assert _orders(store, "p") == {"1": ["a"], "2": ["a", "b"]}


def test_a_late_event_takes_its_place(stream: Any, step: Step, store: Store) -> None:
    # given a case that was mined
    stream.write([step("1", "a", 0), step("1", "c", 2)])
    mine_once(store)
    # when an event in its middle arrives late
    stream.write([step("1", "b", 1)])
    mine_once(store)
    # then the path around it is gone
    assert _orders(store, "p") == {"1": ["a", "b", "c"]}
    found = facts.dfg(store, "p")
    assert set(zip(found["activity"], found["next_activity"], strict=True)) == {
        ("a", "b"),
        ("b", "c"),
    }
    assert len(facts.variants(store, "p")) == 1


def test_sequence_decides_between_equal_times(stream: Any, step: Step, store: Store) -> None:
    stream.write(
        [step("1", "b", 0, sequence="2", id="x"), step("1", "a", 0, sequence="1", id="y")]
    )
    mine_once(store)
    assert _orders(store, "p") == {"1": ["a", "b"]}


def test_events_that_the_stream_has_not_vouched_for_wait(
    stream: Any, step: Step, store: Store
) -> None:
    # given events of a batch that is not yet written whole
    stream.write([step("1", "a", 0)], note=False)
    assert mine_once(store) == Mined()
    # when the stream notes it
    stream.note()
    # then they are mined
    assert mine_once(store).cases == 1


def test_processes_and_tenants_with_the_same_case_ids_stay_apart(
    stream: Any, step: Step, store: Store
) -> None:
    stream.write(
        [
            step("1", "a", 0),
            step("1", "b", 1, process="q"),
            step("1", "c", 2, tenant="other"),
        ]
    )
    assert mine_once(store) == Mined(cases=3, processes=("p", "q"))
    assert facts.dfg(store, "p").empty
    assert facts.processes(store).set_index("process")["cases"].to_dict() == {"p": 2, "q": 1}


def test_a_new_generation_of_the_log_is_read_from_its_beginning(
    stream: Any, step: Step, store: Store
) -> None:
    stream.write([step("1", "a", 0), step("1", "b", 1)])
    mine_once(store)
    stream.write([step("2", "a", 2, gen=2)])
    assert mine_once(store).cases == 1


@pytest.mark.parametrize("cases_at_once", [1, 3, 100])
def test_cutting_a_backlog_changes_nothing(
    stream: Any, step: Step, store: Store, cases_at_once: int
) -> None:
    stream.write(step(str(at % 10), "ab"[at % 2], at) for at in range(40))
    assert mine_once(store, cases_at_once=cases_at_once).cases == 10
    assert _orders(store, "p") == {str(case): ["ab"[case % 2]] * 4 for case in range(10)}
    assert facts.processes(store)["events"].sum() == 40


class Dying:
    """A store whose process dies before its `fatal`-th writing statement."""

    def __init__(self, store: Store, fatal: int) -> None:
        self._store = store
        self._left = fatal

    def read(self, name: str, **params: Any) -> Any:
        return self._store.read(name, **params)

    def run(self, name: str, **params: Any) -> None:
        if not self._left:
            raise KeyboardInterrupt
        self._left -= 1
        self._store.run(name, **params)


@pytest.mark.parametrize("fatal", range(4))
def test_a_run_that_dies_is_done_again(
    stream: Any, step: Step, store: Store, fatal: int
) -> None:
    # given a run that died after some of its statements, and a late event after that
    stream.write([step("1", "a", 0), step("1", "c", 2), step("2", "a", 0)])
    with pytest.raises(KeyboardInterrupt):
        mine_once(Dying(store, fatal))  # type: ignore[arg-type]
    stream.write([step("1", "b", 1)])
    # when the next run comes
    mine_once(store)
    # then it is as if the first had never been
    assert _orders(store, "p") == {"1": ["a", "b", "c"], "2": ["a"]}
    assert facts.cases(store, "p").set_index("case_id")["events"].to_dict() == {"1": 3, "2": 1}
    assert mine_once(store) == Mined()


def test_mining_beside_the_stream_misses_nothing(stream: Any, step: Step, store: Store) -> None:
    # given cases whose events arrive latest first, a batch for each hour
    def arrive() -> None:
        for at in reversed(range(12)):
            stream.write([step(str(case), "ab"[at % 2], at) for case in range(20)])

    # when two miners run all the time while a stream writes
    with ThreadPoolExecutor(3) as pool:
        writing = pool.submit(arrive)
        while not writing.done():
            for run in [pool.submit(mine_once, store, cases_at_once=7) for _ in range(2)]:
                run.result()
        writing.result()
    mine_once(store)
    # then every case is whole
    assert _orders(store, "p") == {str(case): ["a", "b"] * 6 for case in range(20)}
    assert facts.processes(store)["events"].sum() == 240


def test_an_approval_request_is_a_process_by_itself(
    stream: Any, step: Step, store: Store
) -> None:
    # given the events of one request for approval, one of them told about two objects
    stream.write(
        [
            _told(step, "approval.requested", 0, actor="A"),
            _told(step, "approval.step_changed", 2, mode="assigned"),
            _told(step, "approval.decided", 5, mode="rejected", actor="B"),
        ]
    )
    # when it is mined
    assert mine_once(store) == Mined(cases=1, processes=("approval_request",))
    # then type and mode name the activities
    assert _orders(store, "approval_request") == {"R1": ["requested", "assigned", "rejected"]}
    assert facts.cases(store, "approval_request")["duration_ms"][0] == 5 * HOUR_MS


def test_an_object_named_under_two_qualifiers_counts_once(
    stream: Any, step: Step, store: Store
) -> None:
    twice = [("exception", "X1", "subject"), ("exception", "X1", "cause")]
    stream.write([_told(step, "exception.opened", 0, objects=twice)])
    mine_once(store)
    assert _orders(store, "exception") == {"X1": ["opened"]}


def test_a_late_event_of_an_object_takes_its_place(
    stream: Any, step: Step, store: Store
) -> None:
    about = [("exception", "X1", "subject")]
    stream.write(
        [
            _told(step, "exception.opened", 0, objects=about),
            _told(step, "exception.resolved", 9, objects=about),
        ]
    )
    mine_once(store)
    stream.write([_told(step, "exception.changed", 4, mode="acknowledged", objects=about)])
    mine_once(store)
    assert _orders(store, "exception") == {"X1": ["opened", "acknowledged", "resolved"]}


def test_an_imported_log_never_mixes_with_a_process_of_objects(
    stream: Any, step: Step, store: Store
) -> None:
    # given an exception and an imported log that took the same names
    stream.write(
        [
            _told(step, "exception.opened", 0, objects=[("exception", "X1", "subject")]),
            step("X1", "imported", 1, process="exception"),
        ]
    )
    # then both are there
    assert mine_once(store).processes == ("exception", "exception (imported)")
    assert _orders(store, "exception") == {"X1": ["opened"]}
    assert _orders(store, "exception (imported)") == {"X1": ["imported"]}


EVENTS = st.lists(
    st.fixed_dictionaries(
        {
            "case": st.sampled_from("123"),
            "activity": st.sampled_from("abc"),
            "at": st.integers(0, 4),
            "lasts": st.none() | st.integers(0, 3),
            "sequence": st.sampled_from(["", "1", "2"]),
            "actor": st.sampled_from(["", "A", "B"]),
            "part": st.integers(0, 2),
        }
    ),
    min_size=1,
    max_size=14,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(events=EVENTS, cuts=st.sets(st.integers(1, 13), max_size=3), data=st.data())
def test_any_arrival_in_any_cuts_gives_what_a_plain_sort_gives(
    stream: Any, step: Step, events: list[dict[str, Any]], cuts: set[int], data: st.DataObject
) -> None:
    # given a log that arrives in any order, in any number of cuts, in three partitions
    process = f"p{next(_fresh)}"
    rows = [_row(step, process, at, **event) for at, event in enumerate(events)]
    arriving = data.draw(st.permutations(rows))
    bounds = [0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]
    # when it is mined after each cut
    for begin, end in itertools.pairwise(bounds):
        stream.write(arriving[begin:end])
        mine_once(stream.store, cases_at_once=2)
    # then cases, paths, variants, waits and rework are those of a plain sort
    store, cases = stream.store, _sorted(rows)
    assert _orders(store, process) == {
        case: [row["activity"] for row in events] for case, events in cases.items()
    }
    durations = facts.cases(store, process).set_index("case_id")["duration_ms"]
    assert durations.to_dict() == {case: _duration(events) for case, events in cases.items()}
    assert _paths(store, process) == _expected_paths(cases.values())
    assert _rework(store, process) == _expected_rework(cases.values())


def _told(step: Step, name: str, at: float, **more: Any) -> dict[str, Any]:
    about = [("approval", "R1", "subject"), ("po", "P1", "document")]
    made = step("", "", at, type=f"io.sightline.{name}.v1", process="")
    return {**made, "objects": about, **more}


def _row(
    step: Step, process: str, number: int, *, lasts: int | None, **event: Any
) -> dict[str, Any]:
    more = {} if lasts is None else {"start_time": step("", "", event["at"] - lasts)["time"]}
    kept = {name: event[name] for name in ("sequence", "actor", "part")}
    made = step(event["case"], event["activity"], event["at"], process=process, **kept)
    return {**made, "id": f"{process}/{number:02}", **more}


def _sorted(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    cases = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["time"], row["sequence"], row["id"])):
        cases[row["case_id"]].append(row)
    return dict(cases)


def _began(row: dict[str, Any]) -> Any:
    return row.get("start_time") or row["time"]


def _ms(delta: Any) -> int:
    return int(delta.total_seconds() * 1000)


def _duration(events: list[dict[str, Any]]) -> int:
    return _ms(max(row["time"] for row in events) - min(_began(row) for row in events))


def _expected_paths(cases: Iterable[list[dict[str, Any]]]) -> dict[Any, tuple[int, int, int]]:
    waits = defaultdict(list)
    for events in cases:
        for before, after in itertools.pairwise(events):
            pair = before["activity"], after["activity"]
            waits[pair].append(_ms(_began(after) - before["time"]))
    return {
        pair: (len(found), sum(found), sum(wait < 0 for wait in found))
        for pair, found in waits.items()
    }


def _paths(store: Store, process: str) -> dict[Any, tuple[int, int, int]]:
    return {
        (row.activity, row.next_activity): (row.n, row.wait_sum_ms, row.overlaps)
        for row in facts.dfg(store, process).itertuples()
    }


def _expected_rework(cases: Iterable[list[dict[str, Any]]]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for events in cases:
        done = [row["activity"] for row in events]
        for activity in {each for each in done if done.count(each) > 1}:
            known, repeats = found.get(activity, (0, 0))
            found[activity] = known + 1, repeats + done.count(activity) - 1
    return found


def _rework(store: Store, process: str) -> dict[str, tuple[int, int]]:
    found = facts.rework(store, process)
    return {row.activity: (row.cases, row.repeats) for row in found.itertuples()}


def _orders(store: Store, process: str) -> dict[str, list[str]]:
    """Return case → activities in order, by way of its variant."""
    activities = facts.variants(store, process).set_index("variant")["activities"]
    found = facts.cases(store, process).set_index("case_id")["variant"]
    return {case: list(activities[variant]) for case, variant in found.items()}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Steps without a case tell the life of every object that they list: process/type."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mining import facts
from mining.runner import Mined, mine_once
from sightline.store import Store

Step = Callable[..., dict[str, Any]]


@pytest.fixture
def told(step: Step) -> Callable[..., dict[str, Any]]:
    """Give a maker of steps without a case, about the (type, id, qualifier) listed."""

    def made(activity: str, at: float, *objects: tuple[str, str, str], **more: Any) -> Any:
        return step("", activity, at, objects=objects, **more)

    return made


def test_each_type_of_objects_makes_a_process_and_each_object_a_case(
    stream: Any, told: Step, store: Store
) -> None:
    stream.write(
        [
            told(
                "order", 0, ("orders", "o1", "order"), ("items", "i1", ""), ("items", "i2", "")
            ),
            told("pick", 1, ("items", "i1", "")),
            told("ship", 2, ("orders", "o1", "order"), ("items", "i1", "")),
        ]
    )
    assert mine_once(store) == Mined(cases=3, processes=("p/items", "p/orders"))
    assert _orders(store, "p/items") == {"i1": ["order", "pick", "ship"], "i2": ["order"]}
    assert _orders(store, "p/orders") == {"o1": ["order", "ship"]}


def test_an_object_under_two_qualifiers_counts_once(
    stream: Any, told: Step, store: Store
) -> None:
    twice = [("people", "ana", "packer"), ("people", "ana", "shipper")]
    stream.write([told("pack", 0, *twice), told("rest", 1, twice[0])])
    mine_once(store)
    assert _orders(store, "p/people") == {"ana": ["pack", "rest"]}


def test_a_step_with_a_case_belongs_to_its_case_alone(
    stream: Any, step: Step, told: Step, store: Store
) -> None:
    # given a step with a case and one without, about the same item
    objects = [("case", "c1", ""), ("item", "A100", "")]
    stream.write([step("c1", "a", 0, objects=objects), told("b", 1, ("item", "A100", ""))])
    # then the item's life has the second only
    assert mine_once(store).processes == ("p", "p/item")
    assert _orders(store, "p") == {"c1": ["a"]}
    assert _orders(store, "p/item") == {"A100": ["b"]}


def test_a_late_step_takes_its_place_and_only_its_objects_are_recomputed(
    stream: Any, told: Step, store: Store
) -> None:
    stream.write(
        [
            told("a", 0, ("t", "1", "")),
            told("c", 2, ("t", "1", "")),
            told("a", 0, ("t", "2", "")),
        ]
    )
    mine_once(store)
    stream.write([told("b", 1, ("t", "1", ""))])
    assert mine_once(store).cases == 1
    assert _orders(store, "p/t") == {"1": ["a", "b", "c"], "2": ["a"]}


def test_logs_tenants_and_types_with_the_same_ids_stay_apart(
    stream: Any, told: Step, store: Store
) -> None:
    stream.write(
        [
            told("a", 0, ("t", "1", ""), ("u", "1", "")),
            told("b", 1, ("t", "1", ""), process="q"),
            told("c", 2, ("t", "1", ""), tenant="other"),
        ]
    )
    assert mine_once(store) == Mined(cases=4, processes=("p/t", "p/u", "q/t"))
    assert facts.dfg(store, "p/t").empty


@pytest.mark.parametrize("cases_at_once", [1, 3])
def test_cutting_a_backlog_of_objects_changes_nothing(
    stream: Any, told: Step, store: Store, cases_at_once: int
) -> None:
    stream.write(told("ab"[at % 2], at, ("t", str(at % 10), "")) for at in range(40))
    assert mine_once(store, cases_at_once=cases_at_once).cases == 10
    assert _orders(store, "p/t") == {str(n): ["ab"[n % 2]] * 4 for n in range(10)}


def test_a_step_that_began_earlier_keeps_its_wait_and_its_service(
    stream: Any, told: Step, store: Store
) -> None:
    first, second = (told(name, at, ("t", "1", "")) for name, at in (("a", 0), ("b", 3)))
    stream.write([first, {**second, "start_time": second["time"] - timedelta(hours=1)}])
    mine_once(store)
    (path,) = facts.dfg(store, "p/t").itertuples()
    assert path.wait_sum_ms == 2 * 3_600_000


def _orders(store: Store, process: str) -> dict[str, list[str]]:
    rows = store.ask(
        "SELECT process, case_id, activity FROM v_transitions ORDER BY case_id, seq"
    )
    orders: dict[str, list[str]] = {}
    for row in rows.to_pylist():
        if row["process"] == process:
            orders.setdefault(row["case_id"], []).append(row["activity"])
    return orders

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every scenario that the design names exists, says what happens, and is found by its name."""

import pytest

from sightline.errors import SettingsError
from sightline.sim import scenarios
from sightline.sim.inject.catalogue import WHERE
from sightline.sim.scenarios import KNOWN
from sightline.sim.stories import ALIASES, BUNDLES, SINGLES, Scenario

PAGES = {"Health", "Stock", "Process", "Suppliers", "System"}


def test_the_nine_scenarios_of_the_requirements_are_there_with_the_null_world() -> None:
    names = {each.name for each in BUNDLES} | set(ALIASES)
    assert {f"J{number}" for number in range(1, 10)} | {"null", "X18"} <= names


def test_every_injector_is_a_scenario_by_itself() -> None:
    assert {each.name: each.injectors for each in SINGLES} == {code: (code,) for code in WHERE}


def test_every_bundle_is_made_of_injectors_in_the_order_of_the_catalogue() -> None:
    order = list(WHERE)
    for each in BUNDLES:
        assert list(each.injectors) == sorted(each.injectors, key=order.index)


@pytest.mark.parametrize("scenario", KNOWN.values(), ids=KNOWN)
def test_a_scenario_tells_a_story_and_where_to_look(scenario: Scenario) -> None:
    assert scenario.story.endswith(".")
    assert scenario.look
    assert set(scenario.look) <= PAGES


@pytest.mark.parametrize(
    ("typed", "name", "injectors"),
    [
        ("j4", "J4", ("X1", "X10", "X11")),
        (" J8:b ", "J8b", ("X7b",)),
        ("J8", "J8a", ("X7a",)),
        ("NULL", "null", ()),
        ("X18", "null", ()),
        ("X8+x1", "X8+X1", ("X1", "X8")),
        ("J5 + X2 + J6", "J5+X2+J6", ("X2", "X8", "X10")),
    ],
)
def test_a_scenario_is_found_by_its_name(
    typed: str, name: str, injectors: tuple[str, ...]
) -> None:
    found = scenarios.find(typed)
    assert (found.name, found.injectors) == (name, injectors)


def test_scenarios_that_are_joined_tell_both_stories() -> None:
    joined = scenarios.find("J5+J7")
    assert joined.story == f"{KNOWN['J5'].story} {KNOWN['J7'].story}"
    assert set(joined.look) == {*KNOWN["J5"].look, *KNOWN["J7"].look}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("J44", "no scenario 'J44'; expected one such as J4"),
        ("X99", "expected one such as X9"),
        ("storm", "expected one such as null, J1 to J9 or X1 to X18"),
        ("J4+X99", "no scenario 'X99' in 'J4\\+X99'"),
        ("J4+", "no scenario '' in 'J4\\+'"),
        ("", "no scenario ''; expected"),
    ],
)
def test_an_unknown_scenario_is_named_with_its_nearest(typed: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        scenarios.find(typed)

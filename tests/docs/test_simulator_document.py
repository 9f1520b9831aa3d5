# SPDX-License-Identifier: AGPL-3.0-or-later
"""docs/simulator.md names all that the simulator has, and nothing else."""

import re
from pathlib import Path

import click
import pytest

from sightline.cli import load
from sightline.sim.engine.labels import Label
from sightline.sim.inject.catalogue import WHERE
from sightline.sim.play import Playing
from sightline.sim.profile import PROFILES, Run
from sightline.sim.stories import ALIASES, BUNDLES
from sightline.sim.truth.labels import as_row
from sightline.sim.truth.ledger import SCHEMA

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "simulator.md").read_text()
PLOTS = {path.name for path in (DOCS / "simulator").glob("*.svg")}
MOST_BYTES = 400_000


def rows(heading: str) -> dict[str, list[str]]:
    """Return the rows of the table under `heading` by the words in their first cell."""
    section = PAGE.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.strip("| ").split(" | ") for line in section.splitlines() if "|" in line]
    return {name: row[1:] for row in cells for name in re.findall(r"`([\w.]+)`", row[0])}


def test_every_injector_has_a_row() -> None:
    assert set(rows("Injectors")) == {*WHERE, "X18"}


@pytest.mark.parametrize("code", WHERE)
def test_the_label_of_an_injector_is_of_a_kind_that_its_row_names(code: str) -> None:
    # given the injector at work for a few days, from the first on
    run = Run(profile=PROFILES["tiny"], seed=3, injectors=(code,))
    playing = Playing(run.lasting(2))
    playing.world.hooks.begin(playing.world)
    # then whatever it labels at once has its kind in the row
    told = " ".join(rows("Injectors")[code])
    found: dict[str, Label] = playing.world.labels.all
    assert {label.kind for label in found.values()} <= set(re.findall(r"`(\w+)`", told))


def test_every_scenario_has_a_row_with_its_injectors() -> None:
    told = rows("Scenarios")
    assert set(told) == {each.name for each in BUNDLES}
    for each in BUNDLES:
        variants = [other for other in BUNDLES if told[other.name] == told[each.name]]
        codes = [code for other in variants for code in other.injectors]
        assert told[each.name][0] == (", ".join(codes) or "none")
    assert all(f"`{alias}`" in PAGE for alias in ALIASES)


def test_every_profile_has_a_row_with_its_size() -> None:
    told = rows("Options and profiles")
    assert set(told) == set(PROFILES)
    for profile in PROFILES.values():
        sizes = [
            int(size.replace(" ", ""))
            for size in re.findall(r"\d[\d ]*", told[profile.name][0])
        ]
        assert sizes[:2] == [profile.items, profile.places]
        assert sizes[2:] in ([profile.days], [])
        others = [profile.customers, profile.suppliers, profile.contracts]
        assert told[profile.name][1] == ", ".join(map(str, others))


def test_every_option_is_named() -> None:
    for param in load("simulate").params:
        if isinstance(param, click.Option):
            assert all(f"`{name}" in PAGE for name in (*param.opts, *param.secondary_opts))


def test_what_is_written_is_named_with_its_columns() -> None:
    ledger = re.search(r"^\| `truth/ledger.parquet` \| .*?`([^`]+)`", PAGE, re.MULTILINE)
    assert ledger
    assert ledger[1].split(", ") == SCHEMA.names
    labels = re.search(r"^\| `truth/labels.jsonl` \| .*?`([^`]+)`", PAGE, re.MULTILINE)
    assert labels
    row = as_row(Label(label_id="X1/1", kind="", scope={}, start=0, end=0))
    assert labels[1].split(", ") == list(row)


def test_every_plot_is_shown_and_all_are_light() -> None:
    shown = set(re.findall(r"\]\(simulator/(\w+\.svg)\)", PAGE))
    assert shown == PLOTS
    assert sum((DOCS / "simulator" / name).stat().st_size for name in PLOTS) < MOST_BYTES
    drawn = re.findall(
        r'^    "(\w+)": \(', (DOCS / "simulator" / "plots.py").read_text(), re.MULTILINE
    )
    assert {f"{name}.svg" for name in drawn} == PLOTS

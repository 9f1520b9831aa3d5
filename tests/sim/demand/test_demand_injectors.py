# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes wrong in demand touches its scope only, and its labels tell all of it."""

from typing import Any

import numpy as np
import pytest

from sightline.sim import build
from sightline.sim.cast.kinds import REGIONS
from sightline.sim.demand.classes import EDI, WEB
from sightline.sim.demand.lines import NOT_CHANGED, DayLines
from sightline.sim.engine.moments import DAY, HOUR, MINUTE, day_of
from sightline.sim.inject.orders import line_ids
from sightline.sim.profile import PROFILES, Run
from tests.sim.demand.buying import Bought, bought, keys_of_lines, same

SEEDS = (1, 2)
ADDING = ("X2", "X3", "X5")


def of_label(run: Bought, number: int) -> DayLines:
    return run.lines.taken(run.lines.label == number)


def labels(run: Bought) -> list[Any]:
    return list(run.world.labels.all.values())


def told(run: Bought) -> set[tuple[Any, ...]]:
    facts = {(f.at, f.source, f.name, repr(f.data)) for f in run.facts}
    for each in run.many:
        rows = zip(
            each.at.tolist(), *(each.columns[n].tolist() for n in each.columns), strict=True
        )
        facts |= set(rows)
    return facts


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("code", ADDING)
def test_added_lines_leave_all_others_as_they_are(code: str, seed: int) -> None:
    usual, spoilt = bought(seed), bought(seed, code)
    assert same(spoilt.lines.taken(spoilt.lines.label == 0), usual.lines)
    assert len(spoilt.lines) > len(usual.lines)
    assert len(set(keys_of_lines(spoilt.lines))) == len(spoilt.lines)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("code", [*ADDING, "X4"])
def test_lines_are_spoilt_in_the_second_half_only_and_every_label_has_some(
    code: str, seed: int
) -> None:
    run = bought(seed, code)
    half = run.world.run.start + run.world.run.profile.days * DAY // 2
    kinds = [each for each in labels(run) if each.kind != "leading_signal"]
    for number, label in enumerate(kinds, start=1):
        lines = of_label(run, number)
        assert len(lines)
        assert half <= label.start <= lines.at.min()
        assert lines.at.max() < label.end
        assert (lines.at % HOUR >= MINUTE).all()


@pytest.mark.parametrize("code", ["X3", "X4", "X5"])
def test_nothing_but_lines_is_touched(code: str) -> None:
    assert told(bought(1, code)) == told(bought(1))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_surge_trebles_a_family_in_two_regions(seed: int) -> None:
    run, usual = bought(seed, "X2"), bought(seed)
    for number, region in ((1, "R2"), (2, "R4")):
        label, lines = labels(run)[number - 1], of_label(run, number)
        # then what is added lies in scope, and is about twice what would have been asked for
        codes = [run.world.cast.items[item].code for item in set(lines.item.tolist())]
        assert set(codes) <= set(label.scope["items"])
        assert {REGIONS[each] for each in lines.region.tolist()} == {region}
        expected = sum(
            run.rates.channel_lines(day)[
                run.world.cast.item_family
                == run.world.cast.families.index(label.scope["family"]),
                REGIONS.index(region),
            ].sum()
            for day in range(day_of(label.start) + 1, day_of(label.end))
        )
        assert 1.6 < len(lines) / expected < 2.5
        # and the label counts it
        assert label.expected["lines"] == len(lines)
        assert sum(label.expected["units"].values()) == lines.units.sum()
    assert len(run.lines) - len(usual.lines) == sum(
        len(of_label(run, number)) for number in (1, 2)
    )


def test_a_surge_is_seen_in_tickets_first_then_in_the_shop_then_in_other_orders() -> None:
    run = bought(1, "X2", strike_day=8.25)
    begin = labels(run)[0].start
    lines = run.lines.taken(run.lines.label > 0)
    tickets = [f.at for f in run.facts if f.labels and f.data["metric"] == "ticket"]
    assert begin - 12 * HOUR <= min(tickets) < begin
    assert lines.at[lines.channel == WEB].min() >= begin
    assert lines.at[lines.channel != WEB].min() >= begin + 6 * HOUR


def test_a_surge_labels_exactly_the_signals_that_differ() -> None:
    run, usual = bought(1, "X2"), bought(1)
    differing = told(run) - told(usual)
    labelled = {(f.at, f.source, f.name, repr(f.data)) for f in run.facts if f.labels}
    assert differing <= labelled
    assert len(differing) > 0.9 * len(labelled) > 20
    scopes = {each.label_id: each.scope for each in labels(run)}
    for fact in run.facts:
        for label in fact.labels:
            assert fact.data["region"] == scopes[label]["region"]
            assert fact.data["family"] == scopes[label]["family"]
            assert fact.data["metric"] in scopes[label]["metrics"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_one_time_order_is_twenty_days_of_the_place_in_one_line(seed: int) -> None:
    run = bought(seed, "X3")
    cast = run.world.cast
    usual = run.rates.at_place(run.rates.units)
    assert len(labels(run)) == 3
    for number, label in enumerate(labels(run), start=1):
        line = of_label(run, number)
        assert line_ids(cast, line) == [label.scope["order_line"]]
        assert label.kind == "one_time_order"
        assert label.of_class == "demand"
        assert label.expected["demand_class"] == cast.items[int(line.item[0])].demand
        item, pack = int(line.item[0]), int(cast.item_pack[line.item[0]])
        assert abs(int(line.units[0]) - 20 * usual[item, int(line.place[0])]) <= pack
        assert line.channel[0] == EDI
        assert line.new_units[0] == NOT_CHANGED


@pytest.mark.parametrize("seed", SEEDS)
def test_a_unit_error_reads_pieces_as_cases_until_the_next_working_morning(seed: int) -> None:
    usual, run = bought(seed), bought(seed, "X4")
    cast, is_hit = run.world.cast, run.lines.label > 0
    # given the same lines, of which some are misread
    assert keys_of_lines(run.lines) == keys_of_lines(usual.lines)
    assert same(run.lines.taken(~is_hit), usual.lines.taken(~is_hit))
    read, meant = run.lines.taken(is_hit), usual.lines.taken(is_hit)
    # then their pieces were multiplied by the pack, to be put right before release
    np.testing.assert_array_equal(read.units, meant.units * cast.item_pack[meant.item])
    is_kept = meant.new_units == NOT_CHANGED
    np.testing.assert_array_equal(read.new_units[is_kept], meant.units[is_kept])
    np.testing.assert_array_equal(read.new_units[~is_kept], meant.new_units[~is_kept])
    np.testing.assert_array_equal(read.checked_at, read.new_at)
    hours = (read.checked_at - read.at) / HOUR
    assert (hours > 12).all()
    for place, at in zip(read.place.tolist(), read.checked_at.tolist(), strict=True):
        assert cast.calendar_of(place).is_open(day_of(at))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_unit_error_is_one_partner_for_six_hours_and_its_label_knows_the_truth(
    seed: int,
) -> None:
    usual, run = bought(seed), bought(seed, "X4")
    true = dict(
        zip(line_ids(run.world.cast, usual.lines), usual.lines.units.tolist(), strict=True)
    )
    for number, label in enumerate(labels(run), start=1):
        lines = of_label(run, number)
        ids = line_ids(run.world.cast, lines)
        customers = {run.world.cast.customers[each].code for each in lines.customer.tolist()}
        assert customers == {label.scope["customer"]}
        assert set(lines.channel.tolist()) == {EDI}
        assert label.end - label.start == 6 * HOUR
        assert label.expected["true_units"] == {line: true[line] for line in ids}
        assert label.expected["read_units"] == dict(zip(ids, lines.units.tolist(), strict=True))


@pytest.mark.parametrize("seed", SEEDS)
def test_duplicate_orders_repeat_a_partners_lines_under_new_numbers_and_are_cancelled(
    seed: int,
) -> None:
    run = bought(seed, "X5")
    ids = line_ids(run.world.cast, run.lines)
    row = {line: number for number, line in enumerate(ids)}
    for number, label in enumerate(labels(run), start=1):
        copies = of_label(run, number)
        pairs = label.expected["copy_of"]
        assert sorted(pairs) == sorted(line_ids(run.world.cast, copies))
        first = run.lines.taken(
            np.array([row[pairs[line]] for line in line_ids(run.world.cast, copies)])
        )
        for name in ("customer", "item", "units", "price", "requested_day", "in_cases"):
            np.testing.assert_array_equal(getattr(copies, name), getattr(first, name))
        minutes = (copies.at - first.at) / MINUTE
        assert (minutes > 15).all()
        assert (minutes < 95).all()
        assert (copies.new_units == 0).all()
        assert (copies.new_at > copies.at + 3 * HOUR).all()
        orders = set(zip(copies.nth.tolist(), copies.at.tolist(), strict=True))
        assert len(orders) == len(set(copies.nth.tolist()))


def test_a_forecast_bias_raises_one_region_from_its_beginning_and_is_labelled() -> None:
    usual, run = bought(1), bought(1, "X15")
    (label,) = labels(run)
    place = int(run.world.cast.place_of_region[REGIONS.index("R6")])
    assert same(run.lines, usual.lines)
    for before, after in zip(usual.many, run.many, strict=True):
        is_there = after.columns["place"] == place
        begun = int(after.at[0]) >= label.start
        ratio = after.columns["units"][is_there].sum() / before.columns["units"][is_there].sum()
        assert 1.05 < ratio < 1.25 if begun else ratio == 1
        np.testing.assert_array_equal(
            after.columns["units"][~is_there], before.columns["units"][~is_there]
        )
        hit = np.flatnonzero(is_there).tolist() if begun else []
        assert after.labels == dict.fromkeys(hit, "X15/1")
        if begun:
            assert ratio == pytest.approx(label.expected["loc_factor"], abs=0.04)
    assert int(run.many[0].at[0]) < label.start


def test_injectors_do_not_feel_each_other() -> None:
    # given two by themselves and both together
    apart = [bought(1, code) for code in ("X3", "X5")]
    together = bought(1, "X3", "X5")
    # then each adds the same lines as when alone
    alone = [
        line for run in apart for line in keys_of_lines(run.lines.taken(run.lines.label > 0))
    ]
    both = together.lines.taken(together.lines.label > 0)
    assert sorted(keys_of_lines(both)) == sorted(alone)


@pytest.mark.parametrize("code", [*ADDING, "X4"])
def test_for_somebody_who_watches_it_begins_within_a_day_or_two(code: str) -> None:
    # given a Wednesday afternoon on which something shall show
    run = bought(1, code, strike_day=9.6)
    strike = run.world.run.strike
    assert strike is not None
    # then the first spoilt line comes soon after, as soon as a partner sends something
    first = run.lines.at[run.lines.label > 0].min()
    assert strike - 6 * HOUR <= first < strike + 24 * HOUR


def test_the_company_corrects_and_cancels_under_the_same_label() -> None:
    # given a company that answers what it is asked
    run = Run(profile=PROFILES["tiny"], seed=3, injectors=("X4", "X5")).lasting(12)
    told = {
        (label, each.kind)
        for hour in build.world(run).hours()
        for each in hour.many
        for label in each.labels.values()
    }
    # then misread lines are put right, and copies are cancelled
    assert told >= {
        ("X4/1", "demand.line_placed"),
        ("X4/1", "demand.line_changed"),
        ("X5/1", "demand.line_placed"),
        ("X5/1", "demand.line_cancelled"),
    }

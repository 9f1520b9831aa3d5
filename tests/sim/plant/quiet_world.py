# SPDX-License-Identifier: AGPL-3.0-or-later
"""A world in which nobody buys or sells: warehouses keep house, thieves make shelves bare."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import msgspec
import numpy as np

from sightline.sim.cast.cast import Cast
from sightline.sim.demand.rates import Rates
from sightline.sim.engine.moments import DAY, Ints
from sightline.sim.engine.world import Hour, World
from sightline.sim.fulfil.chores import Chores
from sightline.sim.fulfil.returns import Returns
from sightline.sim.inject import catalogue
from sightline.sim.inject.hooks import Hooks
from sightline.sim.inject.injector import Injector
from sightline.sim.office.approvals import Approvals
from sightline.sim.office.constraints import Constraints
from sightline.sim.office.exceptions import Exceptions
from sightline.sim.procure.params import Params
from sightline.sim.procure.transfer import Transfer
from sightline.sim.procure.transfers import Transfers
from sightline.sim.profile import PROFILES, Run
from sightline.sim.systems.recorder import Recorder

DAYS = 24
PREFIX, SUFFIX = len("io.sightline."), len(".v1")
Levels = dict[tuple[str, str], dict[str, int]]


class Thief(Injector):
    """Takes a share of free stock at some places every day, and remembers what."""

    def __init__(self, share: dict[int, float]) -> None:
        self._share = share
        self.took: Counter[tuple[int, str, int]] = Counter()

    def leak_share(self, place: int, day: int) -> float:  # noqa: ARG002
        return self._share.get(place, 0.0)

    def leaked(self, place: int, day: int, units: dict[str, int]) -> tuple[str, ...]:
        if place in self._share:
            self.took.update({(place, item, day): each for item, each in units.items()})
        return ()


@dataclass
class Lived:
    """What a world went through; `levels` of the book by day, measures by shelves."""

    world: World
    transfers: Transfers
    thief: Thief
    lines: list[bytes] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    ended: list[Any] = field(default_factory=list)
    levels: list[Ints] = field(default_factory=list)

    def of(self, kind: type) -> list[Any]:
        return [each for each in self.ended if isinstance(each, kind)]

    def all_transfers(self) -> list[Transfer]:
        return [*self.of(Transfer), *self.transfers.open()]


Thieves = tuple[tuple[int, float], ...]
"""Place and share of free stock that is stolen there every day."""


@cache
def life(*injectors: str, thieves: Thieves = (), seed: int = 3) -> Lived:
    """Return what such a world went through; look, but do not touch."""
    return lived(*quiet(*injectors, thieves=thieves, seed=seed))


def quiet(
    *injectors: str, thieves: Thieves = (), seed: int = 3
) -> tuple[World, Transfers, Thief]:
    """Return a world without customers and suppliers, its transfers and its thief."""
    run = Run(profile=PROFILES["tiny"], seed=seed, injectors=injectors).lasting(DAYS)
    thief = Thief(dict(thieves))
    hooks = Hooks((*catalogue.made(injectors).injectors, thief))
    world = World(run, cast_of(seed), hooks)
    params = Params(world, Rates(world.cast, world.draws))
    world.approvals = Approvals(world)
    world.exceptions = Exceptions(world)
    world.returns = Returns(world)
    transfers = Transfers(world, params)
    world.parts = [Chores(world, params), transfers, world.exceptions, Constraints(world)]
    return world, transfers, thief


@cache
def cast_of(seed: int) -> Cast:
    return Cast.build(PROFILES["tiny"], seed)


def lived(world: World, transfers: Transfers, thief: Thief) -> Lived:
    """Let `world` live to its end."""
    story = Lived(world, transfers, thief)
    recorder = Recorder(world.cast, world.labels, world.run)
    for hour in world.hours():
        story.ended += hour.ended
        lines, at = lines_of(recorder, hour)
        story.lines += lines
        story.events += [as_event(*each) for each in zip(lines, at, strict=True)]
        if (hour.at - world.run.start) % DAY == DAY - 3_600_000_000:
            story.levels.append(world.book.level.copy())
    return story


def lines_of(recorder: Recorder, hour: Hour) -> tuple[list[bytes], list[int]]:
    """Return the lines of an hour and their moments, by time."""
    recorded = recorder.lines(hour)
    order = np.argsort(recorded.at, kind="stable").tolist()
    lines = [recorded.line[row].as_py().rstrip() for row in order]
    return lines, recorded.at[order].tolist()


def as_event(line: bytes, at: int) -> dict[str, Any]:
    """Return a line as an event with a short type and its moment in µs."""
    event: dict[str, Any] = msgspec.json.decode(line)
    return event | {"at": at, "type": event["type"][PREFIX:-SUFFIX]}


def rebuilt(events: Sequence[dict[str, Any]]) -> Levels:
    """Return levels by (item, loc) as the rules of events have it, one event at a time."""
    undone = {
        event["data"]["reverses"] for event in events if event["type"] == "inventory.reversed"
    }
    levels: Levels = defaultdict(Counter)
    asked: dict[str, tuple[int, int]] = {}
    for event in sorted(events, key=lambda each: each["at"]):
        if event["id"] not in undone:
            _apply(event["type"], event["data"], levels, asked)
    return levels


def _apply(
    kind: str, data: dict[str, Any], levels: Levels, asked: dict[str, tuple[int, int]]
) -> None:
    units = int(data["q"]["base_qty"]) if "q" in data else 0
    here = levels[data.get("item", ""), data.get("loc", data.get("from_loc", ""))]
    there = levels[data.get("item", ""), data.get("to_loc", "")]
    match kind:
        case "inventory.counted":
            here["on_hand"] = units
        case "inventory.issue" | "inventory.shipment":
            here["on_hand"] -= units
        case "inventory.adjusted":
            here["on_hand"] += units
        case "inventory.receipt":
            here["on_hand"] += units
            here["hold"] += units if data.get("bucket", "available") != "available" else 0
        case "inventory.hold_changed":
            here["hold"] += units
        case "inventory.returned":
            here["on_hand"] += units
            here["hold"] += 0 if data["disposition"] == "resalable" else units
        case "transfer.requested":
            version, before = asked.get(data["transfer_line"], (0, 0))
            assert data["version"] == version + 1
            asked[data["transfer_line"]] = data["version"], units
            there["on_order"] += units - before
        case "transfer.shipped":
            here["on_hand"] -= units
            there["on_order"] -= units
            there["in_transit"] += units
        case "transfer.received":
            short = int(data["short_q"]["base_qty"]) if "short_q" in data else 0
            there["on_hand"] += units
            there["in_transit"] -= units + short


def as_table(levels: Levels, world: World) -> Ints:
    """Return rebuilt levels in the shape of the book's first five measures."""
    names = ("on_hand", "reserved", "hold", "on_order", "in_transit")
    return np.array(
        [
            [
                levels[item.code, place.code][name] if (item.code, place.code) in levels else 0
                for item in world.cast.items
                for place in world.cast.places
            ]
            for name in names
        ]
    )

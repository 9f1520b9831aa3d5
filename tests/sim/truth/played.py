# SPDX-License-Identifier: AGPL-3.0-or-later
"""A run of the world with everything that a test wants to compare."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from sightline.sim import build
from sightline.sim.cast import masters
from sightline.sim.engine.book import Book
from sightline.sim.engine.moments import HOUR
from sightline.sim.engine.world import Hour, World
from sightline.sim.profile import Run, find
from sightline.sim.systems.recorder import Recorder
from sightline.sim.transport.delivered import DAMAGED, Delivered
from sightline.sim.transport.noise import Counts, Transport
from sightline.sim.truth.books import Books
from tests.oracles import batch

SEEDS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Played:
    """What came of a run.

    Attributes
    ----------
    recorded
        The events as the systems wrote them down, without any noise.
    delivered
        What arrived, hour by hour.
    """

    run: Run
    folder: Path
    recorded: list[bytes]
    delivered: list[Delivered]
    counts: Counts
    _known: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def ledger(self) -> pl.DataFrame:
        """Return the ledger; `at` is its time in µs."""
        frame = pl.read_parquet(self.folder / "ledger.parquet")
        return frame.with_columns(
            pl.col("item", "loc").cast(pl.String), at=pl.col("time").cast(pl.Int64)
        )

    @cached_property
    def events(self) -> pl.DataFrame:
        """Return the noise-free events that move positions."""
        return batch.read(self.recorded)

    @cached_property
    def clouds(self) -> pl.DataFrame:
        """Return every noise-free event: type, time in µs, data as JSON."""
        rows = [
            (cloud.type.split(".", 2)[-1].removesuffix(".v1"), batch.micros(cloud.time),
             bytes(cloud.data).decode())
            for cloud in map(msgspec.json.Decoder(batch.Cloud).decode, self.recorded)
        ]  # fmt: skip
        return pl.DataFrame(rows, schema=["type", "at", "data"], orient="row")

    def of(self, kind: str) -> pl.DataFrame:
        """Return the data of all events of a type, `at` beside."""
        if kind not in self._known:
            self._known[kind] = self._read(kind)
        return self._known[kind]

    def _read(self, kind: str) -> pl.DataFrame:
        here = self.clouds.filter(pl.col("type") == kind)
        texts = here["data"].to_list()
        return pl.DataFrame(
            [msgspec.json.decode(text) for text in texts], infer_schema_length=None
        ).with_columns(at=here["at"])

    def read(self, name: str) -> dict[str, Any]:
        """Return what the truth says in a JSON file."""
        told: dict[str, Any] = msgspec.json.decode((self.folder / name).read_bytes())
        return told

    @property
    def kpis(self) -> dict[str, Any]:
        """Return the true KPIs by number."""
        kpis: dict[str, Any] = self.read("kpi.json")["kpis"]
        return kpis

    def variants(self, process: str) -> dict[tuple[str, ...], int]:
        """Return how many cases really went which way."""
        told = self.read("process.json")[process]["variants"]
        return {tuple(each["activities"]): each["cases"] for each in told}


def play(run: Run, folder: Path, *, is_delivered: bool = True) -> Played:
    """Live through `run`; its truth goes to `folder`.

    Parameters
    ----------
    is_delivered
        Whether somebody wants to know what arrives.
    """
    world = build.world(run)
    books, recorder = Books(world), Recorder(world.cast, world.labels, run)
    transport = Transport(run, world.hooks, recorder.sources)
    recorded: list[bytes] = []
    delivered = [transport.straight(recorder.lines(_before(world)))]
    for hour in world.hours():
        books.take(hour)
        taken_down = recorder.lines(hour)
        recorded += taken_down.line.to_pylist()
        if is_delivered:
            delivered.append(transport.deliver(taken_down, hour.at + HOUR))
    delivered.append(transport.rest())
    books.close()
    books.write(folder)
    return Played(run, folder, recorded, delivered, transport.counts)


def _before(world: World) -> Hour:
    """Return the hour in which master data are told."""
    told = list(masters.facts(world.cast, world.run))
    return Hour(told[0].at, told, [], Book(1, 1).taken(), [])


def tiny(seed: int, *injectors: str, is_noisy: bool = True) -> Run:
    """Return a run of the smallest profile."""
    return Run(profile=find("tiny"), seed=seed, injectors=injectors, is_noisy=is_noisy)


def small(seed: int, *injectors: str) -> Run:
    """Return a run of the next larger one."""
    return Run(profile=find("small"), seed=seed, injectors=injectors)


def readable(delivered: Iterable[Delivered]) -> list[bytes]:
    """Return the lines that are not damaged, in order of arrival."""
    return [
        line
        for arrived in delivered
        for line in arrived.taken(arrived.copy != DAMAGED).line.to_pylist()
    ]


def last_states(ledger: pl.DataFrame, until: int | None = None) -> pl.DataFrame:
    """Return the state of every item-location by the ledger, as `batch.reduce` does."""
    rows = ledger if until is None else ledger.filter(pl.col("at") <= until)
    last = rows.group_by(batch.HERE, maintain_order=True).last()
    return last.select(*batch.HERE, *batch.MEASURES).pipe(batch.without_zeros)

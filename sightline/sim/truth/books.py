# SPDX-License-Identifier: AGPL-3.0-or-later
"""The world's own books: everything that is true of a run, kept hour by hour."""

from pathlib import Path

import msgspec

from sightline.sim.engine.world import Hour, World
from sightline.sim.truth import labels
from sightline.sim.truth.kpi.figures import Figures
from sightline.sim.truth.ledger import Ledger
from sightline.sim.truth.left_open import still_open
from sightline.sim.truth.process import Processes
from sightline.sim.truth.states import Levels


class Books:
    """What is true of one world. Looks at changes of stock and at what ended, at no event.

    Examples
    --------
    ``books = Books(world)``, then ``books.take(hour)`` for every hour, ``books.close()`` after
    the last one, ``books.write(folder)``.
    """

    def __init__(self, world: World) -> None:
        cast = world.cast
        self._world = world
        self._levels = Levels(len(cast.items) * len(cast.places))
        self._ledger = Ledger([each.code for each in cast.items], [p.code for p in cast.places])
        self._figures = Figures(world)
        self._processes = Processes()

    def take(self, hour: Hour) -> None:
        """Take in what an hour brought."""
        states = self._levels.after(hour.changes)
        self._ledger.keep(states, hour.at)
        self._figures.take(hour, states)
        for thing in hour.ended:
            self._processes.take(thing)

    def close(self) -> None:
        """Take in what is still open after the last hour."""
        self._ledger.close()
        left = still_open(self._world)
        self._figures.close(left)
        for thing in left:
            self._processes.take(thing)

    def write(self, folder: Path) -> None:
        """Write ledger, labels, KPI and processes of a closed run into `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        self._ledger.save(folder / "ledger.parquet")
        labels.write(self._world.labels.all.values(), folder / "labels.jsonl")
        _write_json(folder / "kpi.json", self._figures.told())
        _write_json(folder / "process.json", self._processes.told())


def _write_json(path: Path, content: object) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")

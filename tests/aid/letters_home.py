# SPDX-License-Identifier: AGPL-3.0-or-later
"""A home whose stream can be run in this process, and events that it refuses."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sightline.aid.letters import Letter, Letters, Sender, Wanted
from sightline.desk import Desk
from sightline.events.routing import part_of_line
from sightline.imports import run_import
from sightline.imports.cutting import line_pieces
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams import runner

ALL = Wanted(state="all")


@dataclass(frozen=True)
class Home:
    """Log, desk and store, and the letters in them."""

    settings: Settings
    store: Store
    desk: Desk
    log: SqliteLog

    @property
    def letters(self) -> Letters:
        return Letters(self.store, self.desk, self.log)

    @property
    def sender(self) -> Sender:
        return Sender(self.letters, "ana")

    def append(self, *lines: bytes) -> None:
        parts = [(part_of_line(line, self.log.partitions), line) for line in lines]
        self.log.append(line_pieces(parts, "ndjson"))

    def bring(self, file: Path, mapping: str | None = None) -> Any:
        return run_import([file], mapping, self.settings, self.log)

    def run(self) -> Any:
        return runner.run_until_idle(self.settings, self.store, self.log)

    def open(self) -> list[Letter]:
        return self.letters.at(self.letters.places(Wanted()))

    def ids(self) -> list[str]:
        return sorted(self.store.ask("SELECT id FROM events")["id"].to_pylist())

    def adds_up(self) -> bool:
        """Tell whether everything in the log is accepted, a duplicate or a dead letter."""
        sent = sum(each.events for each in self.log.stat())
        (row,) = self.store.ask(
            "SELECT sum(events) + sum(duplicates) + sum(dead_letters) AS n FROM v_progress"
        ).to_pylist()
        letters = self.store.ask("SELECT count() AS n FROM dlq")["n"].to_pylist()[0]
        return int(row["n"]) == sent and letters == len(self.letters.places(ALL))


@contextmanager
def opened(settings: Settings, store: Store) -> Iterator[Home]:
    settings.home.mkdir(parents=True, exist_ok=True)
    desk, log = Desk.open(settings), open_log(settings)
    try:
        yield Home(settings, store, desk, log)
    finally:
        desk.close()
        log.close()


def event(name: str, /, **changed: Any) -> bytes:
    """Return one issue of goods as a line; `changed` replaces what its data say."""
    data = {"item": "A", "loc": "DC1", "q": {"qty": "1", "uom": "EA"}} | changed
    whole = {
        "specversion": "1.0",
        "id": name,
        "source": "erp://a",
        "type": "io.sightline.inventory.issue.v1",
        "time": "2026-03-02T06:00:00Z",
        "data": data,
    }
    return json.dumps(whole).encode()


def qty(amount: str, uom: str = "EA") -> dict[str, Any]:
    return {"qty": amount, "uom": uom}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Master data as files: one for each entity, one version of a record a line."""

from contextlib import ExitStack
from pathlib import Path
from typing import IO, Self

import msgspec
import numpy as np

from sightline.sim.systems.recorded import KIND_AT
from sightline.sim.transport.delivered import FIRST, Delivered

RECORD = KIND_AT["master.record_changed"]
KEPT = ("entity", "key", "version", "valid_from", "valid_to", "fields")


class MasterFiles:
    """Files in a folder; use it in a ``with`` block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[str, IO[bytes]] = {}
        self._stack = ExitStack()

    def write(self, arrived: Delivered) -> None:
        """Add the records in what arrived, each once."""
        rows = np.flatnonzero((arrived.kind == RECORD) & (arrived.copy == FIRST))
        for row in rows.tolist():
            data = msgspec.json.decode(arrived.line[row].as_py())["data"]
            told = {name: data[name] for name in KEPT if name in data}
            self._file(data["entity"]).write(msgspec.json.encode(told) + b"\n")

    def _file(self, entity: str) -> IO[bytes]:
        if entity not in self._open:
            self._folder.mkdir(exist_ok=True)
            path = self._folder / f"{entity}.ndjson"
            self._open[entity] = self._stack.enter_context(path.open("wb"))
        return self._open[entity]

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *error: object) -> None:
        """Close all."""
        self._stack.close()

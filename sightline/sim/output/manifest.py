# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a written run consists of: how it was made, how much there is, and hashes."""

from dataclasses import dataclass, field
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from sightline.sim.engine.moments import Ints, stamp
from sightline.sim.profile import Run
from sightline.sim.systems.recorded import KINDS
from sightline.sim.transport.delivered import FIRST, Delivered

NAME = "manifest.json"


@dataclass(slots=True)
class Tally:
    """Counts of what arrived.

    Attributes
    ----------
    kinds
        Events by index of their kind, each once.
    first, last
        When the first and the last line arrived, µs; 0 before any did.
    """

    kinds: Ints = field(default_factory=lambda: np.zeros(len(KINDS), np.int64))
    first: int = 0
    last: int = 0

    def take(self, arrived: Delivered) -> None:
        """Count what arrived."""
        if not len(arrived):
            return
        once = arrived.kind[arrived.copy == FIRST]
        self.kinds += np.bincount(once, minlength=len(KINDS))
        self.first = self.first or int(arrived.ingest[0])
        self.last = int(arrived.ingest[-1])

    def as_dict(self) -> dict[str, int]:
        """Return events by kind, those that occur."""
        counts = zip(KINDS, self.kinds.tolist(), strict=True)
        return {kind: count for kind, count in counts if count}


def write(folder: Path, run: Run, tally: Tally, counts: dict[str, int]) -> dict[str, Any]:
    """Write the manifest of everything in `folder`, and return it.

    Parameters
    ----------
    counts
        What the way did to the lines; see `sightline.sim.transport.noise.Counts`.
    """
    told = {
        "version": version("sightline"),
        "run": _run(run),
        "arrived": {"first": stamp(tally.first), "last": stamp(tally.last)},
        "lines": counts,
        "events": tally.as_dict(),
        "files": _files(folder),
    }
    text = msgspec.json.format(msgspec.json.encode(told), indent=2)
    (folder / NAME).write_bytes(text + b"\n")
    return told


def _run(run: Run) -> dict[str, Any]:
    told = {
        "profile": run.profile.name,
        "days": run.profile.days,
        "seed": run.seed,
        "start": stamp(run.start),
        "injectors": run.injectors,
        "is_noisy": run.is_noisy,
    }
    return told | ({} if run.strike is None else {"strike": stamp(run.strike)})


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _file(path) for path in paths}


def _file(path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "sha256": digest}

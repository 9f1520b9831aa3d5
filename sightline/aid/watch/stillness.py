# SPDX-License-Identifier: AGPL-3.0-or-later
"""Since when a file has not changed: by what was seen of it, not by the clock of its disk."""

from datetime import datetime
from pathlib import Path

from sightline.aid.watch.folder import Look

RESTLESS = 10
"""So many settling times after it was first seen, a file that never rests counts as growing."""


class Stillness:
    """Remembers how files looked the last times."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[Look, datetime]] = {}
        self._first: dict[Path, datetime] = {}

    def see(self, path: Path, look: Look, now: datetime) -> None:
        """Note how `path` looks."""
        known = self._seen.get(path)
        if known is None or known[0] != look:
            self._seen[path] = (look, now)
        self._first.setdefault(path, now)

    def still_s(self, path: Path, now: datetime) -> float:
        """Return for how many seconds `path` has looked the same."""
        return (now - self._seen[path][1]).total_seconds()

    def is_restless(self, path: Path, now: datetime, settle_s: float) -> bool:
        """Tell whether `path` has kept changing for long enough to be one that grows."""
        return (now - self._first[path]).total_seconds() >= RESTLESS * max(settle_s, 1.0)

    def keep(self, paths: set[Path]) -> None:
        """Forget files that are gone."""
        for path in self._seen.keys() - paths:
            del self._seen[path], self._first[path]

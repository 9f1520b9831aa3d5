# SPDX-License-Identifier: AGPL-3.0-or-later
"""Is a state on disk of this release? Asked of its last snapshots, before it is copied."""

import pickle
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sightline.aid import embedded
from streams.io.blocks import BlockFolder

_LAST = "SELECT ser_change, max(snap_epoch) FROM snaps GROUP BY step_id, state_key"


def check_release(state: Path) -> None:
    """Raise `StoreError` when a snapshot in the recovery store of `state` is of another make.

    Raises
    ------
    StoreError
        As `streams.io.blocks.BlockFolder.thaw` raises it.
    sqlite3.Error
        The recovery store cannot be read.
    """
    for path in sorted(state.glob("*.sqlite3")):
        for snapshot in _snapshots(path):
            BlockFolder.check(state / "blocks", snapshot)


def _snapshots(path: Path) -> Iterator[bytes]:
    """Yield the last snapshot of each state; what sources remember is none."""
    with closing(embedded.reading(path)) as store:
        for kept, _ in store.execute(_LAST):
            # written by Bytewax into a folder that only its owner can write
            found = None if kept is None else pickle.loads(kept)  # noqa: S301
            if isinstance(found, bytes):
                yield found

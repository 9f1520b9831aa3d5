# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between Bytewax and our states: one adapter for every stateful step."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bytewax.operators import StatefulBatchLogic

from sightline import timings
from streams.io.blocks import BlockFolder

SNAPSHOT, SNAPSHOT_BYTES = "stream_snapshot", "stream_snapshot_bytes"
Start = Callable[[Any], Any]
Apply = Callable[[Any, list[Any]], list[Any]]
Builder = Callable[[bytes | None], "Kept"]


class Kept(StatefulBatchLogic[Any, Any, bytes]):
    """A state that lives as long as the dataflow; `apply` changes it and says what to emit."""

    def __init__(
        self, state: Any | None, folder: BlockFolder, start: Start, apply: Apply
    ) -> None:
        self.state = state
        self.folder = folder
        self.start = start
        self.apply = apply

    def on_batch(self, values: list[Any]) -> tuple[list[Any], bool]:
        """Hand the batch to the state; never discard it."""
        if self.state is None:
            self.state = self.start(values[0])
        emitted = self.apply(self.state, values)
        self.folder.settle(self.state)
        return emitted, StatefulBatchLogic.RETAIN

    def snapshot(self) -> bytes:
        """Return the state pickled at once: what is written later must not have moved on."""
        name = type(self.state).__name__
        with timings.measured(SNAPSHOT, name):
            frozen = self.folder.freeze(self.state)
        timings.counted(SNAPSHOT_BYTES, len(frozen), name)
        return frozen


def keep(blocks: Path, start: Start, apply: Apply) -> Builder:
    """Return a builder for `op.stateful_batch`: resume from a snapshot, or start afresh.

    Parameters
    ----------
    blocks
        Folder for the large blocks of snapshots.
    start
        Makes the state from the first value of its key.
    apply
        Changes the state by a batch of values and returns what to emit.
    """

    def build(snapshot: bytes | None) -> Kept:
        if snapshot is None:
            return Kept(None, BlockFolder(blocks), start, apply)
        folder, state = BlockFolder.thaw(blocks, snapshot)
        return Kept(state, folder, start, apply)

    return build

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Between Bytewax and our states: one adapter for every stateful step."""

import pickle
from collections.abc import Callable
from typing import Any

from bytewax.operators import StatefulBatchLogic

Start = Callable[[Any], Any]
Apply = Callable[[Any, list[Any]], list[Any]]


class Kept(StatefulBatchLogic[Any, Any, bytes]):
    """A state that lives as long as the dataflow; `apply` changes it and says what to emit."""

    def __init__(self, state: Any | None, start: Start, apply: Apply) -> None:
        self.state = state
        self.start = start
        self.apply = apply

    def on_batch(self, values: list[Any]) -> tuple[list[Any], bool]:
        """Hand the batch to the state; never discard it."""
        if self.state is None:
            self.state = self.start(values[0])
        return self.apply(self.state, values), StatefulBatchLogic.RETAIN

    def snapshot(self) -> bytes:
        """Return the state pickled at once: what is written later must not have moved on."""
        return pickle.dumps(self.state, protocol=pickle.HIGHEST_PROTOCOL)


def keep(start: Start, apply: Apply) -> Callable[[bytes | None], Kept]:
    """Return a builder for `op.stateful_batch`: resume from a snapshot, or start afresh.

    Parameters
    ----------
    start
        Makes the state from the first value of its key.
    apply
        Changes the state by a batch of values and returns what to emit.
    """

    def build(snapshot: bytes | None) -> Kept:
        # the recovery store is ours alone, in a folder that only its owner can write
        state = None if snapshot is None else pickle.loads(snapshot)  # noqa: S301
        return Kept(state, start, apply)

    return build

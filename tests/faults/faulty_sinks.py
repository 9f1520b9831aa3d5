# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sinks that tests put in the place of the real one."""

import os
import signal
from dataclasses import dataclass

from bytewax.outputs import DynamicSink

from streams.io.fenced_sink import FencedPartition, FencedSink
from streams.logic.facts import Rows

WRITES = 4


class NaiveSink(FencedSink):
    """Writes whatever comes, as a sink does that never heard of replays."""

    def build(self, step_id: str, worker_index: int, worker_count: int) -> FencedPartition:
        """Open the sink without asking what the store already has."""
        del step_id, worker_index, worker_count
        return FencedPartition(self.store, {})


class DyingNaiveSink(NaiveSink):
    """The same, in a process that is killed soon."""

    def build(self, step_id: str, worker_index: int, worker_count: int) -> FencedPartition:
        """Open the sink for a few writes."""
        del step_id, worker_index, worker_count
        return _Dying(self.store, {})


@dataclass(slots=True)
class _Dying(FencedPartition):
    writes: int = 0

    def write_batch(self, items: list[Rows]) -> None:
        FencedPartition.write_batch(self, items)
        self.writes += 1
        if self.writes == WRITES:
            os.kill(os.getpid(), signal.SIGKILL)


SINKS: dict[str, type[DynamicSink[Rows]]] = {
    "fenced": FencedSink,
    "naive": NaiveSink,
    "naive, killed": DyingNaiveSink,
}

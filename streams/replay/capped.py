# SPDX-License-Identifier: AGPL-3.0-or-later
"""The log as far as the tables know it: what came after that is left for the stream."""

from collections.abc import Callable, Mapping, Sequence

from sightline.log import INDEX_BITS, Batch, Log, Piece


class CappedLog:
    """A log that ends, in each partition, at a given offset.

    Attributes
    ----------
    caps
        Last offset per partition; one without is empty.
    told
        Called with the number of events of each read.
    """

    def __init__(
        self, log: Log, caps: Mapping[int, int], told: Callable[[int], None] = lambda _: None
    ) -> None:
        self._log = log
        self.partitions = log.partitions
        self.generation = log.generation
        self.caps = dict(caps)
        self.told = told
        self._top = self._common_top()

    def append(self, pieces: Sequence[Piece]) -> None:
        """Append to the log itself."""
        self._log.append(pieces)

    def read(self, part: int, after: int, *, events: int) -> list[Batch]:
        """Return whole batches up to the cap."""
        cap = self.caps.get(part, -1)
        if after >= cap:
            return []
        found = self._log.read(part, after, events=events)
        kept = [batch for batch in found if batch.last <= cap]
        self.told(sum(batch.events for batch in kept))
        return kept

    def heads(self) -> dict[int, int]:
        """Return the caps."""
        return dict(self.caps)

    def top(self) -> int:
        """Return the highest row up to which every partition is inside its cap."""
        return self._top

    def _common_top(self) -> int:
        top = self._log.top()
        for part, head in self._log.heads().items():
            cap = self.caps.get(part, -1)
            if head > cap and (unread := self._log.read(part, cap, events=1)):
                top = min(top, (unread[0].first >> INDEX_BITS) - 1)
        return top

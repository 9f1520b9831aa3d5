# SPDX-License-Identifier: AGPL-3.0-or-later
"""A virtual clock with a queue of things to do, and the events that come of doing them.

Nothing here reads the machine's clock, and no draw depends on another entity's draws: each
purpose has a random stream of its own, named by the seed and the purpose.
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Event = dict[str, Any]
Action = Callable[[], None]

ERP, WMS, EDI = "erp://demo", "wms://demo", "edi://demo"


class World:
    """What happens next, in order of (time, order of scheduling).

    Attributes
    ----------
    now
        Time of the action being carried out, UTC, whole seconds.
    """

    def __init__(self, seed: int, now: datetime) -> None:
        self.seed = seed
        self.now = now
        self._name = f"{seed}@{stamp(now)}"
        self._queue: list[tuple[datetime, int, Action]] = []
        self._scheduled = 0
        self._emitted: list[Event] = []
        self._counters: dict[str, int] = {}

    def dice(self, *purpose: object) -> Random:
        """Return the random stream of `purpose`, the same for the same seed."""
        return Random(f"{self.seed}/{'/'.join(map(str, purpose))}")  # noqa: S311

    def number(self, series: str, first: int = 1) -> int:
        """Return the next number of `series`, counting from `first`."""
        self._counters[series] = self._counters.get(series, first - 1) + 1
        return self._counters[series]

    def at(self, time: datetime, action: Action) -> None:
        """Do `action` at `time`, or at once when that has passed."""
        self._scheduled += 1
        due = max(time, self.now).replace(microsecond=0)
        heapq.heappush(self._queue, (due, self._scheduled, action))

    def after(self, hours: float, action: Action) -> None:
        """Do `action` `hours` from now."""
        self.at(self.now + timedelta(hours=hours), action)

    def emit(  # noqa: PLR0913  as many as the envelope has parts
        self,
        kind: str,
        source: str,
        data: dict[str, Any],
        *,
        about: dict[str, str],
        key: str,
        flow: str = "",
        series: str = "",
    ) -> Event:
        """Record that something happened now.

        Parameters
        ----------
        kind
            Short name of the event type, such as ``inventory.receipt``.
        data
            What the type asks for, without the common block.
        about
            Object type -> object id.
        key
            Partition key: the item where there is one, else the main object.
        flow
            Correlation id: the order or the purchase order it belongs to.
        series
            Keeps the ids of one session's show apart from the history's; empty for history.
        """
        number = self.number(f"{series}{source}")
        event = {
            "specversion": "1.0",
            "id": str(uuid5(NAMESPACE_URL, f"{source}/{self._name}/{series}/{number}")),
            "source": source,
            "type": f"io.sightline.{kind}.v1",
            "time": stamp(self.now),
            "recordedtime": stamp(self.now + timedelta(seconds=2)),
            "sequence": f"{int(self.now.timestamp()):012d}.{number:07d}",
            "partitionkey": key,
            "data": data | {"objects": objects(about), "synthetic": True},
        }
        if flow:
            event["correlationid"] = flow
        self._emitted.append(event)
        return event

    def run(self, until: datetime) -> list[Event]:
        """Do everything due up to `until`, inclusive, and return its events in order."""
        out: list[Event] = []
        while self._queue and self._queue[0][0] <= until:
            out += self._step()
        self.now = max(self.now, until)
        return out

    def stream(self) -> Iterator[tuple[datetime, Event]]:
        """Yield (due time, event) in order for as long as anything is scheduled."""
        while self._queue:
            yield from ((self.now, event) for event in self._step())

    def _step(self) -> list[Event]:
        self.now, _, action = heapq.heappop(self._queue)
        action()
        done, self._emitted = self._emitted, []
        return done


def stamp(time: datetime) -> str:
    """Return `time` as RFC 3339 text in UTC.

    >>> stamp(datetime(2026, 3, 2, 6, tzinfo=UTC))
    '2026-03-02T06:00:00Z'
    """
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def objects(about: dict[str, str]) -> list[dict[str, str]]:
    """Return the event's relations to its objects."""
    return [{"type": kind, "id": name, "qualifier": "main"} for kind, name in about.items()]


def quantity(units: int) -> dict[str, str]:
    """Return a quantity block of `units` pieces."""
    text = str(units)
    return {"qty": text, "uom": "EA", "base_qty": text, "base_uom": "EA", "conv_src": "doc"}


def money(cents: int) -> dict[str, str]:
    """Return a money block in euro.

    >>> money(1290)
    {'amount': '12.90', 'currency': 'EUR'}
    """
    return {"amount": f"{cents // 100}.{cents % 100:02d}", "currency": "EUR"}

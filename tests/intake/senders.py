# SPDX-License-Identifier: AGPL-3.0-or-later
"""Clients that send events over HTTP at a pace, and remember what they were told."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any

BAD_EVERY = 100
BATCH = "application/cloudevents-batch+json"
ITEMS, LOCS = 500, 3
PATIENCE_S = 60


def movement(source: str, number: int) -> dict[str, Any]:
    """Return event `number` of `source`: goods arrive or leave."""
    kind = ("receipt", "adjusted", "issue")[number % 3]
    at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(seconds=number)
    stamp = at.isoformat().replace("+00:00", "Z")
    return {
        "specversion": "1.0",
        "id": f"{source}-{number}",
        "source": source,
        "type": f"io.sightline.inventory.{kind}.v1",
        "time": stamp,
        "recordedtime": stamp,
        "data": {
            "item": f"I{number * 7919 % ITEMS}",
            "loc": f"DC{number % LOCS}",
            "q": {"qty": str(1 + number % 9), "uom": "EA"},
        },
    }


def is_bad(number: int) -> bool:
    """Tell whether event `number` of a source is sent malformed."""
    return number % BAD_EVERY == BAD_EVERY // 2


def malformed(event: dict[str, Any], number: int) -> Any:
    """Return `event` with something wrong, one of five things in turn."""
    quantity = {"qty": "three", "uom": "EA"}
    return (
        {"id": event["id"]},
        [event],
        event | {"data": event["data"] | {"q": quantity}},
        event | {"time": "yesterday"},
        event | {"type": "io.sightline.no.such.v9"},
    )[number % 5]


def batches(source: str, events: int, size: int) -> Iterator[bytes]:
    """Yield `events` events of `source` in arrays of `size`, one in a hundred malformed."""
    for first in range(0, events, size):
        cut = [
            malformed(movement(source, number), number // BAD_EVERY)
            if is_bad(number)
            else movement(source, number)
            for number in range(first, min(first + size, events))
        ]
        yield json.dumps(cut, separators=(",", ":")).encode()


@dataclass
class Sender(Thread):
    """Sends bodies one after the other, each again until it is acknowledged.

    Attributes
    ----------
    enough
        Ends it once the body that it is at has been acknowledged.
    every_s
        Pace: body n goes out n times this after the start, or as soon as possible.
    told
        Answers to acknowledged bodies, in order.
    sends
        Bodies that were sent, acknowledged or not.
    """

    port: int
    bodies: Iterable[bytes]
    every_s: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    sends: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    slowest_s: float = 0.0
    enough: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self._connection: http.client.HTTPConnection | None = None

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Send everything."""
        began = time.monotonic()
        for number, body in enumerate(self.bodies):
            time.sleep(max(0.0, began + number * self.every_s - time.monotonic()))
            if self.enough.is_set():
                break
            self._send(body)
        self._hang_up()

    def _send(self, body: bytes) -> None:
        while True:
            try:
                status, text = self._post(body)
            except (OSError, http.client.HTTPException):
                self._hang_up()
                time.sleep(0.1)  # it was killed and comes back
                continue
            self.statuses[status] += 1
            if status in {202, 400}:
                self.told.append(json.loads(text))
                return
            time.sleep(0.2)

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _post(self, body: bytes) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=PATIENCE_S
            )
            self._connection.connect()
        self.sends += 1
        began = time.monotonic()
        self._connection.request(
            "POST", "/api/events", body, {"Content-Type": BATCH, **self.headers}
        )
        answer = self._connection.getresponse()
        text = answer.read()
        self.slowest_s = max(self.slowest_s, time.monotonic() - began)
        return answer.status, text


def total(senders: Sequence[Sender], name: str) -> int:
    """Return the sum of `name` over all answers."""
    return sum(told[name] for sender in senders for told in sender.told)

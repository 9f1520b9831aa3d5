# SPDX-License-Identifier: AGPL-3.0-or-later
"""A sample of the calls between systems: attempts, retries, and those that failed for good."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sightline.sim.engine.facts import Fact
from sightline.sim.engine.moments import HOUR, MINUTE, SECOND
from sightline.sim.office.feeds import FeedStatus
from sightline.sim.office.services import SERVICES, TIMEOUT_MS, Service

if TYPE_CHECKING:
    from sightline.sim.engine.draws import Dice
    from sightline.sim.engine.world import World

SOURCE = "gateway://api"
ITEMS_PER_CALL = 400
"""A service is sampled once an hour for so many items, and less at night."""

DAYTIME = (5, 19)  # hours, UTC
NIGHT_SHARE = 0.25
MOST_ATTEMPTS = 3
FAILING_AGAIN = 0.3  # at least: what made one attempt fail is often there seconds later
BACK_OFF = (2, 10)  # seconds before the second and the third attempt
OK, TIMED_OUT = 200, 504
FAILED_STATUS = (503, 503, 502, 500, TIMED_OUT)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: its moment, µs, the HTTP status and the time to the answer."""

    at: int
    http: int
    latency_ms: float

    @property
    def is_ok(self) -> bool:
        """Tell whether it worked."""
        return self.http == OK


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that one system wanted of another, with all attempts."""

    id: str
    service: str
    version: str
    name: str
    attempts: tuple[Attempt, ...]

    @property
    def is_done(self) -> bool:
        """Tell whether it worked in the end."""
        return self.attempts[-1].is_ok


class Calls:
    """Calls by service and hour, and what the feeds say of themselves."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._feeds = FeedStatus(world)

    def tick(self, at: int) -> None:
        """Decide nothing at the top of an hour."""

    def within(self, at: int) -> None:
        """Make the calls of the hour from `at`, and report the feeds."""
        for service in SERVICES:
            for nth in range(self._sampled(service, at)):
                self._tell(self._operation(service, at, nth))
        self._feeds.report(at)

    def _sampled(self, service: Service, at: int) -> int:
        """Return how many operations of a service are sampled in an hour."""
        mean = max(1.0, len(self._world.cast.items) / ITEMS_PER_CALL)
        if not DAYTIME[0] <= at % (24 * HOUR) // HOUR < DAYTIME[1]:
            mean *= NIGHT_SHARE
        whole, rest = divmod(mean, 1)
        dice = self._world.draws.dice("calls", service.name, at // HOUR)
        return int(whole) + dice.chance(rest)

    def _operation(self, service: Service, at: int, nth: int) -> Operation:
        hour = at // HOUR
        dice = self._world.draws.dice("call", service.name, hour, nth)
        when = at + MINUTE + dice.whole(0, 3_480) * SECOND  # ends before the next hour
        failing = service.failing + self._world.hooks.failure_share(service.name, at)
        name = dice.choice(service.operations)
        attempts: list[Attempt] = []
        for wait in (0, *BACK_OFF):
            when += wait * SECOND
            share = max(failing, FAILING_AGAIN) if attempts else failing
            attempts.append(_attempt(service, when, share, dice))
            if attempts[-1].is_ok or len(attempts) == MOST_ATTEMPTS:
                break
        code = f"{service.name}-{hour}-{nth}"
        return Operation(code, service.name, service.version, name, tuple(attempts))

    def _tell(self, operation: Operation) -> None:
        last = len(operation.attempts)
        for nth, attempt in enumerate(operation.attempts, 1):
            labels = self._labels(operation.service, attempt)
            self._world.facts.one(_fact(operation, nth, attempt, labels, is_final=nth == last))
        self._world.ended(operation)

    def _labels(self, service: str, attempt: Attempt) -> tuple[str, ...]:
        if attempt.is_ok:
            return ()
        return self._world.hooks.labels_of("call", 0, attempt.at, service)


def _attempt(service: Service, at: int, failing: float, dice: "Dice") -> Attempt:
    latency = dice.lognormal(service.latency_ms, service.spread)
    is_ok, status = not dice.chance(failing), dice.choice(FAILED_STATUS)
    if is_ok:
        return Attempt(at, OK, round(min(latency, TIMEOUT_MS), 1))
    return Attempt(at, status, TIMEOUT_MS if status == TIMED_OUT else round(latency, 1))


def _fact(
    operation: Operation,
    nth: int,
    attempt: Attempt,
    labels: tuple[str, ...],
    *,
    is_final: bool,
) -> Fact:
    data = {
        "service": operation.service,
        "version": operation.version,
        "op": operation.name,
        "op_id": operation.id,
        "attempt": nth,
        "final": is_final,
        "http": attempt.http,
        "status": "ok" if attempt.is_ok else "failed",
        "latency_ms": attempt.latency_ms,
    }
    return Fact(
        at=attempt.at,
        kind="integration.call",
        source=SOURCE,
        name=f"call/{operation.id}/{nth}",
        data=data,
        about={"service": operation.service},
        key=operation.service,
        flow=operation.id,
        labels=labels,
    )

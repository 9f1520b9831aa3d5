# SPDX-License-Identifier: AGPL-3.0-or-later
"""The intake of one home: its routes, and the worker that they hand events to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from sightline.clock import Clock, wall_clock
from sightline.errors import UnknownTypeError
from sightline.events import catalogue
from sightline.intake import openapi, schema
from sightline.intake.acceptor import Acceptor
from sightline.intake.declined import Declined, as_json
from sightline.intake.endpoint import Endpoint
from sightline.intake.guard import Guard
from sightline.intake.health import FINE, Health
from sightline.intake.lag import Lag
from sightline.intake.limits import Limits
from sightline.intake.metrics import MEDIA_TYPE, Meters, Surroundings
from sightline.log import EventLog
from sightline.settings import Settings
from sightline.store import Store

EVENTS = "/api/events"
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"]
Handler = Callable[[Request], Response]
Page = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that programs reach over HTTP, pages aside.

    Attributes
    ----------
    acceptor
        Its `run` must be kept running in a thread.
    """

    settings: Settings
    guard: Guard
    acceptor: Acceptor
    health: Health
    meters: Meters
    lag: Lag
    endpoint: Endpoint

    @classmethod
    def of(
        cls,
        settings: Settings,
        log: EventLog,
        store: Store,
        *,
        token: str,
        clock: Clock = wall_clock,
    ) -> Self:
        """Return the intake of `log`, for who has `token`; see `sightline.intake.token`."""
        lag, meters = Lag(log, store, clock), Meters()
        meters.registry.register(Surroundings(log, store, lag))
        guard = Guard.of(settings, token)
        acceptor = Acceptor(log)
        endpoint = Endpoint.of(guard, Limits.of(settings), lag, acceptor, meters)
        return cls(settings, guard, acceptor, Health(log, store), meters, lag, endpoint)

    def routes(self) -> list[BaseRoute]:
        """Return the routes, in order."""
        return [
            Route(EVENTS, _as_page(self.endpoint), methods=METHODS),
            Route(schema.PATH, self._guarded(self._listing)),
            Route(f"{schema.PATH}/{{name}}", self._guarded(self._schema)),
            Route("/api/openapi.json", self._guarded(self._openapi)),
            Route("/metrics", self._guarded(self._metrics)),
            Route("/healthz", self._healthz),
        ]

    def _guarded(self, handler: Handler) -> Page:
        """Return `handler` for those whom the guard lets in, run in a thread."""

        async def answer(request: Request) -> Response:
            try:
                self.guard.check(request.headers)
                return await run_in_threadpool(handler, request)
            except Declined as declined:
                return declined.answer()

        return answer

    def _listing(self, _request: Request) -> Response:
        return as_json(schema.listing())

    def _schema(self, request: Request) -> Response:
        name = request.path_params["name"]
        try:
            kind = catalogue.find(name)
        except UnknownTypeError as error:
            raise Declined(404, str(error)) from None
        return as_json(schema.schema_of(kind))

    def _openapi(self, _request: Request) -> Response:
        return as_json(openapi.document(self.settings, needs_token=bool(self.guard.token)))

    def _metrics(self, _request: Request) -> Response:
        return Response(self.meters.text(), media_type=MEDIA_TYPE)

    async def _healthz(self, request: Request) -> Response:
        """Say whether Sightline is ready; strangers are not told what is wrong."""
        found = await run_in_threadpool(self.health.findings)
        ready = all(said == FINE for said in found.values())
        if not self.guard.trusts(request.headers):
            found = {name: said if said == FINE else "failed" for name, said in found.items()}
        told = {"status": FINE if ready else "failed", "checks": found}
        return as_json(told, 200 if ready else 503)


def _as_page(endpoint: Endpoint) -> Page:
    """Return `endpoint` as a function: Starlette takes other objects for applications."""

    async def answer(request: Request) -> Response:
        return await endpoint(request)

    return answer

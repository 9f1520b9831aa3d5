# SPDX-License-Identifier: AGPL-3.0-or-later
"""``POST /api/events``: who sends, what, how much, how late; then into the log."""

import asyncio
import logging
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Self

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from sightline.errors import LogError
from sightline.intake import body
from sightline.intake.acceptor import Acceptor
from sightline.intake.body import Room
from sightline.intake.declined import Declined, as_json, later
from sightline.intake.guard import Guard
from sightline.intake.lag import Lag
from sightline.intake.limits import AGAIN_LATER_S, Limits
from sightline.intake.media import Reading, reading_of
from sightline.intake.metrics import Meters
from sightline.intake.reply import Reply
from sightline.intake.sent import Sent

ALLOWED = "POST, OPTIONS"
SMALL = 1 << 16  # bodies up to here are cut where they arrive: a thread would cost more
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Answers requests that bring events."""

    guard: Guard
    limits: Limits
    lag: Lag
    acceptor: Acceptor
    meters: Meters
    room: Room

    @classmethod
    def of(
        cls, guard: Guard, limits: Limits, lag: Lag, acceptor: Acceptor, meters: Meters
    ) -> Self:
        """Return an endpoint with room of its own."""
        return cls(guard, limits, lag, acceptor, meters, Room(limits))

    async def __call__(self, request: Request) -> Response:
        """Answer one request; whatever happens, the sender learns whether to send it again."""
        try:
            answer = await self._answer(request)
        except Declined as declined:
            answer = declined.answer()
        except Exception:
            logger.exception("A request to the intake failed")
            answer = _unable("Something is wrong on this side; its log says what.").answer()
        self.meters.requests.labels(str(answer.status_code)).inc()
        return answer

    async def _answer(self, request: Request) -> Response:
        if request.method not in {"POST", "OPTIONS"}:
            reason = f"{request.method} is not known here; expected POST with events."
            raise Declined(405, reason, {"Allow": ALLOWED})
        self.guard.check(request.headers)
        if request.method == "OPTIONS":
            return _handshake(request)
        reading = reading_of(request.headers.raw)
        encoding = body.check_announced(request, self.limits)
        await self._check_lag()
        with self.room.held() as share:
            packed = await body.read(request, share, self.limits)
            self.meters.volume.inc(len(packed))
            sent = await self._cut(packed, encoding, reading)
            share.take(sum(map(len, sent.lines)))
            told = await self._kept(self.acceptor.submit(sent))
        self.meters.kept(told)
        return as_json(told, told.status)

    async def _check_lag(self) -> None:
        if not self.lag.is_fresh:
            await run_in_threadpool(self.lag.look)
        behind = self.lag.seconds()
        if behind > self.limits.lag_s and not self.lag.is_gaining:
            reason = (
                f"The stream is {behind:.0f} s behind the event log; expected at most "
                f"{self.limits.lag_s:.0f}. Send this again later."
            )
            raise later(429, reason, AGAIN_LATER_S)

    async def _cut(self, packed: bytes, encoding: str, reading: Reading) -> Sent:
        if "gzip" not in encoding and len(packed) <= SMALL:
            return reading.sent(packed, encoding, self.limits)
        return await run_in_threadpool(reading.sent, packed, encoding, self.limits)

    async def _kept(self, promise: "Future[Reply]") -> Reply:
        try:
            return await asyncio.wait_for(asyncio.wrap_future(promise), self.limits.answer_s)
        except LogError as error:
            raise _unable(" ".join(str(error).split())) from error
        except TimeoutError:
            raise _unable("The event log did not keep this in time; send it again.") from None


def _unable(reason: str) -> Declined:
    return later(503, reason, AGAIN_LATER_S)


def _handshake(request: Request) -> Response:
    """Answer who asks whether it may send events here, as CloudEvents' web hooks do."""
    headers = {"Allow": ALLOWED}
    if origin := request.headers.get("webhook-request-origin"):
        headers |= {"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"}
    return Response(status_code=204, headers=headers)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies of requests: read up to a limit, unpacked up to the same limit."""

import asyncio
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import ClientDisconnect, Request

from sightline.intake.declined import Declined, later
from sightline.intake.limits import AGAIN_SOON_S, Limits

GZIP = 16 + zlib.MAX_WBITS
MOST_MEMBERS = 100
"""Each member costs a copy of what is behind it; packers make one."""
ENCODINGS = ("", "identity", "gzip", "x-gzip")


class DamagedError(Exception):
    """A packed body that cannot be unpacked."""


@dataclass(slots=True)
class Room:
    """The bytes of all bodies that are being worked on; for the event loop's thread only."""

    limits: Limits
    taken: int = field(default=0)

    def take(self, count: int) -> int:
        """Take `count` bytes, or decline the request that wants them."""
        if self.taken + count > self.limits.at_once:
            reason = (
                f"Requests with {self.taken} bytes are being worked on; expected at most "
                f"{self.limits.at_once} at once. Send this one again."
            )
            raise later(429, reason, AGAIN_SOON_S)
        self.taken += count
        return count

    @contextmanager
    def held(self) -> Iterator["Share"]:
        """Give a share of this room that ends with the request."""
        share = Share(self)
        try:
            yield share
        finally:
            self.taken -= share.taken


@dataclass(slots=True)
class Share:
    """What one request has taken."""

    room: Room
    taken: int = 0

    def take(self, count: int) -> None:
        """Take `count` bytes more, or raise `Declined`."""
        self.taken += self.room.take(count)


def check_announced(request: Request, limits: Limits) -> str:
    """Return how the body is packed; decline it when it says itself that it cannot do."""
    length = request.headers.get("content-length", "")
    if length.isascii() and length.isdigit() and int(length[:20]) > limits.bytes:
        raise too_large(limits)
    encoding = ", ".join(request.headers.getlist("content-encoding")).strip().lower()
    if encoding not in ENCODINGS:
        raise Declined(
            415,
            f"The body is packed as {encoding[:40]!r}; expected gzip or nothing.",
            {"Accept-Encoding": "gzip"},
        )
    return encoding


async def read(request: Request, share: Share, limits: Limits) -> bytes:
    """Return the body as sent.

    Raises
    ------
    Declined
        It is too large, does not arrive, or there is too much at once.
    """
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_s):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limits.bytes:
                    raise too_large(limits)
                share.take(len(chunk))
                chunks.append(chunk)
    except TimeoutError:
        raise Declined(
            408,
            f"The body did not arrive within {limits.body_s:.0f} s; expected all of it. Send "
            "the request again.",
        ) from None
    except ClientDisconnect:
        raise Declined(400, "The connection ended within the body.") from None
    return b"".join(chunks)


def unpacked(body: bytes, encoding: str, limits: Limits) -> bytes:
    """Return `body` unpacked, never more than the limit.

    Raises
    ------
    Declined
        It would be larger.
    DamagedError
        It is no gzip, or not all of it.
    """
    if "gzip" not in encoding:
        return body
    out: list[bytes] = []
    room = limits.bytes
    rest = body
    while rest or not out:
        if len(out) == MOST_MEMBERS:
            raise DamagedError(f"more than {MOST_MEMBERS} gzip members")
        member = zlib.decompressobj(GZIP)
        try:
            text = member.decompress(rest, room + 1)
        except zlib.error as error:
            raise DamagedError(str(error)) from None
        room -= len(text)
        if room < 0:
            raise too_large(limits)
        if not member.eof:
            raise DamagedError("the stream ends too early")
        out.append(text)
        rest = member.unused_data
    return b"".join(out)


def too_large(limits: Limits) -> Declined:
    """Return the refusal of a body above the limit."""
    return Declined(
        413,
        f"The body has more than {limits.bytes} bytes, unpacked where it is packed; expected "
        "at most that. Send it in parts.",
        {"Connection": "close"},
    )

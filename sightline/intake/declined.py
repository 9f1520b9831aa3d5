# SPDX-License-Identifier: AGPL-3.0-or-later
"""A request of which nothing was kept: its status, and one line that says what to do."""

from collections.abc import Mapping
from types import MappingProxyType

import msgspec
from starlette.responses import Response

JSON = "application/json"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Declined(Exception):  # noqa: N818  an answer, not a mistake of ours
    """Nothing of the request was read as events, nothing was kept."""

    def __init__(
        self, status: int, reason: str, headers: Mapping[str, str] = NO_HEADERS
    ) -> None:
        self.status = status
        self.reason = reason
        self.headers = headers
        super().__init__(reason)

    def answer(self) -> Response:
        """Return what the caller is told."""
        return as_json({"error": self.reason}, self.status, self.headers)


def later(status: int, reason: str, seconds: int) -> Declined:
    """Return the refusal of a request that will do as it is, after `seconds`."""
    return Declined(status, reason, {"Retry-After": str(seconds)})


def as_json(
    body: object, status: int = 200, headers: Mapping[str, str] = NO_HEADERS
) -> Response:
    """Return `body` as an answer in JSON that no browser keeps or guesses about."""
    told = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", **headers}
    return Response(msgspec.json.encode(body), status, told, JSON)

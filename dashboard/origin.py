# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may open a page and a live connection: pages of this server, called by its own name.

Streamlit asks a public service for this machine's address before it refuses a stranger. The
check here comes first, so nothing leaves the machine.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sightline.intake.hosts import LOOPBACK, is_ours

GUARDED = ("/api/", "/healthz", "/metrics")
"""Paths that ask for a token, or tell nothing: see `sightline.intake.guard`."""
MISDIRECTED = 421


class SameOrigin:
    """Refuse requests by another name, and a WebSocket whose Origin is not this server.

    Parameters
    ----------
    host
        Name in the address that people use.
    """

    def __init__(self, app: ASGIApp, *, host: str) -> None:
        self.app = app
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on, or end it before the application sees it."""
        if scope["type"] not in {"http", "websocket"} or self._lets_in(scope):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            text = (
                "This request names another host than this server. Use the address in "
                "SIGHTLINE_URL, or set SIGHTLINE_URL to the one you use.\n"
            )
            await PlainTextResponse(text, MISDIRECTED)(scope, receive, send)

    def _lets_in(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope["type"] == "websocket":
            return self.accepts(headers)
        return str(scope.get("path", "")).startswith(GUARDED) or self._is_ours(headers)

    def _is_ours(self, headers: Headers) -> bool:
        return is_ours(headers.get("host"), LOOPBACK | {self.host})

    def accepts(self, headers: Headers) -> bool:
        """Tell whether a page from the Origin in `headers` may connect; none is accepted.

        >>> guard = SameOrigin(app=None, host="sightline.example")
        >>> guard.accepts(Headers({"origin": "https://evil.example", "host": "localhost:8501"}))
        False
        >>> guard.accepts(Headers({"origin": "https://evil.example", "host": "evil.example"}))
        False
        """
        if not self._is_ours(headers):
            return False
        origin = headers.get("origin")
        if origin is None:
            return True
        asked = urlsplit(origin)
        if asked.netloc == headers.get("host"):
            return True
        known = asked.hostname == self.host
        return known or (asked.hostname in LOOPBACK and self.host in LOOPBACK)

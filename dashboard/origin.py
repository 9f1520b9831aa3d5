# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may open a live connection: pages of this server, and nobody else's.

Streamlit asks a public service for this machine's address before it refuses a stranger. The
check here comes first, so nothing leaves the machine.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SameOrigin:
    """Refuse a WebSocket whose Origin is neither this server nor the address people use."""

    def __init__(self, app: ASGIApp, *, host: str) -> None:
        self.app = app
        self.host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass `scope` on, or close it before the application sees it."""
        if scope["type"] == "websocket" and not self.accepts(Headers(scope=scope)):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        await self.app(scope, receive, send)

    def accepts(self, headers: Headers) -> bool:
        """Tell whether a page from the Origin in `headers` may connect; none is accepted.

        >>> guard = SameOrigin(app=None, host="sightline.example")
        >>> guard.accepts(Headers({"origin": "https://evil.example", "host": "localhost:8501"}))
        False
        """
        origin = headers.get("origin")
        if origin is None:
            return True
        asked = urlsplit(origin)
        if asked.netloc == headers.get("host"):
            return True
        known = asked.hostname == self.host
        return known or (asked.hostname in LOOPBACK and self.host in LOOPBACK)

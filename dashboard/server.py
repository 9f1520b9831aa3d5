# SPDX-License-Identifier: AGPL-3.0-or-later
"""The web server: Streamlit's ASGI application with our look, compression and origin check."""

import os
import socket
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
import uvicorn
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route
from streamlit.web import bootstrap

from dashboard import faults, figures, source, theme
from dashboard.origin import SameOrigin
from sightline.errors import SettingsError
from sightline.settings import Settings

ENTRY = Path(__file__).with_name("app.py").absolute()
Lifespan = Callable[[Any], AbstractAsyncContextManager[dict[str, Any] | None]]
QUIET = {
    "browser.gatherUsageStats": False,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "viewer",
    "logger.hideWelcomeMessage": True,
    "runner.magicEnabled": False,
    "server.enableStaticServing": True,
    "server.fileWatcherType": "none",
    "server.headless": True,
}


PRELOADED = (figures,)  # Plotly: the first reader need not wait for it


def build_app(
    *, lifespan: Lifespan | None = None, extra_routes: Sequence[BaseRoute] = ()
) -> st.App:
    """Build the application: the pages, ``/health`` and `extra_routes`.

    Parameters
    ----------
    lifespan
        Starts what must run beside the pages and stops it at the end.
    extra_routes
        Starlette routes such as the event intake; none may begin with ``/_stcore``.
    """
    host = urlsplit(Settings.from_env(os.environ).url).hostname or "localhost"
    bootstrap.load_config_options(QUIET | theme.options() | {"browser.serverAddress": host})
    return st.App(
        ENTRY,
        lifespan=lifespan,
        routes=[
            Route("/health", home),
            Route(source.PATH, source.answer),
            *extra_routes,
        ],
        middleware=[Middleware(SameOrigin, host=host), Middleware(GZipMiddleware)],
        on_script_error=faults.show,
    )


class _Server(uvicorn.Server):
    """Ends in order on the first signal; further ones neither cut that short nor come back."""

    ended_by: int | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Note the signal; what is open is closed before anybody acts on it."""
        del frame
        self.ended_by = self.ended_by or sig
        self.should_exit = True


def serve(app: st.App, host: str, port: int) -> int | None:
    """Serve `app` until Ctrl-C or SIGTERM; open pages get one second to finish.

    Returns
    -------
    int | None
        The signal that ended it.

    Raises
    ------
    SettingsError
        Another program has the port, or `host` is not an address of this machine.
    """
    check_free(host, port)
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,
            log_level="warning",
            timeout_graceful_shutdown=1,
        )
    )
    server.run()
    return server.ended_by


def check_free(host: str, port: int) -> None:
    """Raise `SettingsError` when nothing can listen on `host` and `port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise SettingsError(
                f"Cannot listen on {host}:{port} ({error.strerror}); expected a free port of "
                "this machine. Stop the other program, or set SIGHTLINE_PORT and SIGHTLINE_URL."
            ) from None


async def home(request: Request) -> RedirectResponse:
    """Lead ``/health`` to the default page, whose own address Streamlit does not serve."""
    query = request.url.query
    return RedirectResponse(f"/?{query}" if query else "/")

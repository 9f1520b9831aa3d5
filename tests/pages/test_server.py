# SPDX-License-Identifier: AGPL-3.0-or-later
"""What can be said of the server without starting one; tests/browser starts it."""

import asyncio
import io
import socket
import tarfile

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from dashboard import server, source, theme
from dashboard.origin import SameOrigin
from sightline.errors import SettingsError


def test_a_taken_port_is_explained_in_one_line() -> None:
    # given a port that somebody has
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        # when the server would listen there
        with pytest.raises(SettingsError) as said:
            server.check_free("127.0.0.1", port)
    # then the message names the port, what was expected and what to do
    assert f"127.0.0.1:{port}" in str(said.value)
    assert "expected a free port" in str(said.value)
    assert "SIGHTLINE_PORT" in str(said.value)
    assert "\n" not in str(said.value)


def test_an_address_of_another_machine_is_explained() -> None:
    with pytest.raises(SettingsError, match=r"Cannot listen on 203\.0\.113\.1:8501"):
        server.check_free("203.0.113.1", 8501)


@pytest.mark.parametrize(
    ("origin", "host", "accepted"),
    [
        ("http://localhost:8501", "localhost:8501", True),
        ("http://127.0.0.1:8501", "localhost:8501", True),
        ("https://sightline.example", "10.0.0.7:8501", False),
        ("null", "localhost:8501", False),
    ],
)
def test_only_pages_of_this_server_may_connect(
    origin: str, host: str, *, accepted: bool
) -> None:
    guard = SameOrigin(app=None, host="localhost")  # type: ignore[arg-type]
    assert guard.accepts(Headers({"origin": origin, "host": host})) is accepted


@pytest.mark.parametrize(
    ("kind", "host", "path", "passed"),
    [
        ("http", "localhost:8501", "/", True),
        ("http", "10.0.0.7:8501", "/stock", True),
        ("http", "[::1]:8501", "/stock", True),
        ("http", "sightline.example", "/", True),
        ("http", "evil.example:8501", "/", False),
        ("http", "evil@localhost", "/", False),
        ("http", "localhost.evil.example", "/_stcore/upload_file/a/b", False),
        ("http", "sightline-service:8501", "/api/events", True),
        ("http", "sightline-service:8501", "/healthz", True),
        ("websocket", "evil.example:8501", "/_stcore/stream", False),
        ("websocket", "localhost:8501", "/_stcore/stream", True),
    ],
)
def test_a_name_that_was_made_to_point_here_reaches_no_page(
    kind: str, host: str, path: str, *, passed: bool
) -> None:
    reached, sent = _asked(
        "sightline.example",
        {"type": kind, "path": path, "method": "GET"},
        host,
        f"http://{host}",
    )
    assert reached == passed
    if not passed:
        assert sent[0]["type"] in {"websocket.close", "http.response.start"}
        assert sent[0].get("status", 421) == 421


def _asked(
    ours: str, scope: Scope, host: str, origin: str
) -> tuple[bool, list[dict[str, object]]]:
    """Return whether a request reached the application, and what was answered otherwise."""
    reached: list[str] = []
    sent: list[dict[str, object]] = []

    async def app(asked: Scope, _receive: Receive, _send: Send) -> None:
        reached.append(asked["type"])

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(dict(message))

    headers = [(b"origin", origin.encode()), (b"host", host.encode())]
    asyncio.run(SameOrigin(app, host=ours)(scope | {"headers": headers}, receive, send))
    return bool(reached), sent


def test_the_address_people_use_may_connect_through_a_proxy() -> None:
    guard = SameOrigin(app=None, host="sightline.example")  # type: ignore[arg-type]
    assert guard.accepts(Headers({"origin": "https://sightline.example", "host": "10.0.0.7"}))
    assert guard.accepts(Headers({"host": "10.0.0.7"}))


def test_the_archive_holds_the_source_and_the_licence() -> None:
    with tarfile.open(fileobj=io.BytesIO(source.archive())) as tar:
        names = set(tar.getnames())
    wanted = ("sightline/errors.py", "dashboard/static/Inter-OFL.txt", "LICENSE", "NOTICE")
    assert {f"sightline-source/{name}" for name in wanted} <= names
    assert not any("__pycache__" in name or ".venv" in name for name in names)


def test_every_font_of_the_theme_is_in_the_package() -> None:
    static = server.ENTRY.parent / "static"
    for weight in ("Regular", "Medium", "SemiBold", "Bold"):
        assert f"app/static/Inter-{weight}.woff" in theme.options()["theme.fontFaces"]
        assert (static / f"Inter-{weight}.woff").stat().st_size > 10_000


@pytest.mark.parametrize(("origin", "passed"), [("http://a:1", True), ("http://evil", False)])
def test_a_stranger_is_turned_away_before_the_application(origin: str, *, passed: bool) -> None:
    # when a page of `origin` asks to connect to http://a:1
    reached, sent = _asked("a", {"type": "websocket"}, "a:1", origin)
    # then only our own page reaches it
    assert reached == passed
    assert [each["type"] for each in sent] == ([] if passed else ["websocket.close"])


def test_health_leads_home_with_its_query() -> None:
    scope = {"type": "http", "query_string": b"embed=true", "headers": [], "path": "/health"}
    answer = asyncio.run(server.home(Request(scope)))
    assert answer.headers["location"] == "/?embed=true"

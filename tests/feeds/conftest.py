# SPDX-License-Identifier: AGPL-3.0-or-later
"""A receiver on this machine, and a desk with messages for it."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sightline.desk import Desk, Episode, dedup_key, steps
from sightline.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  the example of the standard
FACTS = {
    "short_units": "12",
    "due_units": "20",
    "available": "8",
    "inbound": "0",
    "on_order": "0",
    "in_transit": "0",
    "due_lines": 2,
    "oldest_due": "2026-03-01",
    "no_anchor": False,
}


@dataclass
class Receiver:
    """Answers with the next of `answers` (status, headers), then 200; keeps what it got."""

    port: int = 0
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    delay: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/services/T0/B0/SECRETPATH"

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    receiver: Receiver

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server  # type: ignore[assignment]

    def do_POST(self) -> None:
        receiver = self.server.receiver
        content = self.rfile.read(int(self.headers["content-length"]))
        receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, content))
        time.sleep(receiver.delay)
        status, headers = receiver.answers.pop(0) if receiver.answers else (200, {})
        self.send_response(status)
        for name, value in {**headers, "content-length": "0"}.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.receiver = Receiver(port=server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.receiver
        server.shutdown()
        thread.join()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port that takes connections and never says a word."""

    class Mute(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            time.sleep(0.5)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mute) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk.open(Settings(home=tmp_path))
    yield desk
    desk.close()


@pytest.fixture
def episode() -> Callable[..., Episode]:
    """Makes a shortage of A100 at DC1, open since noon; anything can be said otherwise."""

    def make(**given: Any) -> Episode:
        item = given.get("item", "A100")
        usual = {
            "exception_id": f"id-of-{item}",
            "tenant": "main",
            "dedup_key": dedup_key({"item": item, "loc": "DC1"}),
            "kind": "shortage",
            "rule": "due_shortage",
            "rule_version": "1",
            "severity": "high",
            "item": item,
            "loc": "DC1",
            "opened": NOON,
            "facts": FACTS,
        }
        return Episode(**(usual | given))

    return make


@pytest.fixture
def post(desk: Desk, episode: Callable[..., Episode]) -> Callable[..., None]:
    """Puts a message about an exception into the outbox: ``post("ops", item="A100")``."""

    def put(*webhooks: str, **given: Any) -> None:
        with desk.decide() as decision:
            found = steps(None, episode(**given), at=NOON)
            decision.write(found, now=NOON)
            decision.post(found, webhooks, now=NOON)

    return put

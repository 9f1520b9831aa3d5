# SPDX-License-Identifier: AGPL-3.0-or-later
"""A server with the intake's routes on a free port, over a real log and a real store."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette

from sightline import jobs
from sightline.events.decode import decode_lines
from sightline.intake import acceptor
from sightline.intake.intake import Intake
from sightline.log.reading import events_of
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import RunSummary, run_until_idle
from tests.up.served import free_port

EVENTS = "/api/events"
ONE = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
LINES = "application/x-ndjson"
PLAIN = "application/json"


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Site:
    """One running intake."""

    settings: Settings
    log: SqliteLog
    store: Store
    intake: Intake

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.settings.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            found = connection.getresponse()
            told = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, told, found.read())
        finally:
            connection.close()

    def send(self, body: bytes, media: str = ONE, **headers: str) -> Answer:
        """Send events; `headers` are named with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("POST", EVENTS, body, {"Content-Type": media, **named})

    def logged(self) -> list[bytes]:
        """Return the raw lines in the log, refused rows aside, oldest first."""
        batches = [
            batch for batch in reversed(self.log.newest(10_000)) if batch.fmt == "ndjson"
        ]
        return [line for batch in batches for line in events_of(batch)]

    def accepted(self) -> list[dict[str, Any]]:
        """Return the events in the log as they are decoded."""
        found = decode_lines(self.logged(), ingest_ms=0)
        rows: list[dict[str, Any]] = found.table.to_pylist()
        return rows

    def process(self) -> RunSummary:
        """Run the stream over the log."""
        return run_until_idle(self.settings, self.store, self.log)


@pytest.fixture
def opened(settings: Settings, store: Store) -> Iterator[Callable[..., Site]]:
    """Give what opens an intake with some settings changed, and closes it in the end."""
    closing: list[Any] = []

    def open_with(*, token: str = "", busy_s: float = 30, **changed: Any) -> Site:
        port = free_port()
        given = replace(settings, port=port, url=f"http://127.0.0.1:{port}", **changed)
        given.home.mkdir(parents=True, exist_ok=True)
        path = Path(given.log.removeprefix("sqlite:///"))
        log = SqliteLog(path, partitions=given.partitions, busy_seconds=busy_s)
        intake = Intake.of(given, log, store, token=token)
        context = serving(intake, port)
        context.__enter__()
        closing.append((context, log))
        return Site(given, log, store, intake)

    yield open_with
    for context, log in closing:
        context.__exit__(None, None, None)
        log.close()


@pytest.fixture
def site(opened: Callable[..., Site]) -> Site:
    """Give an intake on loopback, without a token."""
    return opened()


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no test see the jobs that others left, nor wait for a thread that looks up late."""
    monkeypatch.setattr(acceptor, "LOOK_S", 0.02)
    jobs.forget()
    yield
    jobs.forget()


@contextmanager
def serving(intake: Intake, port: int) -> Iterator[None]:
    """Serve the routes of `intake` in threads of this process."""
    app = Starlette(routes=intake.routes())
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error", lifespan="off"))
    stop = threading.Event()
    threads = [
        threading.Thread(target=server.run, daemon=True),
        threading.Thread(target=intake.acceptor.run, args=(stop,), daemon=True),
    ]
    for thread in threads:
        thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        stop.set()
        for thread in threads:
            thread.join(30)


def event(name: str = "e1", **changed: Any) -> dict[str, Any]:
    """Return one good event called `name`."""
    return {
        "specversion": "1.0",
        "id": name,
        "source": "erp://a",
        "type": "io.sightline.inventory.issue.v1",
        "time": "2026-03-02T06:00:00Z",
        "data": {"item": "I1", "loc": "DC1", "q": {"qty": "3", "uom": "EA"}},
        **changed,
    }


def wire(value: Any) -> bytes:
    """Return `value` as JSON."""
    return json.dumps(value).encode()

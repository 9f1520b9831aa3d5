# SPDX-License-Identifier: AGPL-3.0-or-later
"""The intake as `sightline up` serves it: beside the pages, in front of the whole engine."""

import gzip
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.intake.conftest import BATCH, event, wire
from tests.up.served import Home, Served, answers, home_at, up

TOKEN = "correct-horse-battery"  # noqa: S105 - not a secret


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Served]]:
    """Give a whole Sightline with a token."""
    home = home_at(tmp_path_factory.mktemp("intake"), SIGHTLINE_INTAKE_TOKEN=TOKEN)
    with up(home) as running:
        yield home, running


def asked(
    home: Home, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Send one request; give status, headers and body of the answer."""
    port = int(home.environ["SIGHTLINE_PORT"])
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body, {"Authorization": f"Bearer {TOKEN}"} | named)
    found = connection.getresponse()
    told = {name.lower(): value for name, value in found.getheaders()}
    text = found.read()
    connection.close()
    return found.status, told, text


def told(home: Home, path: str) -> Any:
    return json.loads(asked(home, "GET", path)[2])


def test_events_that_are_posted_reach_the_tables(served: tuple[Home, Served]) -> None:
    home, running = served
    running.wait_for(lambda: asked(home, "GET", "/healthz")[0] == 200, "health")
    # when events are posted, packed, with what Streamlit's own posts would have to carry absent
    body = gzip.compress(wire([event("a"), event("a"), event("b"), {"id": "x"}]))
    status, _, text = asked(
        home, "POST", "/api/events", body, content_type=BATCH, content_encoding="gzip"
    )
    assert (status, json.loads(text)["accepted"]) == (202, 3)
    # then the running stream takes them in
    wanted = [
        'sightline_source_events_total{source="erp://a"} 2.0',
        'sightline_source_duplicates_total{source="erp://a"} 1.0',
        'sightline_source_dead_letters_total{source=""} 1.0',
        'sightline_job_state{job="intake",state="running"} 1.0',
    ]

    def counted() -> bool:
        text = asked(home, "GET", "/metrics")[2].decode()
        return all(line in text for line in wanted)

    running.wait_for(counted, "counts")
    assert running.err.count("\n") == 1, running.err


def test_the_pages_stay_open_and_the_intake_closed(served: tuple[Home, Served]) -> None:
    home, _ = served
    assert answers(home)
    wrong = {"Authorization": "Bearer wrong"}
    assert asked(home, "GET", "/")[0] == 200
    assert asked(home, "GET", "/healthz", **wrong)[0] == 200
    for method, path in (("POST", "/api/events"), ("GET", "/metrics"), ("GET", "/api/schema")):
        status, headers, _ = asked(home, method, path, **wrong)
        assert (status, "www-authenticate" in headers) == (401, True)


def test_an_address_that_is_none_is_no_page(served: tuple[Home, Served]) -> None:
    home, _ = served
    assert asked(home, "POST", "/api/event", b"{}")[0] in {404, 405}
    assert asked(home, "GET", "/api/events")[0] == 405


def test_large_answers_are_packed_for_those_who_ask(served: tuple[Home, Served]) -> None:
    home, _ = served
    status, headers, text = asked(home, "GET", "/api/openapi.json", accept_encoding="gzip")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    assert json.loads(gzip.decompress(text)) == told(home, "/api/openapi.json")


def test_a_file_may_hold_the_token(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    home = home_at(tmp_path, SIGHTLINE_INTAKE_TOKEN_FILE=str(file))
    with up(home) as running:
        assert asked(home, "GET", "/api/schema")[0] == 200
        assert TOKEN not in running.err + running.out

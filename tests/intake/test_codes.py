# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every status that the intake answers with, and that nothing is kept where it says so."""

import gzip
import http.client
import resource
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from sightline.clock import wall_clock
from sightline.intake.endpoint import Endpoint
from sightline.intake.intake import Intake
from sightline.intake.limits import Limits
from sightline.log import Piece
from tests.intake.conftest import BATCH, EVENTS, LINES, ONE, PLAIN, Site, event, serving, wire
from tests.up.served import free_port

TOKEN = "correct-horse-battery"  # noqa: S105 - not a secret
GOOD = wire(event())
Open = Callable[..., Site]


def declined(answer: object, status: int) -> str:
    """Return the one line that says why; nothing but it is told."""
    assert answer.status == status, answer  # type: ignore[attr-defined]
    told = answer.json  # type: ignore[attr-defined]
    assert set(told) == {"error"}
    assert "\n" not in told["error"]
    assert told["error"].endswith(".")
    return str(told["error"])


@pytest.mark.parametrize(
    "given",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x",
     f"Bearer {TOKEN[:-1]}", "Bearer \u00e9"],
)  # fmt: skip
def test_401_without_the_token(opened: Open, given: str | None) -> None:
    site = opened(token=TOKEN)
    headers = {} if given is None else {"authorization": given}
    answer = site.send(GOOD, **headers)
    said = declined(answer, 401)
    assert "Authorization: Bearer" in said
    assert TOKEN not in said
    assert answer.headers["www-authenticate"] == 'Bearer realm="sightline"'
    assert site.log.top() == 0


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_with_the_token_even_a_page_may_send(opened: Open, scheme: str) -> None:
    site = opened(token=TOKEN)
    headers = {"authorization": f"{scheme} {TOKEN}", "origin": "https://shop.example"}
    assert site.send(GOOD, **headers).status == 202


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:8501"])
def test_403_for_pages_where_no_token_is_set(site: Site, origin: str) -> None:
    assert "web page" in declined(site.send(GOOD, origin=origin), 403)
    assert site.log.top() == 0


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8501", "10.0.0.1", "[", ""])
def test_403_for_names_that_were_made_to_point_here(site: Site, host: str) -> None:
    assert "another host" in declined(site.send(GOOD, host=host), 403)
    for path in ("/metrics", "/api/schema", "/api/openapi.json"):
        declined(site.ask("GET", path, headers={"Host": host}), 403)


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8501"])
def test_names_of_this_machine_are_let_in(site: Site, host: str) -> None:
    assert site.send(GOOD, host=host).status == 202


def test_the_name_that_people_use_is_let_in(site: Site) -> None:
    settings = replace(site.settings, url="https://stock.example")
    intake = Intake.of(settings, site.log, site.store, token="")
    port = free_port()
    with serving(intake, port):
        there = replace(site, settings=replace(settings, port=port))
        assert there.send(GOOD, host="stock.example").status == 202


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE"])
def test_405_for_other_methods(site: Site, method: str) -> None:
    answer = site.ask(method, EVENTS)
    assert answer.status == 405
    assert answer.headers["allow"] == "POST, OPTIONS"


def test_who_asks_first_is_told_that_he_may_send(opened: Open) -> None:
    site = opened(token=TOKEN)
    asked = {"WebHook-Request-Origin": "events.example"}
    assert site.ask("OPTIONS", EVENTS, headers=asked).status == 401
    asked["Authorization"] = f"Bearer {TOKEN}"
    answer = site.ask("OPTIONS", EVENTS, headers=asked)
    assert answer.status == 204
    assert answer.headers["webhook-allowed-origin"] == "events.example"
    assert answer.headers["allow"] == "POST, OPTIONS"


@pytest.mark.parametrize(
    "media",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/cloudevents+avro", "application/cloudevents", "application/xml",
     f"{ONE}; charset=utf-16"],
)  # fmt: skip
def test_415_for_other_ways_of_writing(site: Site, media: str) -> None:
    answer = site.send(GOOD, media)
    assert ONE in declined(answer, 415)
    assert ONE in answer.headers["accept-post"]
    assert site.log.top() == 0


def test_415_for_binary_events_that_are_no_json(site: Site) -> None:
    declined(site.send(b"<a/>", "application/xml", ce_id="1", ce_specversion="1.0"), 415)


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "gzip, gzip"])
def test_415_for_other_ways_of_packing(site: Site, encoding: str) -> None:
    answer = site.send(GOOD, content_encoding=encoding)
    declined(answer, 415)
    assert answer.headers["accept-encoding"] == "gzip"


def test_413_for_a_body_that_says_it_is_too_large(opened: Open) -> None:
    site = opened(intake_max_bytes=2000)
    assert "2000 bytes" in declined(site.send(b" " * 2001, ONE), 413)
    assert site.send(GOOD.ljust(2000), ONE).status == 202


def test_413_for_a_body_that_turns_out_too_large(opened: Open) -> None:
    site = opened(intake_max_bytes=2000)
    with socket.create_connection(("127.0.0.1", site.settings.port), timeout=20) as link:
        link.sendall(_head(site, "Transfer-Encoding: chunked"))
        for _ in range(5):
            link.sendall(b"1f4\r\n" + b" " * 500 + b"\r\n")
        link.sendall(b"0\r\n\r\n")
        assert link.recv(100).startswith(b"HTTP/1.1 413 ")


def test_413_for_a_bomb(site: Site) -> None:
    # given a few kilobytes that would become a gigabyte
    zeros = gzip.compress(b" " * (64 << 20))
    bomb = zeros * 16
    assert len(bomb) < 2 << 20
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # when they are sent
    answer = site.send(bomb, BATCH, content_encoding="gzip")
    # then they are declined before memory is taken for them
    assert "unpacked where it is packed" in declined(answer, 413)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 << 10
    assert site.log.top() == 0


@pytest.mark.parametrize(
    ("media", "body"),
    [
        (BATCH, b"[" + b"1," * 10_000 + b"1]"),
        (LINES, b"1\n" * 10_001),
        (BATCH, b"[" + b"1," * 1_000_001 + b"1]"),
        (LINES, b"\n" * 1_000_001),
    ],
)
def test_413_for_too_many_events(site: Site, media: str, body: bytes) -> None:
    assert "10000" in declined(site.send(body, media), 413)
    assert site.log.top() == 0


def test_408_for_a_body_that_does_not_arrive(site: Site) -> None:
    hurried = _hurried(site, body_s=0.3)
    with (
        serving_endpoint(site, hurried) as port,
        socket.create_connection(("127.0.0.1", port), timeout=20) as link,
    ):
        link.sendall(_head(site, "Content-Length: 100") + b"{")
        assert link.recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_sender_who_hangs_up_costs_nothing(site: Site) -> None:
    link = socket.create_connection(("127.0.0.1", site.settings.port), timeout=20)
    link.sendall(_head(site, "Content-Length: 100") + b"{")
    link.close()
    assert site.send(GOOD).status == 202
    assert site.log.top() == 1


def test_429_while_the_stream_is_behind(opened: Open) -> None:
    # given a log with an event that nobody reads
    site = opened(intake_max_lag_s=60)
    assert site.send(GOOD).status == 202
    # when it has waited longer than allowed
    site.intake.lag.clock = lambda: wall_clock() + timedelta(seconds=90)
    time.sleep(1.1)
    answer = site.send(GOOD)
    # then senders are asked to come back
    assert "s behind the event log; expected at most 60" in declined(answer, 429)
    assert int(answer.headers["retry-after"]) > 0
    assert site.log.top() == 1
    # and once the stream has read it, they may send again
    site.process()
    time.sleep(1.1)
    assert site.send(GOOD).status == 202


def test_a_backlog_that_is_being_worked_off_is_no_reason_to_wait(opened: Open) -> None:
    # given a long backlog, of which the stream has read a part since it was last looked
    site = opened(intake_max_lag_s=60)
    waiting = [Piece(0, "ndjson", 1, GOOD)]
    for _ in range(3):
        site.log.append(waiting)
    site.intake.lag.look()
    site.process()
    site.log.append(waiting)
    # when what waits has waited longer than allowed
    site.intake.lag.clock = lambda: wall_clock() + timedelta(seconds=90)
    time.sleep(1.1)
    # then senders may go on: the log keeps what they send
    assert site.send(GOOD).status == 202
    # until nothing is gained any more
    site.intake.lag._backlogs.clear()  # noqa: SLF001
    site.intake.lag.look()
    assert site.send(GOOD).status == 429


def test_a_log_from_before_the_start_is_no_reason_to_wait(opened: Open) -> None:
    # given a log that another process filled long ago
    site = opened()
    site.log._clock = lambda: wall_clock() - timedelta(days=30)  # noqa: SLF001
    site.log.append([Piece(0, "ndjson", 1, GOOD)])
    # then what counts is how long this process has had for it
    site.intake.lag.look()
    assert 0 <= site.intake.lag.seconds() < 30


def test_429_when_too_much_comes_at_once(site: Site) -> None:
    crowded = _hurried(site, at_once=1000)
    with serving_endpoint(site, crowded) as port:
        there = replace(site, settings=replace(site.settings, port=port))
        answer = there.send(wire([event()] * 50), BATCH)
        assert "at once" in declined(answer, 429)
        assert int(answer.headers["retry-after"]) > 0
        # and what a declined request had taken is free again
        assert there.send(GOOD).status == 202


def test_503_when_another_writer_does_not_let_go(opened: Open) -> None:
    site = opened(busy_s=0.2)
    assert site.send(GOOD).status == 202
    other = sqlite3.connect(site.log.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    answer = site.send(GOOD)
    assert "is locked by another writer" in declined(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    other.execute("ROLLBACK")
    other.close()
    assert site.send(GOOD).status == 202
    assert len(site.logged()) == 2


def test_503_when_the_disk_is_full_and_202_once_it_is_not(site: Site) -> None:
    assert site.send(GOOD).status == 202
    wal = site.log.path.with_name(site.log.path.name + "-wal")
    with no_file_above(wal.stat().st_size + 8192):
        answer = site.send(wire([event(f"e{n}") for n in range(1000)]), BATCH)
    assert "Cannot write to the event log" in declined(answer, 503)
    assert int(answer.headers["retry-after"]) > 0
    assert len(site.logged()) == 1
    assert site.send(GOOD).status == 202


def test_503_when_nobody_takes_it(site: Site) -> None:
    lonely = replace(
        _hurried(site, answer_s=0.3), acceptor=type(site.intake.acceptor)(site.log)
    )
    with serving_endpoint(site, lonely) as port:
        there = replace(site, settings=replace(site.settings, port=port))
        assert "in time" in declined(there.send(GOOD), 503)


def test_503_for_what_comes_while_it_stops(site: Site) -> None:
    acceptor = type(site.intake.acceptor)(site.log)
    lonely = replace(_hurried(site), acceptor=acceptor)
    stop = threading.Event()
    stop.set()
    with serving_endpoint(site, lonely) as port:
        there = replace(site, settings=replace(site.settings, port=port))
        threading.Timer(0.5, acceptor.run, [stop]).start()
        assert "is stopping" in declined(there.send(GOOD), 503)
    assert site.log.top() == 0


def _head(site: Site, length: str) -> bytes:
    return (
        f"POST {EVENTS} HTTP/1.1\r\nHost: 127.0.0.1:{site.settings.port}\r\n"
        f"Content-Type: {PLAIN}\r\n{length}\r\n\r\n"
    ).encode()


def _hurried(site: Site, **limits: float) -> Endpoint:
    """Return the endpoint of `site` with other limits."""
    intake = site.intake
    given = replace(Limits.of(site.settings), **limits)  # type: ignore[arg-type]
    return Endpoint.of(intake.guard, given, intake.lag, intake.acceptor, intake.meters)


@contextmanager
def serving_endpoint(site: Site, endpoint: Endpoint) -> Iterator[int]:
    """Serve `endpoint` in place of the one that `site` has; give its port."""
    port = free_port()
    with serving(replace(site.intake, endpoint=endpoint), port):
        yield port


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """Let this process write no file beyond `size` bytes, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_a_declined_body_does_not_spoil_what_follows_it(opened: Open, size: int) -> None:
    # given a connection that stays open
    site = opened(token=TOKEN)
    link = http.client.HTTPConnection("127.0.0.1", site.settings.port, timeout=20)
    # when a request is declined before its body was read
    link.request("POST", EVENTS, b" " * size, {"Content-Type": ONE})
    first = link.getresponse()
    assert (first.status, first.read()[:10]) == (401, b'{"error":"')
    # then the next one on it is answered as it should be
    headers = {"Content-Type": ONE, "Authorization": f"Bearer {TOKEN}"}
    link.request("POST", EVENTS, GOOD, headers)
    second = link.getresponse()
    assert (second.status, b'"accepted":1' in second.read()) == (202, True)
    link.close()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The whole way: a file comes in, a message goes out, its link opens the right page."""

import base64
import hmac
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.up.served import Served, event, home_at, pieces, up

OpenTab = Callable[..., Any]
Post = tuple[str, dict[str, str], bytes]
pytestmark = pytest.mark.browser

SECRET = "a key of at least sixteen bytes"  # noqa: S105
ITEM, LOC = "Lamp 60/40 & más", "DC 1"
PLACE = {"item": ITEM, "loc": LOC}


class _Receiver(ThreadingHTTPServer):
    """Takes whatever is posted and keeps it, under the path that it was posted to."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Receiver  # type: ignore[assignment]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.posts.append((self.path, headers, body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def posts() -> Iterator[tuple[int, list[Post]]]:
    """Listen on a free port; yield the port and what has been posted there."""
    with _Receiver() as receiver:
        thread = threading.Thread(target=receiver.serve_forever, args=(0.05,))
        thread.start()
        yield receiver.server_address[1], receiver.posts
        receiver.shutdown()
        thread.join()


def test_a_posted_link_opens_the_stock_page_of_the_item_it_names(
    tab: OpenTab, posts: tuple[int, list[Post]], tmp_path: Path
) -> None:
    # given a home with two webhooks, and a file in which 30 units are due and 12 were counted
    port, got = posts
    hook = f"http://127.0.0.1:{port}"
    home = home_at(
        tmp_path,
        SIGHTLINE_WEBHOOKS=f"chat=slack:{hook}/chat robot=json:{hook}/robot",
        SIGHTLINE_WEBHOOK_SECRET=SECRET,
    )
    home.bring("morning.ndjson", _morning())
    with up(home) as served:
        # when both webhooks got their message
        served.wait_for(lambda: {path for path, _, _ in got} == {"/chat", "/robot"}, "message")
        links = _links(got)
        # then both say the same and link to the item's Stock page
        assert links["/chat"] == links["/robot"]
        asked = urlsplit(links["/chat"])
        assert f"{asked.scheme}://{asked.netloc}" == home.environ["SIGHTLINE_URL"]
        with tab(home.environ["SIGHTLINE_URL"]) as found:
            # and the link, followed in a browser, shows what, why and how much
            page = found.open(links["/chat"].removeprefix(found.url), ".sl-banner")
            expect(page.locator(".sl-subject")).to_have_text(f"{ITEM} at {LOC}")
            banner = page.locator(".sl-banner")
            expect(banner).to_contain_text("18 units short of due demand")
            expect(banner).to_contain_text("30 due on 1 order line, 12 available, 0 inbound")
            assert found.errors == []
            # and after a receipt of what was missing the same link says that it is over
            home.bring("noon.ndjson", [_receipt()])
            _see_resolved(served, page)
        # and nobody was told twice
        opened = [body for path, _, body in got if path == "/robot" and _type(body) == "opened"]
        assert len(opened) == 1


def _morning() -> list[dict[str, Any]]:
    today = datetime.now(UTC).date().isoformat()
    line = {"order": "SO1", "order_line": "SO1/1", "customer": "C1", "requested_date": today}
    return [
        event("inventory.counted", "c1", minutes_ago=180, **PLACE, q=pieces(12)),
        event("inventory.counted", "c2", minutes_ago=170, item="Cup", loc=LOC, q=pieces(5)),
        event(
            "demand.line_placed",
            "d1",
            minutes_ago=120,
            **PLACE,
            **line,
            q=pieces(30),
            version=1,
        ),
    ]


def _receipt() -> dict[str, Any]:
    return event("inventory.receipt", "r1", minutes_ago=1, **PLACE, q=pieces(40))


def _links(got: list[Post]) -> dict[str, str]:
    """Return the link of the first message to each path, after a look at all it says."""
    links = {}
    for path, headers, body in reversed(got):
        said = json.loads(body)
        if path == "/chat":
            (link,) = re.findall(r'"url":"([^"]+)"', body.decode())
            text = " ".join(re.findall(r'"text":"([^"]+)"', body.decode()))
        else:
            _check_signature(headers, body)
            link, text = said["link"], said["text"]
        assert "18 units short" in text
        assert parse_qs(urlsplit(link).query)["item"] == [ITEM]
        assert parse_qs(urlsplit(link).query)["loc"] == [LOC]
        links[path] = str(link)
    return links


def _check_signature(headers: dict[str, str], body: bytes) -> None:
    """Do what a receiver does that shares the key (Standard Webhooks)."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = base64.b64encode(hmac.digest(SECRET.encode(), signed, "sha256")).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    age = datetime.now(UTC).timestamp() - int(headers["webhook-timestamp"])
    assert abs(age) < 60


def _type(body: bytes) -> str:
    return str(json.loads(body)["type"]).split(".")[-2]


def _see_resolved(served: Served, page: Page) -> None:
    def resolved() -> bool:
        page.reload()
        page.wait_for_selector(".sl-banner", timeout=30_000)
        return "Resolved" in page.locator(".sl-banner").inner_text()

    served.wait_for(resolved, "resolution on the page")
    expect(page.locator(".sl-subject")).to_have_text(f"{ITEM} at {LOC}")

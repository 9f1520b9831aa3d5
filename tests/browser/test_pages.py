# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every page in a real browser: nothing breaks, nothing leaves the machine, everything fits."""

import gzip
import io
import socket
import tarfile
import urllib.request
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

OpenTab = Callable[..., Any]
pytestmark = pytest.mark.browser
EMPTY = ("/", "/stock", "/process", "/suppliers", "/quality", "/letters", "/system")
LETTER = "/letters?letter=1-65537"
PATHS = (*EMPTY, "/import", LETTER, "/stock?item=A100&loc=DC1&exception=exc-short")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_whole(
    tab: OpenTab, full_url: str, path: str, width: int, scheme: str
) -> None:
    # given a screen of that width, in that theme
    ready = ".sl-subject" if "item=" in path else ".sl-sentence"
    with tab(full_url, width=width, scheme=scheme) as found:
        # when the page opens
        page = found.open(path, ready)
        # then nothing broke, nothing was fetched elsewhere, and nothing sticks out
        assert found.errors == []
        assert found.strangers == []
        assert found.overflow() <= 0
        assert page.locator(".sl-fault").count() == 0
        assert page.evaluate("document.fonts.check('14px Inter')")
        shade = page.evaluate("getComputedStyle(document.querySelector('.stApp')).colorScheme")
        assert shade == scheme


@pytest.mark.parametrize("path", EMPTY)
def test_an_empty_page_is_whole(tab: OpenTab, empty_url: str, path: str) -> None:
    with tab(empty_url) as found:
        page = found.open(path, ".sl-empty")
        assert found.errors == []
        assert found.strangers == []
        assert page.locator(".sl-fault").count() == 0


def test_health_has_its_own_address(tab: OpenTab, full_url: str) -> None:
    with tab(full_url) as found:
        page = found.open("/health?embed=true")
        expect(page.get_by_role("heading", name="Health", exact=True)).to_be_visible()
        assert page.url == f"{full_url}/?embed=true"


def test_a_wall_board_has_no_sidebar(tab: OpenTab, full_url: str) -> None:
    with tab(full_url) as found:
        page = found.open("/?embed=true")
        assert page.locator('[data-testid="stSidebarNav"]').count() == 0


def test_an_exception_opens_its_position_without_a_reload(tab: OpenTab, full_url: str) -> None:
    # given Health with a shortage of A100 on top
    with tab(full_url) as found:
        page = found.open("/")
        page.evaluate("window.isTheSame = true")
        # when its link is followed
        page.get_by_role("link", name="Open").nth(1).click()
        page.wait_for_selector(".sl-banner")
        found.settle()
        # then Stock shows that item and that exception, in the same page
        expect(page.locator(".sl-subject")).to_have_text("A100 at DC1")
        expect(page.locator(".sl-banner")).to_contain_text("36 units short")
        assert "exception=exc-short" in page.url
        assert page.evaluate("window.isTheSame")


def test_a_row_of_the_table_opens_that_position(tab: OpenTab, full_url: str) -> None:
    # given the table of positions
    with tab(full_url) as found:
        page = found.open("/stock")
        # when its second row is selected
        box = page.locator('[data-testid="stDataFrame"]').bounding_box()
        assert box is not None
        page.mouse.click(box["x"] + 16, box["y"] + 36 + 36 + 18)
        page.wait_for_selector(".sl-subject")
        found.settle()
        # then the address and the page are about the item that stood there
        expect(page.locator(".sl-subject")).to_have_text("B200 at DC1")
        assert page.url == f"{full_url}/stock?item=B200&loc=DC1"
        # and the way back leads to all of them
        page.get_by_role("button", name="All positions").click()
        page.wait_for_selector('[data-testid="stDataFrame"]')
        assert page.url == f"{full_url}/stock"


def test_filters_go_into_the_address(tab: OpenTab, full_url: str) -> None:
    with tab(full_url) as found:
        page = found.open("/stock")
        page.get_by_text("Only problems").click()
        page.wait_for_url("**/stock?problems=true")
        found.settle()
        expect(page.get_by_text("6 positions. Select")).to_be_visible()


def test_map_choices_go_into_the_address(tab: OpenTab, full_url: str) -> None:
    with tab(full_url) as found:
        page = found.open("/process")
        page.get_by_text("Times", exact=True).first.click()
        page.wait_for_url("**/process?label=Times")
        assert found.errors == []


def test_rows_can_be_had_as_a_file_and_only_ours(tab: OpenTab, full_url: str) -> None:
    # given the table of suppliers, one of them called like a formula
    with tab(full_url) as found:
        page = found.open("/suppliers")
        # when its file is asked for
        with page.expect_download() as waited:
            page.get_by_role("button", name="Download CSV").click()
        # then it holds every supplier, and no formula
        text = waited.value.path().read_text(encoding="utf-8")
        assert len(text.splitlines()) == 1 + 4
        assert "'=Formula Ltd," in text
        # and the table's own file, which would hold one, is not offered
        page.locator('[data-testid="stDataFrame"]').hover()
        expect(page.get_by_label("Download as CSV")).to_be_hidden()
        assert found.errors == []


def test_charts_are_worded(tab: OpenTab, full_url: str) -> None:
    # given a page with two charts
    with tab(full_url) as found:
        page = found.open("/stock?item=A100&loc=DC1", ".sl-subject")
        page.wait_for_selector(".js-plotly-plot")
        # then each says what it shows
        said = page.evaluate(
            "Array.from(document.querySelectorAll('[aria-label]'), each => each.ariaLabel)"
        )
        assert any(text.startswith("Line chart of stock") for text in said)
        assert any(text.startswith("Chart of demand per day") for text in said)


def test_the_source_can_be_had_from_the_server(full_url: str) -> None:
    with urllib.request.urlopen(f"{full_url}/source.tar.gz") as answer:  # noqa: S310
        packed = answer.read()
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        names = tar.getnames()
    assert "sightline-source/dashboard/source.py" in names
    assert "sightline-source/sql/migrations/0001_events.sql" in names
    assert "sightline-source/LICENSE" in names


def test_scripts_are_sent_compressed(tab: OpenTab, full_url: str) -> None:
    # given the bundle that draws charts
    with tab(full_url) as found:
        page = found.open("/")
        page.wait_for_selector(".js-plotly-plot")
        names = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    (bundle,) = [name for name in names if "PlotlyChart" in name and name.endswith(".js")][:1]
    # when it is asked for by a browser that reads gzip
    asked = urllib.request.Request(bundle, headers={"Accept-Encoding": "gzip"})  # noqa: S310
    with urllib.request.urlopen(asked) as answer:  # noqa: S310
        body = answer.read()
        # then it comes at less than half its size
        assert answer.headers["Content-Encoding"] == "gzip"
    assert len(body) < len(gzip.decompress(body)) / 2


def test_a_page_of_a_stranger_cannot_connect(full_url: str) -> None:
    assert _upgraded(full_url, origin="https://evil.example").startswith("HTTP/1.1 403")
    assert _upgraded(full_url, origin=full_url).startswith("HTTP/1.1 101")


def _upgraded(url: str, *, origin: str) -> str:
    """Return the first line of the answer to a page of `origin` that asks to connect."""
    where = urlsplit(url)
    assert where.hostname is not None
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {where.netloc}",
        f"Origin: {origin}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
    )
    with socket.create_connection((where.hostname, where.port or 80), timeout=5) as line:
        line.sendall("\r\n".join((*lines, "", "")).encode())
        return line.recv(64).decode()

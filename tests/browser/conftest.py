# SPDX-License-Identifier: AGPL-3.0-or-later
"""A served dashboard and a browser that notes whatever goes wrong in it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

HERE = Path(__file__).parent
WORLD = HERE.parent / "pages" / "world.py"
ROOT = HERE.parents[1]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
)
# asked below the page's own path first, found at the root: how Streamlit learns its base path
PROBES = ("/_stcore/health", "/_stcore/host-config")


@dataclass
class Tab:
    """One open page, and what it complained about or asked of strangers."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def open(self, path: str, ready: str = ".sl-sentence") -> Page:
        """Go to `path` and wait until the app stands still with `ready` in it."""
        self.page.goto(self.url + path)
        self.page.wait_for_selector(ready, timeout=30_000)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until no script runs and nothing is stale."""
        self.page.wait_for_selector(
            '[data-testid="stApp"][data-test-script-state="notRunning"]', timeout=30_000
        )
        self.page.wait_for_timeout(400)

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        return int(
            self.page.evaluate(
                "Math.max(document.documentElement.scrollWidth - innerWidth, ...Array.from("
                "document.querySelectorAll('[data-testid=stMain]'), "
                "main => main.scrollWidth - main.clientWidth))"
            )
        )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; .ci/run installs it from Debian")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        yield found
        found.close()


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Serve `home` on a free port of the loopback; yield the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = os.environ | {"SIGHTLINE_HOME": str(home), "PYTHONPATH": str(ROOT)}
    environ["SIGHTLINE_URL"] = url = f"http://127.0.0.1:{port}"
    log = (home / "server.log").open("wb")
    command = [sys.executable, str(HERE / "serve.py"), str(port)]
    with log, subprocess.Popen(command, env=environ, stdout=log, stderr=log) as server:  # noqa: S603
        try:
            _wait(url, server)
            yield url
        finally:
            server.terminate()
            server.wait(10)


@pytest.fixture(scope="session")
def full_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the small distributor of the page tests."""
    home = tmp_path_factory.mktemp("full")
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, str(WORLD), str(home)], env=environ, check=True)  # noqa: S603
    with serving(home) as url:
        yield url


@pytest.fixture(scope="session")
def empty_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve a store that holds tables and no row."""
    home = tmp_path_factory.mktemp("empty")
    code = (
        "import sys; from pathlib import Path; from sightline.settings import Settings;"
        "from sightline.store import Store;"
        "store = Store.open(Settings(home=Path(sys.argv[1]))); store.migrate(); store.close()"
    )
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, str(home)], env=environ, check=True)  # noqa: S603
    with serving(home) as url:
        yield url


@pytest.fixture
def tab(browser: Browser) -> Callable[..., AbstractContextManager[Tab]]:
    """Return what opens a tab: the address of the server, then width and colour scheme."""
    return partial(_tab, browser)


@contextmanager
def _tab(
    browser: Browser, url: str, *, width: int = 1440, scheme: str = "light"
) -> Iterator[Tab]:
    """Open an empty tab of a screen `width` pixels wide."""
    context = browser.new_context(
        color_scheme=scheme,  # type: ignore[arg-type]
        viewport={"width": width, "height": 900},
    )
    found = Tab(context.new_page(), url)
    found.page.on("console", lambda message: _note(found, message))
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("request", lambda request: _watch(found, request))
    try:
        yield found
    finally:
        context.close()


def _note(found: Tab, message: ConsoleMessage) -> None:
    where = urlsplit(message.location["url"]).path
    if message.type == "error" and not where.endswith(PROBES):
        found.errors.append(f"{message.text} ({where})")


def _watch(found: Tab, request: Request) -> None:
    asked = urlsplit(request.url)
    if (
        asked.scheme in ("http", "https", "ws", "wss")
        and asked.netloc != urlsplit(found.url).netloc
    ):
        found.strangers.append(request.url)


def _wait(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("the server did not answer for 30 s")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline demo`` as a new user runs it: one process, a real server, a clean end."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SIGHTLINE = [str(Path(sys.executable).with_name("sightline"))]
SHORTER = """
from sightline.cli import main
from sightline.sim import opening

opening.HISTORY_DAYS = {}
main(prog_name="sightline")
"""


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environ(tmp_path: Path, port: int) -> dict[str, str]:
    return os.environ | {
        "SIGHTLINE_HOME": str(tmp_path / "home"),
        "SIGHTLINE_PORT": str(port),
        "SIGHTLINE_URL": f"http://localhost:{port}",
    }


@pytest.fixture(params=[1, pytest.param(28, marks=pytest.mark.slow)], ids="{} days".format)
def demo(
    environ: dict[str, str], request: pytest.FixtureRequest
) -> Iterator[subprocess.Popen[str]]:
    """Start a demo with so many days of history; four weeks are what users get."""
    command = [sys.executable, "-c", SHORTER.format(request.param)]
    command += ["demo", "--scenario", "J6", "--no-browser", "--seconds", "8"]
    with subprocess.Popen(  # noqa: S603
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        yield process
        process.kill()


def test_the_demo_fills_its_home_serves_pages_and_ends_by_itself(
    demo: subprocess.Popen[str], environ: dict[str, str], port: int
) -> None:
    # given a demo that is asked to last twelve seconds
    # when it has begun to listen
    page = _fetch(f"http://127.0.0.1:{port}/_stcore/health", demo)
    out, err = demo.communicate(timeout=60)
    # then it served, said where to look, and ended well without a complaint
    assert page == "ok"
    assert environ["SIGHTLINE_URL"] in out
    assert "Traceback" not in err
    assert demo.returncode == 0
    assert "J6: Shop orders" in out
    # and what it invented has reached the tables; refused is only what arrived damaged
    counts = _asked(
        environ,
        "SELECT (SELECT count() FROM events), (SELECT count() FROM dlq), "
        "(SELECT count() FROM dlq WHERE kind != 'malformed')",
    )
    events, refused, wrong = map(int, counts[0].values())
    assert events > 3_000
    assert refused < events / 500
    assert wrong == 0


def _fetch(url: str, process: subprocess.Popen[str]) -> str:
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.2)
    return ""


def _asked(environ: dict[str, str], sql: str) -> list[dict[str, str]]:
    command = [*SIGHTLINE, "sql", sql, "--format", "json"]
    answer = subprocess.run(  # noqa: S603
        command, env=environ, check=True, capture_output=True, text=True
    )
    found: list[dict[str, str]] = json.loads(answer.stdout)
    return found

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The examples in docs/intake.md run as they stand."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from sightline.intake.endpoint import ALLOWED
from sightline.intake.intake import Intake
from sightline.intake.limits import AT_ONCE_BYTES, BODY_S, MOST_EVENTS, REPORTED
from sightline.intake.media import MODES
from sightline.intake.openapi import DECLINED
from sightline.intake.token import SHORTEST
from sightline.settings import Settings
from tests.intake.conftest import Site
from tests.up.served import free_port

PAGE = (Path(__file__).parents[2] / "docs" / "intake.md").read_text()
SHELL = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SENDING = [text for text in SHELL if "/api/events" in text]


def run(site: Site, words: list[str], text: str, folder: Path) -> str:
    """Run an example against `site`; return what it prints."""
    example = text.replace("http://localhost:8501", site.settings.url)
    done = subprocess.run(  # noqa: S603 - our own page
        [*words, example],
        capture_output=True, text=True, timeout=60, check=True, cwd=folder,
        env=os.environ | {"no_proxy": "*"},
    )  # fmt: skip
    return done.stdout


@pytest.mark.parametrize(("number", "accepted"), [(0, 1), (1, 2), (2, 1)])
def test_the_shell_examples_send_their_events(
    site: Site, tmp_path: Path, number: int, accepted: int
) -> None:
    told = json.loads(run(site, ["sh", "-c"], SENDING[number], tmp_path))
    assert told == {
        "received": accepted, "accepted": accepted, "refused_count": 0, "refused": [],
    }  # fmt: skip
    assert site.process().events == accepted


def test_the_answer_that_is_shown_is_the_answer(site: Site, tmp_path: Path) -> None:
    shown = re.search(r"```json\n(.*?)\n```", PAGE, re.DOTALL)
    assert shown
    assert run(site, ["sh", "-c"], SENDING[0], tmp_path) == shown[1]


def test_all_three_ways_of_the_shell_are_three_events_and_one(
    site: Site, tmp_path: Path
) -> None:
    assert len(SENDING) == 3
    for text in SENDING:
        run(site, ["sh", "-c"], text, tmp_path)
    assert sorted(row["id"] for row in site.accepted()) == [
        "c-1", "c-2", "gi-4711-1", "gi-4711-2",
    ]  # fmt: skip


def test_python_alone_will_do(site: Site, tmp_path: Path) -> None:
    assert run(site, [sys.executable, "-c"], PYTHON[0], tmp_path) == "1\n"


def test_requests_reports_what_was_refused(site: Site, tmp_path: Path) -> None:
    said = run(site, [sys.executable, "-c"], PYTHON[1], tmp_path)
    assert said.startswith("0 data.q.qty negative: data.q.qty is '-4'; expected")


def test_a_web_hook_makes_events_of_orders(site: Site, tmp_path: Path) -> None:
    port = free_port()
    text = PYTHON[2].replace("http://localhost:8501", site.settings.url)
    script = tmp_path / "hook.py"
    script.write_text(text.replace("8600", str(port)))
    order = {
        "id": "W17",
        "created_at": "2026-03-02T10:00:00Z",
        "lines": [{"sku": "A100", "quantity": 2}, {"sku": "B200", "quantity": 5}],
    }
    with subprocess.Popen(  # noqa: S603 - our own page
        [sys.executable, script], stderr=subprocess.DEVNULL, env=os.environ | {"no_proxy": "*"}
    ) as hook:
        try:
            # when the shop posts one order, and repeats it
            assert [_posted(port, order) for _ in range(2)] == [202, 202]
            # and one that the intake refuses
            assert _posted(port, order | {"id": "W18", "created_at": "today"}) == 400
        finally:
            hook.kill()
    found = site.process()
    assert (found.events, found.duplicates, found.dead_letters) == (2, 2, 2)
    rows = site.store.read("positions", item="A100", loc="")
    assert [int(value) for value in rows["outstanding"]] == [2]


def test_the_token_example_makes_a_token_that_will_do(site: Site, tmp_path: Path) -> None:
    (text,) = (each for each in SHELL if "openssl" in each)
    said = run(site, ["sh", "-c"], f"{text}\necho $SIGHTLINE_INTAKE_TOKEN_FILE", tmp_path)
    assert said == f"{tmp_path}/intake-token\n"
    assert len((tmp_path / "intake-token").read_text().strip()) == 64


def test_every_code_and_every_limit_is_told() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE)}
    assert told == {202, 400, *DECLINED}
    for media in MODES:
        assert f"`{media}`" in PAGE
    assert f"{MOST_EVENTS:,}".replace(",", " ") + " events" in PAGE
    assert f"first {REPORTED} are named" in PAGE
    assert f"within {BODY_S:.0f} seconds" in PAGE
    assert f"over {AT_ONCE_BYTES >> 20} MiB" in PAGE
    assert f"({Settings().intake_max_bytes >> 20} MiB)" in PAGE
    assert f"at\nleast {SHORTEST} characters" in PAGE
    assert "POST" in ALLOWED


def test_every_address_is_told(site: Site) -> None:
    paths = {route.path for route in Intake.routes(site.intake)}  # type: ignore[attr-defined]
    told = {
        path.replace("TYPE", "{name}") for path in re.findall(r"`(?:POST )?(/[\w./]+)`", PAGE)
    }
    assert paths == told


def _posted(port: int, order: object) -> int:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", json.dumps(order).encode())
    until = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            with error:
                return error.code
        except OSError:  # it has not begun to listen
            assert time.monotonic() < until
            time.sleep(0.1)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The container files are well-formed and keep the rules of docs/deploy.md; none is run."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: list[dict[str, Any]] = list(COMPOSE["services"].values())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
KNOWN = {
    "build", "cap_drop", "command", "environment", "healthcheck", "image", "mem_limit", "ports",
    "read_only", "restart", "security_opt", "stop_grace_period", "tmpfs", "user", "volumes",
}  # fmt: skip


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_neither_root_nor_able_to_change_its_image(
    service: dict[str, Any],
) -> None:
    assert service["user"] not in {"0", "root", ""}
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert set(service) <= KNOWN


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_published_on_loopback_only(service: dict[str, Any]) -> None:
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_keeps_data_in_named_volumes_only(service: dict[str, Any]) -> None:
    assert {volume.split(":")[0] for volume in service["volumes"]} <= set(COMPOSE["volumes"])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_a_health_check_and_a_pinned_image(service: dict[str, Any]) -> None:
    assert service["healthcheck"]["test"][0] == "CMD"
    assert re.search(r":\d", service["image"])
    assert set(service.get("environment", {})) <= {"SIGHTLINE_INTAKE_TOKEN"}


def test_who_sends_events_into_a_container_needs_a_token_of_your_own() -> None:
    # given an image that listens on every address
    assert "SIGHTLINE_HOST=0.0.0.0" in DOCKERFILE
    # then the file names no token, and nothing starts without one
    (token,) = [each["environment"]["SIGHTLINE_INTAKE_TOKEN"] for each in SERVICES]
    assert token.startswith("${SIGHTLINE_INTAKE_TOKEN:?")


def test_the_image_is_pinned_hashed_and_not_root() -> None:
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"python:3.11-slim"}
    installs = re.findall(r"pip install ([^\n]*)", DOCKERFILE)
    assert all("--require-hashes" in each or "--no-index" in each for each in installs)
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1] == "sightline"


def test_the_image_holds_every_package_and_the_sql() -> None:
    copied = set(re.findall(r"^COPY (\w+) \w+$", DOCKERFILE, re.MULTILINE))
    assert copied == {"sql", "sightline", "streams", "mining", "dashboard"}


def test_the_document_says_that_it_was_not_run() -> None:
    assert "**not run**" in (ROOT / "docs" / "deploy.md").read_text()

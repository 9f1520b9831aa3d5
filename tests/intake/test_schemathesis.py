# SPDX-License-Identifier: AGPL-3.0-or-later
"""Schemathesis reads the intake's own description and looks for answers that break it."""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from sightline import jobs
from tests.intake.conftest import Site

WANTED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
)


def check_all(site: Site, *, examples: int) -> Counter[str]:
    """Send what Schemathesis makes of the description; return the requests of each path."""
    jobs.started("stream")  # without it /healthz says 503, as it should
    document = site.ask("GET", "/api/openapi.json").json
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=site.settings.url)
    checks = [CHECKS.get_one(name) for name in WANTED]
    sent: Counter[str] = Counter()
    for found in schema.get_all_operations():
        _send(found.ok(), checks, sent, examples)
    return sent


def _send(operation: Any, checks: list[Any], sent: Counter[str], examples: int) -> None:
    @settings(max_examples=examples, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:
        sent[operation.path] += 1
        case.call_and_validate(checks=checks)

    send()


def test_no_answer_breaks_the_description(site: Site) -> None:
    sent = check_all(site, examples=40)
    assert set(sent) == {"/api/events", "/api/schema", "/api/schema/{type}", "/healthz"}
    assert sent["/api/events"] >= 40


@pytest.mark.slow
def test_no_answer_breaks_the_description_however_long_one_looks(site: Site) -> None:
    assert check_all(site, examples=1500)["/api/events"] >= 1500

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events to try: the lab day, and one of every type."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sightline.events.catalogue import find
from sightline.events.decode import Decoded, decode_lines
from sightline.events.examples import example

LAB = Path(__file__).parents[2] / "docs" / "lab" / "events.ndjson"
INGEST_MS = 1_772_500_000_000  # the evening of the lab day, 2026-03-02
Make = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def lab() -> list[bytes]:
    """Give the lines of the lab day."""
    return LAB.read_bytes().splitlines()


@pytest.fixture
def make() -> Make:
    """Give a maker of events: the example of a type, changed as asked."""

    def made(
        name: str, *, envelope: dict[str, Any] | None = None, **data: Any
    ) -> dict[str, Any]:
        event = example(find(name))
        event["data"] = {k: v for k, v in (event["data"] | data).items() if v is not ...}
        return {k: v for k, v in (event | (envelope or {})).items() if v is not ...}

    return made


@pytest.fixture
def decode() -> Callable[..., Decoded]:
    """Give the decoder for events, as mappings or as raw lines, received that evening."""

    def decoded(*events: dict[str, Any] | bytes) -> Decoded:
        lines = [e if isinstance(e, bytes) else json.dumps(e).encode() for e in events]
        return decode_lines(lines, ingest_ms=INGEST_MS)

    return decoded

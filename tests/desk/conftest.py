# SPDX-License-Identifier: AGPL-3.0-or-later
"""A desk in an empty home, and episodes to put on it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sightline.desk import Desk, Episode, dedup_key
from sightline.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def desk(home: Settings) -> Iterator[Desk]:
    desk = Desk.open(home)
    yield desk
    desk.close()


@pytest.fixture
def episode() -> Callable[..., Episode]:
    """Makes a shortage of A100 at DC1, open since noon; anything can be said otherwise."""

    def make(**given: Any) -> Episode:
        usual = {
            "exception_id": "e1",
            "tenant": "main",
            "dedup_key": dedup_key({"item": "A100", "loc": "DC1"}),
            "kind": "shortage",
            "rule": "due_shortage",
            "rule_version": "1",
            "severity": "high",
            "item": "A100",
            "loc": "DC1",
            "opened": NOON,
        }
        return Episode(**(usual | given))

    return make

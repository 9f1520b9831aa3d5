# SPDX-License-Identifier: AGPL-3.0-or-later
from collections.abc import Iterator
from pathlib import Path

import pytest

from sightline.log.sqlite import SqliteLog


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """Yield an empty log of eight partitions."""
    opened = SqliteLog(tmp_path / "log.db", partitions=8)
    yield opened
    opened.close()

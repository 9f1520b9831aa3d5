# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"
SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
Sightline = Callable[..., Any]


@pytest.fixture(scope="session")
def data() -> Path:
    """Give the folder of real data, which lies beside a developer's checkout."""
    if not DATA.is_dir():
        pytest.skip("needs ../shared/data beside the checkout")
    return DATA


def runner(home: Path) -> Sightline:
    """Return a function that runs ``sightline`` in `home` and reads its JSON answer."""

    def run(*words: str | Path) -> Any:
        command = [SIGHTLINE, *map(str, words), "--format", "json"]
        environ = {**os.environ, "SIGHTLINE_HOME": str(home)}
        found = subprocess.run(  # noqa: S603 - our own command
            command, env=environ, capture_output=True, text=True, check=False
        )
        assert found.returncode == 0, found.stderr
        return json.loads(found.stdout)

    return run


@pytest.fixture(scope="module")
def sightline(tmp_path_factory: pytest.TempPathFactory) -> Sightline:
    """Give the command in a new home that a test module shares."""
    return runner(tmp_path_factory.mktemp("home"))

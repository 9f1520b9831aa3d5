# SPDX-License-Identifier: AGPL-3.0-or-later
"""The real command line in a home of its own, as a person with a bad file meets it."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
LIMITED = """
import resource, sys
from sightline.cli import main
limit = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
main()
"""


@dataclass(frozen=True)
class Desktop:
    """A home, and a folder beside it for files."""

    home: Path

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.home.parent / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def ask(self, *words: str | Path, limit: int | None = None) -> Any:
        """Run ``sightline WORDS``, allowed to write files of `limit` bytes."""
        command = [SIGHTLINE] if limit is None else [sys.executable, "-c", LIMITED, str(limit)]
        return subprocess.run(  # noqa: S603 - our own command
            [*command, *map(str, words)],
            env=os.environ | {"SIGHTLINE_HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def read(self, *words: str | Path) -> Any:
        """Return the JSON that a command prints, which must succeed."""
        found = self.ask(*words, "--format", "json")
        assert found.returncode == 0, found.stderr
        return json.loads(found.stdout)

    def refused(self, *words: str | Path, saying: str, limit: int | None = None) -> None:
        """Assert exit 2, nothing on stdout and one line on stderr that matches `saying`."""
        found = self.ask(*words, limit=limit)
        assert found.returncode == 2, found.stderr
        assert found.stdout == ""
        assert found.stderr.count("\n") == 1, found.stderr
        assert re.match(f"sightline: .*(?:{saying})", found.stderr), found.stderr


@pytest.fixture
def desktop(tmp_path: Path) -> Desktop:
    return Desktop(tmp_path / "home")

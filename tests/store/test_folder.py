# SPDX-License-Identifier: AGPL-3.0-or-later
"""A store folder that is held, full, damaged or not ours: one line, exit 2, nothing lost."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

SIGHTLINE = Path(sys.executable).with_name("sightline")
HOLD = """
import sys
from pathlib import Path
from sightline.settings import Settings
from sightline.store import Store
with Store.open(Settings(home=Path(sys.argv[1]))), Store.open(Settings(home=Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def _sightline(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return _run(home, str(SIGHTLINE), *words)


def _run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603
        words,
        env={**os.environ, "SIGHTLINE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def _refused(run: subprocess.CompletedProcess[str]) -> str:
    assert run.returncode == 2, run.stderr
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("sightline: ")
    return run.stderr


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a home whose store has every table, closed."""
    run = _sightline(tmp_path / "home", "migrate")
    assert (run.returncode, run.stdout, run.stderr) == (0, "schema is up to date\n", "")
    return tmp_path / "home"


@pytest.fixture
def holder(home: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run another process that holds the store of `home`, twice over."""
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", HOLD, str(home), "up"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


@pytest.mark.faults
def test_a_folder_that_another_process_holds_names_it(
    home: Path, holder: "subprocess.Popen[str]"
) -> None:
    # when a command opens the store that is held
    said = _refused(_sightline(home, "positions"))
    # then it names the process, its command and what to do
    assert f"held by process {holder.pid} (-c {home} up)" in said
    assert "Stop it, or set SIGHTLINE_HOME to another folder." in said
    # and when the holder ends, the store opens
    holder.communicate("")
    assert _sightline(home, "positions", "--format", "json").stdout == "[]\n"


@pytest.mark.faults
def test_a_holder_that_was_killed_holds_nothing(
    home: Path, holder: "subprocess.Popen[str]"
) -> None:
    holder.kill()
    holder.wait()
    assert _sightline(home, "positions", "--format", "json").stdout == "[]\n"


@pytest.mark.faults
@pytest.mark.parametrize("blocks", [0, 1, 200])
def test_a_full_disk_is_noticed_before_anything_is_written(tmp_path: Path, blocks: int) -> None:
    # given a process that may not write more than a few blocks of 512 bytes into a file
    limited = f'ulimit -f {blocks}; exec "$0" migrate'
    # then it says so and leaves nothing broken behind
    said = _refused(_run(tmp_path / "home", "/bin/sh", "-c", limited, str(SIGHTLINE)))
    assert "full" in said or "Free some space" in said
    assert _sightline(tmp_path / "home", "migrate").returncode == 0


@pytest.mark.faults
def test_a_damaged_folder_says_what_the_engine_found(home: Path) -> None:
    # given a table definition that is garbage
    definition = next((home / "store").rglob("positions.sql")).resolve()
    definition.write_text("garbage")
    # then the reason and the way out are in the one line
    said = _refused(_sightline(home, "positions"))
    assert "positions.sql" in said
    assert "Move it away and process the log again" in said
    assert "Stack trace" not in said


@pytest.mark.faults
@pytest.mark.parametrize("name", ["a file", "below a file/home"])
def test_a_home_that_cannot_be_a_folder_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name.partition("/")[0]).write_text("not a folder")
    assert "Set SIGHTLINE_HOME to one." in _refused(_sightline(tmp_path / name, "migrate"))


@pytest.mark.faults
@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    said = _refused(_sightline(tmp_path / "home", "migrate"))
    assert "Permission denied" in said


def test_the_environment_of_a_run_is_all_it_needs(tmp_path: Path) -> None:
    environment: Mapping[str, str] = {"SIGHTLINE_HOME": str(tmp_path / "höme with spaces, #1")}
    run = subprocess.run(  # noqa: S603
        [str(SIGHTLINE), "sql", "SELECT 'ü' AS letter", "--format", "json"],
        env=dict(environment),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (run.returncode, run.stdout.decode(), run.stderr) == (0, '[\n{"letter":"ü"}]\n', b"")

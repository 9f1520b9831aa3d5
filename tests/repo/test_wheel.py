# SPDX-License-Identifier: AGPL-3.0-or-later
"""A wheel holds everything that a checkout has."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_packages_sql_and_what_the_pages_show(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = [
        *(
            p
            for name in ("sightline", "streams", "mining", "dashboard")
            for p in (ROOT / name).rglob("*")
        ),
    ]
    files = {
        p.relative_to(ROOT).as_posix()
        for p in wanted
        if p.is_file() and "__pycache__" not in p.parts
    }
    sql = {f"sightline/{p.relative_to(ROOT).as_posix()}" for p in (ROOT / "sql").rglob("*.sql")}
    assert files <= held
    assert sql <= held


def test_the_installed_wheel_knows_its_queries_and_licence(wheel: Path, tmp_path: Path) -> None:
    # given the wheel unpacked, without the checkout beside it
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path)
    # when its catalogue is asked
    script = "from sightline import catalog; print(len(catalog.names()))"
    asked = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    # then it finds every query, and the licence is there
    assert int(asked.stdout) == len(list((ROOT / "sql" / "queries").glob("*.sql")))
    assert list(tmp_path.glob("*.dist-info/licenses/NOTICE"))

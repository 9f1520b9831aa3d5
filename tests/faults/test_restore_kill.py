# SPDX-License-Identifier: AGPL-3.0-or-later
"""A restore that is killed leaves the log it found or the log it brings, always whole."""

import os
import random
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from sightline.aid import embedded
from sightline.aid.backup import backup
from sightline.desk import Desk
from sightline.log import Piece, open_log
from sightline.settings import Settings

pytestmark = pytest.mark.faults
SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
KILLS = 10
BODY = os.urandom(200_000)  # a log large enough to be caught in the middle


def _fill(home: Settings, batches: int) -> None:
    with closing(open_log(home)) as log:
        for _ in range(batches):
            log.append([Piece(part=0, fmt="ndjson", events=1, body=BODY)])


def _batches(home: Settings) -> int:
    with closing(embedded.reading(embedded.log_path(home))) as log:
        return int(log.execute("SELECT count(*) FROM batches").fetchone()[0])


def _restore(home: Settings, saved: Path) -> subprocess.Popen[bytes]:
    environ = {**os.environ, "SIGHTLINE_HOME": str(home.home)}
    command = [SIGHTLINE, "restore", str(saved)]
    return subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL)  # noqa: S603


def test_a_killed_restore_can_be_run_again(tmp_path: Path) -> None:
    whole, home = Settings(home=tmp_path / "whole"), Settings(home=tmp_path / "home")
    Desk.open(whole).close()
    _fill(whole, 10)
    shutil.copytree(whole.home, home.home)
    _fill(whole, 200)
    saved = tmp_path / "saved.tar.gz"
    backup(whole, saved)
    before, after = _batches(home), _batches(whole)
    usual = time.monotonic()
    scratch = Settings(home=tmp_path / "scratch")
    assert _restore(scratch, saved).wait() == 0
    usual = time.monotonic() - usual
    chance = random.Random(3)  # noqa: S311  moments, no secrets
    for _ in range(KILLS):
        process = _restore(home, saved)
        time.sleep(usual * chance.random())
        process.kill()
        process.wait()
        assert _batches(home) in {before, after}
        assert embedded.fault(embedded.log_path(home)) == ""
        assert embedded.fault(embedded.desk_path(home)) == ""
    assert _restore(home, saved).wait() == 0
    assert _batches(home) == after
    assert not (home.home / "restoring").exists()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A simulation that is told to end leaves nothing behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PATIENCE_S = 60


@pytest.mark.faults
def test_a_simulation_that_is_terminated_leaves_nothing(tmp_path: Path) -> None:
    # given a simulation that has begun to write
    out = tmp_path / "out"
    command = [str(Path(sys.executable).parent / "sightline"), "simulate", "--out", str(out)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as simulation:  # noqa: S603  ours
        until = time.monotonic() + PATIENCE_S
        while not list(tmp_path.rglob("events.ndjson")) and time.monotonic() < until:
            time.sleep(0.02)
        begun = list(tmp_path.rglob("events.ndjson"))
        # when it is told to end
        simulation.send_signal(signal.SIGTERM)
        status = simulation.wait(PATIENCE_S)
    # then it does, as shells expect it, and there is neither a folder nor half of one
    assert begun
    assert status == 143
    assert list(tmp_path.iterdir()) == []

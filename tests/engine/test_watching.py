# SPDX-License-Identifier: AGPL-3.0-or-later
"""Folders that the settings ask to watch are watched while everything runs."""

import time
from pathlib import Path

import pytest

from sightline import engine
from sightline.aid.watch.asked import SETTLE_S
from sightline.desk import Desk
from sightline.errors import SettingsError
from sightline.log import open_log
from sightline.settings import Settings
from sightline.store import Store
from sightline.supervisor import Periodic

EVENT = (
    b'{"specversion":"1.0","id":"e1","source":"erp://a","time":"2026-03-02T06:00:00Z",'
    b'"type":"io.sightline.inventory.issue.v1",'
    b'"data":{"item":"A","loc":"DC1","q":{"qty":"1","uom":"EA"}}}\n'
)


def test_a_running_engine_takes_files_of_the_folders_in_its_settings(
    store: Store, tmp_path: Path
) -> None:
    # given two folders in the settings, one with a mapping, and a file in the other
    one, two = tmp_path / "one", tmp_path / "two words"
    one.mkdir()
    two.mkdir()
    (one / "day.ndjson").write_bytes(EVENT)
    asked = f"{one} '{two}=online_retail'"
    settings = Settings(home=tmp_path / "home", store="chdb://memory", watch=asked)
    log, desk = open_log(settings), Desk.open(settings)
    # when their workers take two turns, with time to rest between
    workers = engine.Engine(settings, log, store, desk).watches()
    for pause in (SETTLE_S + 0.1, 0):
        for worker in workers:
            assert isinstance(worker, Periodic)
            worker.turn()
        time.sleep(pause)
    # then the file is in the log
    assert [worker.name for worker in workers] == [f"watch {one}", f"watch {two}"]
    assert sum(each.events for each in log.stat()) == 1
    log.close()
    desk.close()


def test_a_folder_that_is_not_there_ends_it_at_the_start(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", store="chdb://memory", watch="/no/such/place")
    with (
        pytest.raises(SettingsError, match="There is no folder /no/such/place to watch"),
        engine.opened(settings),
    ):
        pass

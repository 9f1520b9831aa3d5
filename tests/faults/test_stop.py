# SPDX-License-Identifier: AGPL-3.0-or-later
"""Told to stop inside half a million events: it ends at once, and the rest comes later."""

import json
import signal
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from sightline.events.columns import SCHEMA
from sightline.events.keys import hash64
from sightline.imports.cutting import cut
from sightline.log import open_log
from sightline.settings import Settings
from tests.strategies.clouds import cloud, table_of
from tests.up.served import home_at, running

AT_ONCE, APPENDS = 10_000, 50
SOON_S = 2.0

pytestmark = pytest.mark.faults


def test_a_catch_up_ends_within_two_seconds_and_goes_on_from_there(tmp_path: Path) -> None:
    # given half a million events in columns that nobody has read
    home = home_at(tmp_path)
    _fill(Settings(home=home.path))
    # when the engine, and then the stream alone, are told to stop in the middle
    for word in ("run", "stream"):
        with running(home, word) as served:
            served.wait_for(lambda: "Ctrl-C stops" in served.err, "start")
            time.sleep(1.5)
            took = served.end(signal.SIGTERM)
            # then each is over within two seconds, without complaint
            assert took < SOON_S
            assert served.process.returncode == 0
            assert "Traceback" not in served.err
    # and the next run has a rest to read, and completes it
    done = home.ask("run", "--until-idle", "--format", "json")
    assert json.loads(done.stdout)["events"] > 0
    (found,) = home.rows("SELECT count() AS n, uniqExact(id) AS ids FROM events")
    assert (int(found["n"]), int(found["ids"])) == (AT_ONCE * APPENDS,) * 2
    (book,) = home.rows("SELECT sum(on_hand) AS on_hand FROM v_positions")
    assert float(book["on_hand"]) == AT_ONCE * APPENDS


def _fill(settings: Settings) -> None:
    one = table_of(
        [
            cloud("inventory.receipt", id=f"r{n}", minute=n, item=f"R{n % 900}", loc="DC1", q=1)
            for n in range(AT_ONCE)
        ]
    )
    at = np.arange(AT_ONCE, dtype=np.uint32)
    with closing(open_log(settings)) as log:
        for number in range(APPENDS):
            log.append(cut(_named(one, number), at, log.partitions))


def _named(table: pa.Table, number: int) -> pa.Table:
    ids = pa.array([f"{number}-{n}" for n in range(len(table))])
    table = table.select(SCHEMA.names)
    for name, column in {"id": ids, "content": pa.array(hash64(ids), pa.uint64())}.items():
        table = table.set_column(SCHEMA.names.index(name), SCHEMA.field(name), column)
    return table

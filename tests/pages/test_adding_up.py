# SPDX-License-Identifier: AGPL-3.0-or-later
"""System says whether the tables hold what the log does, and what to do when not."""

from collections.abc import Callable
from pathlib import Path

from clickhouse_connect.driver.client import Client
from streamlit.testing.v1 import AppTest

from dashboard import data, data_trust
from sightline.events.publish import to_piece
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle

Open = Callable[..., AppTest]
RECEIVED = {
    "specversion": "1.0",
    "id": "e1",
    "source": "erp://test",
    "type": "io.sightline.inventory.receipt.v1",
    "time": "2026-03-02T10:00:00Z",
    "data": {"item": "A100", "loc": "DC1", "q": {"qty": "5", "uom": "EA"}},
}


def _shown(page: AppTest) -> str:
    return " ".join(each.proto.body for each in page.get("html"))


def test_the_system_page_compares_the_log_with_the_tables(
    home: Path, store: Store, raw: Client, open_page: Open
) -> None:
    log = data.log()
    log.append(to_piece([RECEIVED, RECEIVED | {"id": "e2"}], log.partitions))
    run_until_idle(Settings(home=home, store="chdb://memory"), store, log)
    well = _shown(open_page("system"))
    assert "Adds up" in well
    assert "is there once: 2 events, 0 duplicates, 0 dead letters." in well
    raw.command("ALTER TABLE events DELETE WHERE id = 'e2' SETTINGS mutations_sync = 2")
    data_trust.offsets.clear()
    ill = _shown(open_page("system"))
    assert "2 rows belong in events, it has 1." in ill
    assert "the log is replayed" in ill
    assert "Adds up" not in ill

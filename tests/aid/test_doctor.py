# SPDX-License-Identifier: AGPL-3.0-or-later
"""The doctor: each fault that is put in is found and named, and nothing else is."""

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner
from clickhouse_connect.driver.client import Client

from sightline import cli
from sightline.aid import embedded
from sightline.aid.doctor import Finding, examined, home, machine, tables
from sightline.clock import wall_clock
from sightline.desk import Desk
from sightline.events.publish import to_piece
from sightline.log import open_log
from sightline.settings import Settings
from sightline.store import Store, lock
from streams.runner import run_until_idle

LATER = timedelta(hours=1)


def event(name: str, number: int, **data: object) -> dict[str, object]:
    return {
        "specversion": "1.0",
        "id": f"e{number}",
        "source": "erp://test",
        "type": f"io.sightline.{name}.v1",
        "time": f"2026-03-0{number}T10:00:00Z",
        "data": {"item": "A100", "loc": "DC1", "q": {"qty": "5", "uom": "EA"}, **data},
    }


RECEIVED = event("inventory.receipt", 1)
COUNTED = event("inventory.counted", 2)
SHIPPED = event("inventory.shipment", 3, order_line="SO1/1")
REFUSED = event("inventory.receipt", 4, q={"qty": "-1", "uom": "EA"})


@pytest.fixture
def filled(settings: Settings, store: Store) -> Settings:
    """Give a home whose log was read to its end: two events, a repeat, a dead letter."""
    process(settings, store, RECEIVED, COUNTED, RECEIVED, REFUSED)
    Desk.open(settings).close()
    return settings


def process(settings: Settings, store: Store, *events: dict[str, object]) -> None:
    with closing(open_log(settings)) as log:
        log.append(to_piece(list(events), log.partitions))
        run_until_idle(settings, store, log)


def found(settings: Settings, store: Store) -> list[Finding]:
    """Return what the checks of the store find."""
    return [
        *tables.offsets(settings, store),
        *tables.ids(store),
        *tables.orphans(store),
    ]


def worst(findings: list[Finding]) -> list[Finding]:
    return [each for each in findings if each.status in {"warning", "failed"}]


def test_a_healthy_home_has_nothing_to_complain_of(filled: Settings, store: Store) -> None:
    findings = found(filled, store)
    assert worst(findings) == []
    assert findings[0].found.endswith("2 events, 1 duplicates, 1 dead letters")


def test_an_event_that_the_table_lost_is_missed(
    filled: Settings, store: Store, raw: Client
) -> None:
    raw.command("ALTER TABLE events DELETE WHERE id = 'e2' SETTINGS mutations_sync = 2")
    (finding,) = worst(found(filled, store))
    assert (finding.check, finding.status) == ("offsets", "failed")
    assert finding.found.endswith("2 rows belong in events, it has 1")
    assert "the log is replayed" in finding.advice


def test_a_fact_that_is_there_twice_is_seen(
    filled: Settings, store: Store, raw: Client
) -> None:
    raw.command("INSERT INTO dlq SELECT * FROM dlq")
    (finding,) = worst(found(filled, store))
    assert finding.found.endswith("1 rows belong in dlq, it has 2")


def test_facts_of_a_batch_that_was_killed_half_way_are_no_fault(
    filled: Settings, store: Store, raw: Client
) -> None:
    raw.command("INSERT INTO events SELECT * REPLACE (off + 1000000000 AS off) FROM events")
    assert [each.check for each in worst(found(filled, store))] == ["ids"]


def test_a_log_that_is_older_than_the_store_is_seen(filled: Settings, store: Store) -> None:
    with closing(sqlite3.connect(embedded.log_path(filled))) as log:
        log.execute("DELETE FROM batches")
        log.commit()
    told = worst(found(filled, store))
    assert told
    assert all("beyond the end of the log" in each.found for each in told)
    assert "sightline restore" in told[0].advice


def test_a_store_that_was_emptied_under_a_stream_is_seen(
    filled: Settings, store: Store, raw: Client
) -> None:
    for table in ("progress", "events", "dlq"):
        raw.command(f"TRUNCATE TABLE {table}")
    (finding,) = worst(found(filled, store))
    assert (finding.check, finding.status) == ("state", "failed")
    assert "the store up to nothing" in finding.found
    assert "delete the folder `state`" in finding.advice


def test_a_store_that_is_gone_is_no_new_home(filled: Settings, tmp_path: Path) -> None:
    gone = Settings(home=filled.home, store=f"chdb://{tmp_path}/gone")
    (finding,) = tables.checked(gone)
    assert (finding.check, finding.status) == ("state", "failed")
    (fresh,) = tables.checked(Settings(home=tmp_path / "new"))
    assert (fresh.status, fresh.found) == ("note", "there is no store yet")


def test_events_that_nobody_read_yet_are_counted(filled: Settings, store: Store) -> None:
    with closing(open_log(filled)) as log:
        log.append(to_piece([SHIPPED, event("inventory.receipt", 5)], log.partitions))
    findings = found(filled, store)
    assert worst(findings) == []
    (waiting,) = [each for each in findings if each.status == "note"]
    assert waiting.found == "2 events of the log are not in the tables yet"


def test_an_id_that_was_used_twice_is_named(filled: Settings, store: Store) -> None:
    process(filled, store, event("inventory.receipt", 1, item="B200"))
    (finding,) = worst(found(filled, store))
    assert finding.check == "ids"
    assert finding.found == "1 ids were used for several events, such as 'e1' of erp://test"


def test_documents_that_never_came_are_named(filled: Settings, store: Store) -> None:
    bought = event("inventory.receipt", 6, po_line="PO9/1")
    undone = event("inventory.reversed", 7, reverses="nothing")
    del undone["data"]["q"]  # type: ignore[attr-defined]
    process(filled, store, SHIPPED, bought, undone)
    told = [each.found for each in worst(found(filled, store))]
    assert [text[:4] for text in told] == ["1 x "] * 3
    assert "event that a reversal names: nothing" in told[0]
    assert "never placed: SO1/1" in told[1]
    assert "never released: PO9/1" in told[2]


def test_a_store_without_its_tables_is_told_to_migrate(
    filled: Settings, store: Store, raw: Client
) -> None:
    del store
    raw.command("RENAME TABLE v_feeds TO hidden_feeds")
    try:
        (finding,) = tables.checked(filled)
    finally:
        raw.command("RENAME TABLE hidden_feeds TO v_feeds")
    assert (finding.found, finding.advice) == (
        "1 tables are missing, such as v_feeds",
        "Run: sightline migrate",
    )


def test_a_store_that_a_process_holds_is_not_looked_into(tmp_path: Path) -> None:
    held = Settings(home=tmp_path)
    (tmp_path / "store").mkdir()
    script = (
        "import sys, pathlib; from sightline.store import lock;"
        "lock.acquire(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", script, str(tmp_path / "store")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout
        process.stdout.readline()
        (lock_found,) = home.holder(held)
        (store_found,) = tables.checked(held)
        process.kill()
    assert (lock_found.status, store_found.status) == ("note", "note")
    assert f"process {process.pid}" in lock_found.found
    (free,) = home.holder(held)
    assert free.status == "ok"
    assert lock.lock_file(tmp_path / "store").exists()


@pytest.mark.parametrize(("name", "check"), [("log.db", "event log"), ("desk.db", "desk")])
def test_a_damaged_file_is_found(filled: Settings, name: str, check: str) -> None:
    with (filled.home / name).open("r+b") as file:
        file.write(b"\0" * 200)
    (finding,) = worst(list(home.files(filled)))
    assert (finding.check, finding.status) == (check, "failed")
    assert "is damaged" in finding.found
    assert "restore" in finding.advice


def test_a_damaged_state_may_be_deleted(filled: Settings) -> None:
    (file,) = (filled.home / "state").glob("*.sqlite3")
    file.write_bytes(b"no database at all")
    (finding,) = worst(list(home.files(filled)))
    assert finding.check == "state"
    assert "nothing is lost" in finding.advice


def test_a_python_that_is_too_new_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.platform, "python_version", lambda: "3.14.0")
    (finding,) = machine.python()
    assert (finding.status, finding.found[:14]) == ("failed", "Python 3.14.0;")


def test_packages_that_are_missing_or_too_old_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = ["no-such-package>=1", "click>=99", "numpy>=2", 'x; python_version < "3"']
    monkeypatch.setattr(machine, "requires", lambda _: wanted)
    (finding,) = machine.packages()
    assert finding.status == "failed"
    assert finding.found.startswith("no-such-package is missing; expected >=1; click is ")


class _Answer(BaseHTTPRequestHandler):
    status, body = 200, b"{}"

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (200, b'{"store": "ok"}', "ok"),
        (503, b'{"store": "does not answer"}', "warning"),
        (404, b"who?", "failed"),
    ],
)
def test_who_has_the_port_is_told_apart(  # noqa: PLR0913, PLR0917  one per case
    listener: HTTPServer,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    status: int,
    body: bytes,
    expected: str,
) -> None:
    monkeypatch.setattr(_Answer, "status", status)
    monkeypatch.setattr(_Answer, "body", body)
    taken = Settings(home=tmp_path, port=listener.server_port)
    (finding,) = machine.port(taken)
    assert finding.status == expected
    assert str(listener.server_port) in finding.found


def test_a_free_port_is_free(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        free = taken.getsockname()[1]
    (finding,) = machine.port(Settings(home=tmp_path, port=free))
    assert finding.status == "ok"


def test_a_clock_that_was_set_back_or_is_off_is_found(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    soon = int((datetime.now(UTC) + LATER).timestamp() * 1000)
    (back,) = machine.clock(settings, wall_clock, newest_ms=soon)
    assert "from now" in back.found
    (off,) = machine.clock(settings, lambda: wall_clock() - LATER, newest_ms=None)
    assert "is +3600 s off" in off.found
    (right,) = machine.clock(settings, wall_clock, newest_ms=soon - 3_600_000)
    assert right.status == "ok"


def test_a_setting_with_a_slip_of_the_pen_is_found() -> None:
    known = ["SIGHTLINE_PORT", "SIGHTLINE_HOME"]
    slip, open_to_all = machine.environment(
        Settings(host="0.0.0.0"),  # noqa: S104  what the check is about
        ["SIGHTLINE_PROT", "SIGHTLINE_HOME"],
        known,
    )
    assert slip.found == "SIGHTLINE_PROT is set, but nothing reads it"
    assert "without sign-in" in open_to_all.found


def test_a_home_that_others_can_write_to_and_one_on_a_network_are_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nserver:/x {tmp_path}/far nfs4 rw 0 0\n")
    monkeypatch.setattr(home, "MOUNTS", mounts)
    far = tmp_path / "far"
    far.mkdir(mode=0o755)
    far.chmod(0o777)
    told = [each.found for each in worst(list(home.folder(Settings(home=far))))]
    assert "can be written by others" in told[0]
    assert "network drive (nfs4)" in told[1]
    near = tmp_path / "near"
    near.mkdir(mode=0o700)
    assert worst(list(home.folder(Settings(home=near)))) == []


def test_a_restore_that_was_stopped_is_told(tmp_path: Path) -> None:
    (tmp_path / "restoring").mkdir()
    told = worst(list(home.folder(Settings(home=tmp_path))))
    assert "a restore was stopped before its end" in [each.found for each in told]


def test_a_check_that_breaks_does_not_hide_the_others(
    filled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Settings) -> Iterator[Finding]:
        raise ZeroDivisionError("oh\nno")
        yield

    monkeypatch.setattr(home, "disk", broken)
    findings = list(examined(filled, set_names=[], known=[]))
    told = {each.check: each for each in findings}
    assert told["disk"].found == "the check itself failed: ZeroDivisionError: oh no"
    assert told["references"].status == "ok"


def test_the_command_prints_every_check_and_its_exit_code_says_failed(
    filled: Settings, store: Store
) -> None:
    del store
    environ = {"SIGHTLINE_HOME": str(filled.home), "SIGHTLINE_STORE": "chdb://memory"}
    environ |= {name: "" for name in os.environ if name.startswith("SIGHTLINE_")}
    well = CliRunner().invoke(cli.main, ["doctor", "--format", "json"], env=environ)
    checks = {each["check"] for each in json.loads(well.output)}
    assert checks >= {"python", "packages", "port", "disk", "clock", "event log", "offsets"}
    assert well.exit_code == 0, well.output
    with (filled.home / "log.db").open("r+b") as file:
        file.write(b"\0" * 200)
    ill = CliRunner().invoke(cli.main, ["doctor"], env=environ)
    assert ill.exit_code == 2
    assert "FAIL  event log" in ill.output
    assert "→" in ill.output

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Backup and restore: nothing is lost, nothing is overwritten, nothing damaged gets in."""

import gzip
import io
import shutil
import sqlite3
import tarfile
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline.aid import archive, embedded
from sightline.aid.archive import DESK, LOG, Manifest
from sightline.aid.backup import backup
from sightline.aid.restore import restore
from sightline.desk import Desk
from sightline.errors import BackupError
from sightline.log import Piece, open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def noon() -> datetime:
    return NOON


def home_at(folder: Path) -> Settings:
    """Return a home whose log has three events and whose desk is empty."""
    made = Settings(home=folder)
    Desk.open(made).close()
    with closing(open_log(made)) as log:
        append(log, b"one", b"two", b"three")
    return made


def append(log: SqliteLog, *lines: bytes) -> None:
    for line in lines:
        log.append([Piece(part=0, fmt="ndjson", events=1, body=line)])


def lines_of(home: Settings) -> list[bytes]:
    with closing(embedded.reading(embedded.log_path(home))) as log:
        return [body for (body,) in log.execute("SELECT body FROM batches ORDER BY row")]


def open_delivery(home: Settings) -> None:
    with closing(sqlite3.connect(embedded.desk_path(home))) as desk:
        desk.execute("INSERT INTO journal (event_id, event, written) VALUES ('later', '{}', 1)")
        desk.commit()


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return home_at(tmp_path / "home")


@pytest.fixture
def saved(home: Settings, tmp_path: Path) -> Path:
    target = tmp_path / "saved.tar.gz"
    backup(home, target, clock=noon)
    return target


def test_what_was_backed_up_is_there_again_in_an_empty_home(
    saved: Path, home: Settings, tmp_path: Path
) -> None:
    other = Settings(home=tmp_path / "other")
    manifest, kept = restore(other, saved)
    assert (manifest.events, manifest.taken, kept) == (3, NOON.isoformat(), None)
    assert lines_of(other) == lines_of(home) == [b"one", b"two", b"three"]
    names = sorted(each.name for each in other.home.iterdir())
    assert names == [DESK, LOG, "mappings", "store.lock"]


def test_a_backup_taken_while_events_arrive_is_one_moment_of_the_log(tmp_path: Path) -> None:
    home = home_at(tmp_path / "home")
    stop = Event()

    def write() -> None:
        with closing(open_log(home)) as log:
            while not stop.is_set():
                append(log, b"more")

    writer = Thread(target=write)
    writer.start()
    try:
        taken = [backup(home, tmp_path / f"{number}.tar.gz").events for number in range(5)]
    finally:
        stop.set()
        writer.join()
    assert taken == sorted(taken)
    assert taken[-1] > 3
    for number, events in enumerate(taken):
        other = Settings(home=tmp_path / f"restored{number}")
        restore(other, tmp_path / f"{number}.tar.gz")
        assert lines_of(other) == lines_of(home)[:events]


def test_tables_and_state_of_the_stream_do_not_survive_a_log_that_replaces_theirs(
    saved: Path, home: Settings
) -> None:
    for name in ("store", "state"):
        (home.home / name).mkdir()
        (home.home / name / "something").write_text("derived")
    restore(home, saved)
    assert lines_of(home) == [b"one", b"two", b"three"]
    assert not (home.home / "store").exists()
    assert not (home.home / "state").exists()


def test_events_that_came_after_the_backup_are_not_given_up(
    saved: Path, home: Settings
) -> None:
    with closing(open_log(home)) as log:
        append(log, b"four", b"five")
    with pytest.raises(BackupError, match="2 in batches of the log; expected none") as refused:
        restore(home, saved)
    assert "--aside" in str(refused.value)
    assert lines_of(home) == [b"one", b"two", b"three", b"four", b"five"]


def test_a_log_of_the_same_length_with_another_event_is_not_given_up(
    saved: Path, home: Settings
) -> None:
    with closing(sqlite3.connect(embedded.log_path(home))) as log:
        log.execute("UPDATE batches SET body = 'other' WHERE row = 2")
        log.commit()
    with pytest.raises(BackupError, match="1 in batches of the log"):
        restore(home, saved)


def test_what_people_did_after_the_backup_is_not_given_up(saved: Path, home: Settings) -> None:
    open_delivery(home)
    with pytest.raises(BackupError, match="1 in journal of the desk"):
        restore(home, saved)


def test_marks_of_what_was_looked_at_are_no_loss(saved: Path, home: Settings) -> None:
    with closing(sqlite3.connect(embedded.desk_path(home))) as desk:
        desk.execute("INSERT INTO marks VALUES ('rules', 'due_shortage', '1')")
        desk.commit()
    assert restore(home, saved)[0].events == 3


def test_aside_keeps_the_former_log_and_desk(saved: Path, home: Settings) -> None:
    with closing(open_log(home)) as log:
        append(log, b"four")
    open_delivery(home)
    _, kept = restore(home, saved, aside=True, clock=noon)
    assert kept == home.home.absolute() / "before-20260302T120000Z"
    assert lines_of(home) == [b"one", b"two", b"three"]
    assert lines_of(Settings(home=kept)) == [b"one", b"two", b"three", b"four"]
    with closing(embedded.reading(kept / DESK)) as desk:
        assert desk.execute("SELECT event_id FROM journal").fetchall() == [("later",)]


def test_a_home_whose_log_is_open_is_left_alone(saved: Path, home: Settings) -> None:
    with closing(open_log(home)), pytest.raises(BackupError, match="Stop `sightline up`"):
        restore(home, saved)
    assert lines_of(home) == [b"one", b"two", b"three"]
    assert restore(home, saved)[0].events == 3


def test_mappings_of_one_s_own_are_kept_and_not_given_up(
    home: Settings, tmp_path: Path
) -> None:
    folder = home.home / "mappings"
    folder.mkdir()
    (folder / "till 1.yaml").write_text("name: till")
    (folder / "outside.yaml").symlink_to("/etc/hostname")
    target = tmp_path / "b.tar.gz"
    assert set(backup(home, target).members) == {LOG, DESK, "mappings/till 1.yaml"}
    other = Settings(home=tmp_path / "other")
    restore(other, target)
    assert (other.home / "mappings" / "till 1.yaml").read_text() == "name: till"
    (folder / "till 1.yaml").write_text("name: another")
    with pytest.raises(BackupError, match=r"the mapping till 1\.yaml; expected none"):
        restore(home, target)
    _, kept = restore(home, target, aside=True)
    assert kept
    assert (kept / "mappings" / "till 1.yaml").read_text() == "name: another"
    assert (folder / "till 1.yaml").read_text() == "name: till"


def test_no_file_is_overwritten_by_a_backup(saved: Path, home: Settings) -> None:
    before = saved.read_bytes()
    with pytest.raises(BackupError, match="exists; expected a new file"):
        backup(home, saved)
    assert saved.read_bytes() == before


@pytest.mark.parametrize(
    ("target", "said"), [("missing/b.tar.gz", "no folder"), ("b.tar.gz", "no desk.db")]
)
def test_a_backup_of_nothing_or_into_nowhere_is_refused(
    target: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match=said):
        backup(Settings(home=tmp_path / "nothing"), tmp_path / target)
    assert not list(tmp_path.rglob("*.gz*"))


def test_a_damaged_log_is_not_backed_up_as_if_it_were_whole(
    home: Settings, tmp_path: Path
) -> None:
    path = embedded.log_path(home)
    with path.open("r+b") as log:
        log.seek(8192 * 2)
        log.write(b"\xff" * 8192 * 3)
    with pytest.raises(BackupError, match=r"damaged|malformed"):
        backup(home, tmp_path / "b.tar.gz")
    assert not (tmp_path / "b.tar.gz").exists()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_flipped_byte_and_no_cut_gets_into_a_home(
    saved: Path, home: Settings, data: st.DataObject
) -> None:
    whole = bytearray(saved.read_bytes())
    at = data.draw(st.integers(0, len(whole) - 1))
    if data.draw(st.booleans()):
        whole[at] ^= data.draw(st.integers(1, 255))
    else:
        del whole[at:]
    broken = saved.with_name("broken.tar.gz")
    broken.write_bytes(whole)
    restored = lines_of(home)
    with suppress(BackupError):  # a flip in gzip's own header changes nothing
        restore(home, broken)
    assert lines_of(home) == restored
    assert not (home.home / "restoring").exists()


def _repacked(saved: Path, **changes: object) -> Path:
    """Return a backup like `saved` whose manifest says something else."""
    with archive.opened(saved) as (manifest, _):
        told = msgspec.structs.asdict(manifest) | changes
    return _packed(saved, msgspec.json.encode(told))


def _packed(saved: Path, manifest: bytes, *more: tarfile.TarInfo) -> Path:
    target = saved.with_name("repacked.tar.gz")
    with tarfile.open(saved) as old, tarfile.open(target, "w:gz") as new:
        first = tarfile.TarInfo(archive.MANIFEST)
        first.size = len(manifest)
        new.addfile(first, io.BytesIO(manifest))
        for about in old.getmembers()[1:]:
            new.addfile(about, old.extractfile(about))
        for about in more:
            new.addfile(about)
    return target


def _manifest_of(saved: Path) -> bytes:
    with tarfile.open(saved) as tar:
        stream = tar.extractfile(archive.MANIFEST)
        assert stream
        return stream.read()


def test_a_backup_of_a_later_version_says_which(saved: Path, home: Settings) -> None:
    with pytest.raises(BackupError, match=r"has format 99, written by Sightline 7\.0"):
        restore(home, _repacked(saved, format=99, sightline="7.0"))


def _member(name: str, kind: bytes = tarfile.REGTYPE) -> tarfile.TarInfo:
    about = tarfile.TarInfo(name)
    about.type, about.linkname = kind, "/etc/passwd" if kind == tarfile.SYMTYPE else ""
    return about


STRANGERS = [_member("../evil"), _member("/evil"), _member(LOG, tarfile.SYMTYPE)]


@pytest.mark.parametrize("about", STRANGERS, ids=lambda about: about.name)
def test_members_that_nobody_listed_are_refused(
    about: tarfile.TarInfo, saved: Path, home: Settings
) -> None:
    trick = _packed(saved, _manifest_of(saved), about)
    with pytest.raises(BackupError, match="not in its list"):
        restore(home, trick)
    assert not (home.home.parent / "evil").exists()


def test_a_manifest_that_lists_a_path_is_refused(saved: Path, home: Settings) -> None:
    listed = {"../evil": {"bytes": 0, "sha256": ""}, LOG: {"bytes": 0, "sha256": ""}}
    with pytest.raises(BackupError, match="is no backup"):
        restore(home, _repacked(saved, members=listed))


@pytest.mark.parametrize("content", [b"", b"not gzip", gzip.compress(b"not tar", mtime=0)])
def test_what_is_no_backup_is_refused(content: bytes, tmp_path: Path, home: Settings) -> None:
    path = tmp_path / "x.tar.gz"
    path.write_bytes(content)
    with pytest.raises(BackupError, match="no backup of Sightline"):
        restore(home, path)


def test_a_home_with_parts_elsewhere_is_told_so(saved: Path, tmp_path: Path) -> None:
    parted = Settings(home=tmp_path / "other", log=f"sqlite:///{tmp_path}/elsewhere.db")
    with pytest.raises(BackupError, match="SIGHTLINE_LOG points outside"):
        restore(parted, saved)
    assert not (tmp_path / "elsewhere.db").exists()


def test_what_a_stopped_restore_left_is_cleared_away(saved: Path, home: Settings) -> None:
    left = home.home / "restoring"
    left.mkdir()
    (left / LOG).write_text("half")
    assert restore(home, saved)[0].events == 3
    assert not left.exists()


def test_the_manifest_says_what_it_is_told(saved: Path) -> None:
    with archive.opened(saved) as (manifest, _):
        assert isinstance(manifest, Manifest)
        assert (manifest.events, manifest.partitions) == (3, 8)
        assert set(manifest.members) == {LOG, DESK}


def test_a_copy_of_the_home_is_no_way_round_the_lock(saved: Path, home: Settings) -> None:
    copied = home.home.with_name("copy")
    shutil.copytree(home.home, copied)
    assert restore(Settings(home=copied), saved)[0].events == 3

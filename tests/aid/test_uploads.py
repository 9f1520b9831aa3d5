# SPDX-License-Identifier: AGPL-3.0-or-later
"""Uploads and their runs: names, limits, expiry, one after the other, stopped at will."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sightline.aid.uploads import Queue, Run, Upload, Uploads
from sightline.aid.uploads.folder import MOST_FILES, safe
from sightline.errors import ImportFileError, SettingsError
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings

NOW = datetime(2026, 1, 5, tzinfo=UTC)
EVENTS = "case_id,activity,timestamp\n" + "".join(
    f"{i},step,2024-01-01T00:00:00Z\n" for i in range(3)
)
PATIENCE_S = 30


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.fixture
def uploads(settings: Settings) -> Uploads:
    return Uploads(settings)


@pytest.fixture
def log(settings: Settings) -> Iterator[SqliteLog]:
    opened = open_log(settings)
    yield opened
    opened.close()


def wait(claim: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not claim():
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("C:\\Users\\me\\Umsatz 2024.csv", "Umsatz 2024.csv"),
        ("/abs/olute.csv", "olute.csv"),
        ("a\0b\n.csv", "a_b_.csv"),
        (".csv", "file.csv"),
        ("..", "file"),
        ("größe.csv", "gr__e.csv"),
        ("x" * 300 + ".csv.gz", "x" * 80 + ".csv.gz"),
    ],
)
def test_a_name_is_never_a_path(given: str, kept: str) -> None:
    assert safe(given) == kept


def test_files_are_kept_under_names_that_nobody_guesses(
    uploads: Uploads, settings: Settings
) -> None:
    # given two files of one name, one of which wants out
    upload = uploads.keep([("a.csv", b"x\n1\n"), ("../a.csv", b"y\n2\n")])
    # then they lie in one folder of their own
    folder = settings.home / "uploads" / upload.name
    assert sorted(path.name for path in folder.iterdir()) == ["2-a.csv", "a.csv"]
    assert len(upload.name) == 32
    # and are found by that name only
    assert uploads.find(upload.name) == upload
    assert uploads.find("../uploads") is None
    # until they are forgotten
    uploads.forget(upload.name)
    assert uploads.find(upload.name) is None


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "expected 1 to"),
        ([("a.csv", b"x\n")] * (MOST_FILES + 1), "expected 1 to"),
        ([("a.exe", b"MZ")], "a.exe ends in '.exe'"),
        ([("a.csv", b"")], "a.csv is empty"),
    ],
)
def test_what_cannot_be_imported_is_not_kept(
    uploads: Uploads, settings: Settings, files: list[tuple[str, bytes]], said: str
) -> None:
    with pytest.raises(ImportFileError, match=said) as caught:
        uploads.keep(files)
    assert str(settings.home) not in str(caught.value)
    assert list(settings.home.glob("uploads/*")) == []


def test_uploads_that_nobody_finishes_disappear_after_a_day(settings: Settings) -> None:
    # given an upload, and a folder that is none of ours
    now = NOW
    uploads = Uploads(settings, clock=lambda: now)
    upload = uploads.keep([("a.csv", b"x\n1\n")])
    folder = settings.home / "uploads"
    (folder / "mine").mkdir()
    for path in folder.iterdir():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    # when an hour passes, then a day
    now = NOW + timedelta(hours=1)
    uploads.expire()
    assert uploads.find(upload.name)
    now = NOW + timedelta(hours=25)
    uploads.expire()
    # then the upload is gone, and nothing else
    assert uploads.find(upload.name) is None
    assert (folder / "mine").is_dir()


def test_who_may_import_is_asked_where_it_happens(tmp_path: Path) -> None:
    for given, may in (
        ({}, True),
        ({"host": "0.0.0.0"}, False),  # noqa: S104  the point of the test
        ({"host": "0.0.0.0", "imports": "on"}, True),  # noqa: S104  as above
        ({"imports": "off"}, False),
    ):
        uploads = Uploads(Settings(home=tmp_path / "home", **given))  # type: ignore[arg-type]
        if may:
            assert uploads.keep([("a.csv", b"x\n1\n")])
        else:
            with pytest.raises(ImportFileError, match="sightline import"):
                uploads.keep([("a.csv", b"x\n1\n")])
    with pytest.raises(SettingsError, match="SIGHTLINE_IMPORTS is 'maybe'"):
        Settings(imports="maybe")


def test_imports_run_one_after_the_other(
    settings: Settings, uploads: Uploads, log: SqliteLog
) -> None:
    # given a queue whose log is not there yet, and two imports
    gate = threading.Event()

    def opened() -> SqliteLog:
        assert gate.wait(PATIENCE_S)
        return log

    ended: list[str] = []
    queue = Queue(settings, opened, after=lambda run: ended.append(run.upload))
    uploaded = [_uploaded(uploads, i) for i in range(2)]
    first, second = (queue.submit(each, "import", "event_log", "k") for each in uploaded)
    # then the second waits for the first, and the same once more is the same
    wait(lambda: first.state == "running")
    assert (second.state, queue.ahead_of(second)) == ("waiting", 1)
    assert queue.submit(uploaded[0], "import", "event_log", "k") is first
    # when the log is there, both are done in turn
    gate.set()
    wait(lambda: second.is_over)
    assert [first.state, second.state] == ["done", "done"]
    assert ended == [each.name for each in uploaded]
    assert second.outcome is not None
    assert second.outcome.summary.accepted == 3


def test_a_run_that_waits_or_works_can_be_stopped(
    settings: Settings, uploads: Uploads, log: SqliteLog
) -> None:
    # given one import at work and one that waits
    gate = threading.Event()

    def opened() -> SqliteLog:
        assert gate.wait(PATIENCE_S)
        return log

    queue = Queue(settings, opened)
    first, second = (
        queue.submit(_uploaded(uploads, i), "import", "event_log", "k") for i in range(2)
    )
    wait(lambda: first.state == "running")
    # when both are stopped
    first.cancel()
    second.cancel()
    gate.set()
    wait(lambda: first.is_over)
    # then neither added anything, and the next one is not held up
    assert [first.state, second.state] == ["cancelled", "cancelled"]
    assert log.stat() == []
    third = queue.submit(_uploaded(uploads, 3), "import", "event_log", "k")
    wait(lambda: third.is_over)
    assert third.state == "done"


def test_what_goes_wrong_is_told_without_the_folder(
    settings: Settings, uploads: Uploads, log: SqliteLog, caplog: pytest.LogCaptureFixture
) -> None:
    # given a file that no mapping fits, and a surprise
    queue = Queue(settings, lambda: log)
    upload = uploads.keep([("x.csv", b"alpha,beta\n1,2\n")])
    run = queue.submit(upload, "import", None, "k")
    wait(lambda: run.is_over)
    # then the one is said in our words, with the name that people know
    assert run.state == "failed"
    assert run.error.startswith("x.csv: no shipped mapping fits")
    assert str(settings.home) not in run.error
    # and the other under an id that the log has as well
    broken = Queue(settings, _broken)
    run = broken.submit(_uploaded(uploads, 1), "import", "event_log", "k")
    wait(lambda: run.is_over)
    assert "secret" not in run.error
    identifier = run.error.partition("Error id ")[2][:8]
    assert identifier in caplog.text


def test_runs_are_forgotten_after_a_day(
    settings: Settings, uploads: Uploads, log: SqliteLog
) -> None:
    now = NOW
    queue = Queue(settings, lambda: log, clock=lambda: now)
    old = _uploaded(uploads, 1)
    run = queue.submit(old, "rehearsal", "event_log", "k")
    wait(lambda: run.is_over)
    assert queue.latest(old.name, "rehearsal") is run
    now = NOW + timedelta(hours=25)
    _done(queue, queue.submit(_uploaded(uploads, 2), "rehearsal", "event_log", "k"))
    assert queue.latest(old.name, "rehearsal") is None


def _done(queue: Queue, run: Run) -> None:
    wait(lambda: run.is_over)
    assert queue.ahead_of(run) == 0


def _uploaded(uploads: Uploads, number: int) -> Upload:
    return uploads.keep([(f"log{number}.csv", EVENTS.replace("step", f"s{number}").encode())])


def _broken() -> SqliteLog:
    raise ZeroDivisionError("secret")

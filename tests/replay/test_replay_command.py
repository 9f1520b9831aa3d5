# SPDX-License-Identifier: AGPL-3.0-or-later
"""Replaying as people type it: other partitions, refusals, and a small company."""

from pathlib import Path

import pytest

from sightline.store import lock
from tests.replay.commands import LAB, command, done, seen, write_over


def home_of(folder: Path, partitions: int, *bring: str | Path) -> Path:
    """Make a home with so many partitions and bring events in."""
    folder.mkdir()
    done(folder, *bring, partitions=str(partitions))
    done(folder, "run", "--until-idle")
    return folder


def test_a_home_in_use_is_left_alone_in_one_line(tmp_path: Path) -> None:
    lock.acquire(tmp_path / "store")
    try:
        for words in (
            ["replay"],
            ["replay", "--partitions", "4"],
            ["savepoint", "create", "x"],
        ):
            if words[-1] == "4":
                (tmp_path / "log.db").touch()
            process = command(tmp_path, *words)
            _, told = process.communicate()
            assert process.returncode == 2
            assert told.count("\n") == 1
            assert "is held by process" in told
    finally:
        lock.release(tmp_path / "store")


@pytest.mark.slow
@pytest.mark.parametrize("first", [1, 4, 8])
def test_the_lab_day_cut_anew_is_one_that_was_always_cut_so(tmp_path: Path, first: int) -> None:
    home = home_of(tmp_path / "home", first, "import", LAB)
    for partitions in (8, 1, 4):
        done(home, "replay", "--partitions", str(partitions))
        fresh = home_of(tmp_path / f"fresh-{partitions}", partitions, "import", LAB)
        assert seen(home, settled=True) == seen(fresh, settled=True)
        assert "processed 0 events" in done(home, "run", "--until-idle")
    # and a file that was imported before is still known
    assert "nothing added" in done(home, "import", LAB)


@pytest.mark.slow
def test_a_small_company_replayed_and_cut_anew_says_the_same(tmp_path: Path) -> None:
    # given the tables of ten days
    made = ("simulate", "--profile", "tiny", "--days", "10", "--seed", "3", "--into-log")
    home = home_of(tmp_path / "home", 8, *made)
    right = seen(home)
    # when they are written over and computed anew
    write_over(home)
    assert seen(home) != right
    done(home, "replay")
    # then they are right again
    again = seen(home)
    assert {name for name in right if right[name] != again[name]} == set()
    # and with four partitions they are those of a home that always had four
    done(home, "replay", "--partitions", "4")
    fresh = home_of(tmp_path / "fresh", 4, *made)
    ours, theirs = seen(home, settled=True), seen(fresh, settled=True)
    assert {name for name in ours if ours[name] != theirs[name]} == set()

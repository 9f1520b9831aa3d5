# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables and folders change places wholly or not at all, wherever it stops."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from clickhouse_connect.driver.client import Client

from sightline.errors import StoreError
from sightline.store import Store, swap
from sightline.store.swap import Change

BESIDE = "swapped"
TABLES = ("progress", "mined")


class Stopped(Exception):  # noqa: N818 - it stands for the end of the process
    """The process was killed."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name, text in (("state", "old"), ("new/state", "new")):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "told").write_text(text)
    return tmp_path


@pytest.fixture
def change(store: Store, raw: Client) -> Change:
    """Give a change of two tables, each with a row that says which one it is."""
    store.arrange(swap.DROP, beside=BESIDE)
    store.arrange(swap.CREATE, beside=BESIDE)
    for table in TABLES:
        raw.command(f"CREATE TABLE {BESIDE}.{table} AS {table}")
        for which, part in ((table, 1), (f"{BESIDE}.{table}", 2)):
            raw.command(f"INSERT INTO {which} (part) VALUES ({part})")  # noqa: S608
    found = swap.identities(store.arrange, BESIDE)
    return Change(
        phase="decided",
        beside=BESIDE,
        tables=found,
        moves=[("new/state", "state")],
        rubbish=["new"],
    )


def parts(store: Store) -> set[int]:
    """Return what the live tables say: {1} is the old, {2} the new."""
    return {
        row["part"]
        for table in TABLES
        for row in store.ask(f"SELECT part FROM {table}").to_pylist()  # noqa: S608
    }


def killed_after(steps: int, do: Callable[..., Any]) -> Callable[..., Any]:
    """Return `do`, until it was called so often."""
    left = [steps]

    def once(*words: Any, **names: Any) -> Any:
        if not left[0]:
            raise Stopped
        left[0] -= 1
        return do(*words, **names)

    return once


def start(home: Path, store: Store) -> None:
    """Do what opening the store does."""
    if left := swap.settled_files(home):
        swap.finish(home, store.arrange, left)


@pytest.mark.parametrize("steps", range(7))
def test_a_decided_change_is_carried_out_wherever_it_stopped(
    home: Path, store: Store, change: Change, steps: int
) -> None:
    # given a process that is killed after some statements
    try:
        swap.carry_out(home, killed_after(steps, store.arrange), change)
        assert steps > 4
    except Stopped:
        pass
    # when the next one starts
    start(home, store)
    # then all of it is new, and nothing is left over
    assert parts(store) == {2}
    assert (home / "state" / "told").read_text() == "new"
    assert [each.name for each in home.iterdir()] == ["state"]
    assert swap.identities(store.arrange, BESIDE) == {}


@pytest.mark.parametrize("moved", ["nothing", "old aside", "both"])
def test_folders_are_moved_wherever_it_stopped(home: Path, store: Store, moved: str) -> None:
    swap.note(home, Change(phase="decided", moves=[("new/state", "state")], rubbish=["new"]))
    if moved != "nothing":
        (home / "state").rename(home / "state.before")
    if moved == "both":
        (home / "new" / "state").rename(home / "state")
    start(home, store)
    assert (home / "state" / "told").read_text() == "new"
    assert [each.name for each in home.iterdir()] == ["state"]


def test_what_was_being_built_is_thrown_away(home: Path, store: Store, change: Change) -> None:
    swap.note(home, msgspec.structs.replace(change, phase="building"))
    start(home, store)
    assert parts(store) == {1}
    assert (home / "state" / "told").read_text() == "old"
    assert [each.name for each in home.iterdir()] == ["state"]


def test_a_change_that_another_step_decides_is_undone_until_that_is_done(
    home: Path, store: Store
) -> None:
    decided = Change(
        phase="decided", moves=[("new/state", "state")], unless="new/log", rubbish=["new"]
    )
    swap.note(home, decided)
    (home / "new" / "log").touch()
    start(home, store)
    assert (home / "state" / "told").read_text() == "old"
    assert not (home / "new").exists()


def test_a_note_that_cannot_be_read_is_told(home: Path, store: Store) -> None:
    (home / swap.INTENT).write_text("{")
    with pytest.raises(StoreError, match=r"swap\.json cannot be read: .*; expected what"):
        start(home, store)

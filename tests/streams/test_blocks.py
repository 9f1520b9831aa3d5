# SPDX-License-Identifier: AGPL-3.0-or-later
"""Snapshots that name their large blocks: whole, cheap, and resumable while they are kept."""

import pickle
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.errors import StoreError
from streams.io import blocks
from streams.io.blocks import FORMAT, LEAST_ROWS, SETTLED_ROWS, SNAPSHOTS_KEPT, BlockFolder
from streams.logic import runs
from streams.logic.runs import Block, Runs


@dataclass
class State:
    """A state as the stream has them: two tables and something small."""

    rows: Runs = field(default_factory=lambda: Runs("key"))
    others: Runs = field(default_factory=lambda: Runs("key"))
    notes: dict[str, int] = field(default_factory=dict)


def block(first: int, count: int) -> Block:
    keys = np.arange(first, first + count, dtype=np.uint64)
    names = np.array([f"line {key}".encode() for key in keys.tolist()], dtype="S12")
    return {"key": keys, "q": keys.astype(np.int64) * 3, "name": names}


def shown(state: State) -> tuple[object, ...]:
    """Return all that a state holds, block by block, kinds of values included."""
    return (
        *(
            [{name: (column.dtype.kind, column.tolist()) for name, column in each.items()}]
            for runs in (state.rows, state.others)
            for each in runs.blocks
        ),
        state.notes,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_state_comes_back_as_it_was(tmp_path: Path) -> None:
    # given a state with a large and a small table
    state = State(notes={"seen": 7})
    state.rows.append(block(0, 5 * LEAST_ROWS))
    state.rows.append(block(9 * LEAST_ROWS, LEAST_ROWS))
    state.others.append(block(0, 3))
    before = shown(state)
    # when it is frozen, changed further and thawed
    frozen = BlockFolder(tmp_path).freeze(state)
    state.rows.append(block(20 * LEAST_ROWS, LEAST_ROWS))
    _, thawed = BlockFolder.thaw(tmp_path, frozen)
    # then it is as it was, and the snapshot itself is small
    assert shown(thawed) == before
    assert len(files(tmp_path)) == 2
    assert len(frozen) < 2000


def test_what_lookups_find_is_the_same_from_memory_from_files_and_after_a_restart(
    tmp_path: Path,
) -> None:
    # given a table with small, negative, wide and object values
    count = 2 * LEAST_ROWS
    rows = block(0, count) | {
        "low": np.arange(count) - 9,
        "high": np.arange(count) << 40,
        "flag": np.arange(count) % 3 == 0,
        "pairs": np.arange(2 * count).reshape(count, 2),
        "word": np.array([None, "a"] * (count // 2), dtype=object),
    }
    state = State()
    state.rows.append(rows)
    asked = np.array([3, 5, 1400], np.uint64)
    expected = state.rows.gather(asked)
    # when it is asked after it was written, and after it was taken up again
    frozen = BlockFolder(tmp_path).freeze(state)
    _, thawed = BlockFolder.thaw(tmp_path, frozen)
    # then the answers are the same, types included
    assert expected is not None
    for table in (state.rows, thawed.rows):
        found = table.gather(asked)
        assert found is not None
        for name, column in expected.items():
            assert found[name].dtype == column.dtype
            assert found[name].tolist() == column.tolist()


def test_a_written_block_lies_in_its_file_and_no_more_in_memory(tmp_path: Path) -> None:
    # given a state with a block large enough not to wait for a snapshot
    folder, state = BlockFolder(tmp_path), State()
    state.rows.append(block(0, SETTLED_ROWS))
    # when a batch is over
    folder.settle(state)
    # then its arrays are views of a file, which nobody can write through
    (kept,) = state.rows.blocks
    assert kept.name in files(tmp_path)
    for column in kept.values():
        assert not column.flags.owndata
        assert not column.flags.writeable


def test_a_file_that_no_snapshot_ever_named_goes_with_the_next_snapshot(tmp_path: Path) -> None:
    # given a block that was written after a batch and merged after the next one
    folder, state = BlockFolder(tmp_path), State()
    state.rows.append(block(0, SETTLED_ROWS))
    folder.settle(state)
    (first,) = files(tmp_path)
    state.rows.append(block(SETTLED_ROWS, SETTLED_ROWS))
    folder.settle(state)
    assert first in files(tmp_path)
    # when a snapshot is taken, while the merged block still maps nothing of it
    folder.freeze(state)
    # then one file is left
    assert list(files(tmp_path)) == [each.name for each in state.rows.blocks]


def test_an_index_lies_in_a_file_until_its_block_goes_or_the_stream_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "INDEXED_ROWS", SETTLED_ROWS)
    # given a large block that was asked for rows by another column than its key
    folder, state = BlockFolder(tmp_path), State()
    state.rows.append(block(0, SETTLED_ROWS))
    found = state.rows.where("q", np.array([3, 6]))
    folder.settle(state)
    assert len(files(tmp_path)) == 2
    # when snapshots are taken, its file stays and answers
    for _ in range(SNAPSHOTS_KEPT + 1):
        frozen = folder.freeze(state)
    again = state.rows.where("q", np.array([3, 6]))
    assert found is not None
    assert again is not None
    assert again["key"].tolist() == found["key"].tolist() == [1, 2]
    assert len(files(tmp_path)) == 2
    # then a restart forgets it, and makes it anew when asked
    _, thawed = BlockFolder.thaw(tmp_path, frozen)
    assert len(files(tmp_path)) == 1
    anew = thawed.rows.where("q", np.array([3, 6]))
    assert anew is not None
    assert anew["key"].tolist() == [1, 2]


def test_a_snapshot_writes_only_blocks_that_are_new(tmp_path: Path) -> None:
    # given a snapshot of a large table
    folder, state = BlockFolder(tmp_path), State()
    state.rows.append(block(0, 10 * LEAST_ROWS))
    folder.freeze(state)
    before = files(tmp_path)
    # when a little is added and the next snapshot is taken
    state.rows.append(block(10 * LEAST_ROWS, LEAST_ROWS))
    state.notes["more"] = 1
    folder.freeze(state)
    # then one file came, and the other was not touched
    after = files(tmp_path)
    assert len(after) == 2
    assert before.items() < after.items()


def test_a_thawed_state_keeps_its_files(tmp_path: Path) -> None:
    state = State()
    state.rows.append(block(0, 4 * LEAST_ROWS))
    frozen = BlockFolder(tmp_path).freeze(state)
    before = files(tmp_path)
    folder, thawed = BlockFolder.thaw(tmp_path, frozen)
    again = folder.freeze(thawed)
    assert files(tmp_path) == before
    assert shown(BlockFolder.thaw(tmp_path, again)[1]) == shown(state)


def test_blocks_that_no_kept_snapshot_names_are_deleted(tmp_path: Path) -> None:
    # given a snapshot whose only block is merged into a larger one
    folder, state = BlockFolder(tmp_path), State()
    state.rows.append(block(0, LEAST_ROWS))
    folder.freeze(state)
    (first,) = files(tmp_path)
    state.rows.append(block(LEAST_ROWS, LEAST_ROWS))
    # when further snapshots are taken
    for _ in range(SNAPSHOTS_KEPT - 1):
        folder.freeze(state)
        assert first in files(tmp_path)
    folder.freeze(state)
    # then the block goes when the snapshot that names it is the ninth oldest
    assert first not in files(tmp_path)
    assert len(files(tmp_path)) == 1


def test_states_share_a_folder_without_touching_each_others_files(tmp_path: Path) -> None:
    # given the snapshots of two states
    state = State()
    state.rows.append(block(0, LEAST_ROWS))
    other = State()
    other.rows.append(block(0, LEAST_ROWS))
    mine = BlockFolder(tmp_path).freeze(state)
    theirs = BlockFolder(tmp_path).freeze(other)
    # when one is taken up, which deletes what it does not name
    BlockFolder.thaw(tmp_path, mine)
    # then the other is whole
    assert shown(BlockFolder.thaw(tmp_path, theirs)[1]) == shown(other)


steps = st.lists(st.integers(1, 40) | st.just("freeze") | st.just("resume"), max_size=60)


@settings(max_examples=60, deadline=None)
@given(steps, st.integers(0, SNAPSHOTS_KEPT - 1))
def test_every_snapshot_that_is_kept_can_be_resumed_from(
    tmp_path_factory: pytest.TempPathFactory, script: list[int | str], back: int
) -> None:
    path = tmp_path_factory.mktemp("blocks")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "LEAST_ROWS", 8)
        # given a state that grows, is frozen, and is now and then taken up from its snapshot
        folder, state, taken, first = BlockFolder(path), State(), [], 0
        for step in script:
            if isinstance(step, int):
                (state.rows if step % 3 else state.others).append(block(first, step))
                first += step
            elif step == "freeze":
                taken.append((folder.freeze(state), shown(state)))
            elif taken:
                folder, state = BlockFolder.thaw(path, taken[-1][0])
                taken = taken[-1:]  # what came before is history: no one goes back further
        # when it is taken up from any of the last few snapshots
        if taken:
            frozen, told = taken[-1 - min(back, len(taken) - 1)]
            _, thawed = BlockFolder.thaw(path, frozen)
            # then it is as it was then
            assert shown(thawed) == told


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes()[:100]),
        lambda path: path.write_bytes(b"garbage"),
        lambda path: path.write_bytes(path.read_bytes().replace(b"line 7", b"line 8", 1)),
        lambda path: path.write_bytes(path.read_bytes().replace(b"shape", b"shabe", 1)),
        lambda path: path.write_bytes(path.read_bytes() + b"0"),
    ],
    ids=[
        *("missing", "empty", "one byte short", "cut off", "garbage", "another letter"),
        *("another head", "one byte more"),
    ],
)
def test_a_damaged_block_says_what_to_do(tmp_path: Path, damage: object) -> None:
    # given a snapshot with a block that is missing or damaged
    state = State()
    state.rows.append(block(0, LEAST_ROWS))
    frozen = BlockFolder(tmp_path).freeze(state)
    (name,) = files(tmp_path)
    damage(tmp_path / name)  # type: ignore[operator]
    # then it is refused in one sentence with the way out
    with pytest.raises(StoreError) as told:
        BlockFolder.thaw(tmp_path, frozen)
    assert str(told.value).startswith(f"The stream's state is damaged: block {name} ")
    assert "Delete the folder `state` in SIGHTLINE_HOME" in str(told.value)


def test_a_state_of_an_earlier_release_says_what_to_do(tmp_path: Path) -> None:
    # given a snapshot of a state that had one part less
    state = State()
    del state.notes
    snapshot = BlockFolder(tmp_path).freeze(state)
    # then it is refused in one line
    for read in (BlockFolder.thaw, BlockFolder.check):
        with pytest.raises(StoreError, match="earlier release: State lacks notes") as raised:
            read(tmp_path, snapshot)
        assert "\n" not in str(raised.value)


def test_a_look_at_a_snapshot_leaves_its_files_alone(tmp_path: Path) -> None:
    # given a snapshot that names a block, and a file that a later one will name
    state = State()
    state.rows.append(block(0, LEAST_ROWS))
    folder = BlockFolder(tmp_path)
    frozen = folder.freeze(state)
    state.rows.append(block(1, LEAST_ROWS))
    folder.freeze(state)
    before = files(tmp_path)
    # when it is looked at, even without its block
    BlockFolder.check(tmp_path, frozen)
    # then everything is there still
    assert files(tmp_path) == before
    for name in before:
        (tmp_path / name).unlink()
    BlockFolder.check(tmp_path, frozen)


@pytest.mark.parametrize("kept", [("owner", b""), (FORMAT - 1, "owner", b"")])
def test_a_state_with_keys_of_an_earlier_release_says_what_to_do(
    tmp_path: Path, kept: tuple[object, ...]
) -> None:
    # given a snapshot from before formats had a number, and one of the format before
    # then it is refused in one line, since nothing in it tells that its hashes differ
    with pytest.raises(
        StoreError, match=f"earlier release: it has not format {FORMAT}"
    ) as told:
        BlockFolder.thaw(tmp_path, pickle.dumps(kept))
    assert "Delete the folder `state` in SIGHTLINE_HOME" in str(told.value)
    assert "\n" not in str(told.value)

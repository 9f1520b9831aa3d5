# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder appears whole or not at all, and takes the place of nothing but its like."""

import errno
import json
from pathlib import Path

import pytest

from sightline.errors import SettingsError
from sightline.sim.asking import Words, asked
from sightline.sim.fresh_folder import fresh_folder
from sightline.sim.output import manifest
from sightline.sim.output.manifest import Tally
from sightline.sim.written import MANIFEST

RUN = asked(Words(profile="tiny", scenario="null", seed="1")).run
EVENTS, LABELS, ITEMS = "events.ndjson", "truth/labels.jsonl", "master/item.ndjson"
WEB = json.dumps({"name": "My page", "start_url": ".", "icons": []})
NEARLY = json.dumps({"run": {"profile": "tiny"}, "files": {"index.html": {"sha256": "1"}}})


def write(folder: Path, text: str, *, is_forced: bool = False) -> None:
    """Write files as a simulation does, with their manifest."""
    with fresh_folder(folder, is_forced=is_forced) as made:
        for name in (EVENTS, LABELS, ITEMS):
            (made / name).parent.mkdir(exist_ok=True)
            (made / name).write_text(text)
        manifest.write(made, RUN, Tally(), {})
        assert not (folder / EVENTS).exists() or (folder / EVENTS).read_text() != text


def kept(folder: Path) -> dict[str, str]:
    """Return every file, link and folder below, with what it says."""
    found = sorted(folder.rglob("*"))
    return {str(each): each.read_text() if each.is_file() else "" for each in found}


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", "first")
    assert (tmp_path / "a" / "b" / EVENTS).read_text() == "first"
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["b"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", "first")
    assert (tmp_path / "out" / EVENTS).read_text() == "first"


def test_a_simulation_is_replaced_by_force_only(tmp_path: Path) -> None:
    # given a folder that a simulation wrote
    out = tmp_path / "out"
    write(out, "first")
    # when another one wants it, then it needs to be forced
    with pytest.raises(SettingsError, match="replace it with --force"):
        write(out, "second")
    assert (out / EVENTS).read_text() == "first"
    # and then nothing of the first is left
    write(out, "second", is_forced=True)
    assert {(out / name).read_text() for name in (EVENTS, LABELS, ITEMS)} == {"second"}
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize("missing", [EVENTS, LABELS])
def test_a_simulation_of_which_a_file_is_missing_is_replaced(
    tmp_path: Path, missing: str
) -> None:
    write(tmp_path / "out", "first")
    (tmp_path / "out" / missing).unlink()
    write(tmp_path / "out", "second", is_forced=True)
    assert (tmp_path / "out" / missing).read_text() == "second"


@pytest.mark.parametrize("is_forced", [False, True])
@pytest.mark.parametrize("text", [None, WEB, NEARLY, "", "[" * 100_000, "[]", "\0"])
def test_no_force_replaces_what_no_simulation_wrote(
    tmp_path: Path, text: str | None, *, is_forced: bool
) -> None:
    # given somebody's project, with or without a file of the same name as our manifest
    web = tmp_path / "web"
    (web / "css").mkdir(parents=True)
    (web / "index.html").write_text("mine")
    if text is not None:
        (web / MANIFEST).write_text(text)
    before = kept(tmp_path)
    # when a simulation shall go there, then it says what is there and leaves it
    with pytest.raises(
        SettingsError, match=r"'css' and no manifest of a simulation"
    ) as refused:
        write(web, "first", is_forced=is_forced)
    assert "holds a simulation" not in str(refused.value)
    assert "--force" not in str(refused.value)
    assert "\n" not in str(refused.value)
    assert kept(tmp_path) == before


@pytest.mark.parametrize("is_forced", [False, True])
@pytest.mark.parametrize("mine", ["note.txt", "truth/note.txt", "master/mine/deep.txt"])
def test_no_force_takes_a_note_inside_a_simulation(
    tmp_path: Path, mine: str, *, is_forced: bool
) -> None:
    out = tmp_path / "out"
    write(out, "first")
    (out / mine).parent.mkdir(exist_ok=True)
    (out / mine).write_text("mine")
    before = kept(tmp_path)
    with pytest.raises(
        SettingsError, match=r"holds '(truth/note.txt|note.txt|master/mine)' bes"
    ):
        write(out, "second", is_forced=is_forced)
    assert kept(tmp_path) == before


@pytest.mark.parametrize("name", [EVENTS, MANIFEST, "truth"])
def test_a_link_in_the_place_of_a_file_is_not_what_a_simulation_wrote(
    tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    write(out, "first")
    (out / name).rename(tmp_path / "elsewhere")
    (out / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SettingsError, match=f"holds '{name}' besides a simulation"):
        write(out, "second", is_forced=True)
    assert (out / name).is_symlink()


@pytest.mark.parametrize("is_forced", [False, True])
def test_what_came_there_meanwhile_stays(tmp_path: Path, *, is_forced: bool) -> None:
    # given an empty folder, and somebody who puts a note there while it is written
    out = tmp_path / "out"
    out.mkdir()
    with (
        pytest.raises(SettingsError, match=r"'note\.txt'"),
        fresh_folder(out, is_forced=is_forced),
    ):
        (out / "note.txt").write_text("mine")
    # then it is all that there is
    assert kept(tmp_path) == {str(out): "", str(out / "note.txt"): "mine"}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("no")])
def test_what_was_broken_off_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        _break_off(tmp_path / "out", error)
    assert list(tmp_path.iterdir()) == []


def test_what_was_broken_off_leaves_what_was_there_before(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    with pytest.raises(KeyboardInterrupt), fresh_folder(tmp_path / "out", is_forced=True):
        raise KeyboardInterrupt
    assert (tmp_path / "out" / EVENTS).read_text() == "first"


def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    with (
        pytest.raises(SettingsError, match=r"cannot be written \(No space left on device\)"),
        fresh_folder(tmp_path / "out", is_forced=False),
    ):
        raise full
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("inside", ["file", "file/below/it"])
def test_a_file_in_the_way_is_said(tmp_path: Path, inside: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(SettingsError, match=r"is a file|Not a directory|exists"):
        write(tmp_path / inside, "first", is_forced=True)
    assert (tmp_path / "file").read_text() == "mine"


def test_the_root_is_no_place_to_write(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="expected a folder that can be made"):
        write(Path(tmp_path.anchor), "first", is_forced=True)


def _break_off(folder: Path, error: BaseException) -> None:
    with fresh_folder(folder, is_forced=False) as made:
        (made / "half").write_text("…")
        raise error

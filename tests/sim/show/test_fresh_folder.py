# SPDX-License-Identifier: AGPL-3.0-or-later
"""A folder appears whole or not at all, and takes the place of nothing but its like."""

import errno
from pathlib import Path

import pytest

from sightline.errors import SettingsError
from sightline.sim.fresh_folder import MANIFEST, fresh_folder


def write(folder: Path, text: str, *, is_forced: bool = False) -> None:
    with fresh_folder(folder, is_forced=is_forced) as made:
        (made / MANIFEST).write_text(text)
        assert not (folder / MANIFEST).exists() or (folder / MANIFEST).read_text() != text


def test_a_folder_appears_when_it_is_whole(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b", "first")
    assert (tmp_path / "a" / "b" / MANIFEST).read_text() == "first"
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["b"]


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    write(tmp_path / "out", "first")
    assert (tmp_path / "out" / MANIFEST).read_text() == "first"


def test_a_simulation_is_replaced_by_force_only(tmp_path: Path) -> None:
    # given a folder that a simulation wrote
    out = tmp_path / "out"
    write(out, "first")
    (out / "more").mkdir()
    # when another one wants it, then it needs to be forced
    with pytest.raises(SettingsError, match="replace it with --force"):
        write(out, "second")
    assert (out / MANIFEST).read_text() == "first"
    # and then nothing of the first is left
    write(out, "second", is_forced=True)
    assert (out / MANIFEST).read_text() == "second"
    assert [each.name for each in out.iterdir()] == [MANIFEST]
    assert [each.name for each in tmp_path.iterdir()] == ["out"]


def test_no_force_replaces_what_no_simulation_wrote(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "one.jpg").write_text("mine")
    with pytest.raises(SettingsError, match="no simulation wrote; it is left alone"):
        write(tmp_path / "photos", "first", is_forced=True)
    assert (tmp_path / "photos" / "one.jpg").read_text() == "mine"


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("no")])
def test_what_was_broken_off_leaves_nothing(tmp_path: Path, error: BaseException) -> None:
    with pytest.raises(type(error)):
        _break_off(tmp_path / "out", error)
    assert list(tmp_path.iterdir()) == []


def test_what_was_broken_off_leaves_what_was_there_before(tmp_path: Path) -> None:
    write(tmp_path / "out", "first")
    with pytest.raises(KeyboardInterrupt), fresh_folder(tmp_path / "out", is_forced=True):
        raise KeyboardInterrupt
    assert (tmp_path / "out" / MANIFEST).read_text() == "first"


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

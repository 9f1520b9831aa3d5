# SPDX-License-Identifier: AGPL-3.0-or-later
"""Room on the disk is asked for before every write."""

import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from sightline.errors import StoreError
from sightline.store.room import check_room

EXABYTE = 2**60


@pytest.fixture
def may_write_4_kib() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_with_room_lets_a_write_pass(tmp_path: Path) -> None:
    check_room(tmp_path / "not" / "there" / "yet", incoming=1)


def test_a_write_larger_than_the_disk_says_how_much_is_free(tmp_path: Path) -> None:
    with pytest.raises(
        StoreError, match=r"is full: \d+ MiB are free; expected at least \d+ MiB"
    ):
        check_room(tmp_path, incoming=EXABYTE)


@pytest.mark.usefixtures("may_write_4_kib")
def test_a_limit_on_files_counts_as_a_full_disk(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"may write files of 4096 bytes.*ulimit -f unlimited"):
        check_room(tmp_path)


@pytest.mark.usefixtures("may_write_4_kib")
def test_a_store_in_memory_needs_no_disk() -> None:
    check_room(None, incoming=EXABYTE)

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A replay that is killed leaves the old tables or the new ones, and a stream that goes on."""

import json
import random
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sightline.store import swap
from tests.replay.commands import LAB, Seen, command, done, seen, write_over
from tests.strategies.clouds import Cloud, cloud

pytestmark = pytest.mark.faults

KILLS = 5


class Company:
    """A home with wrong tables, and what they are when they are right."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.later_file = folder / "later.ndjson"
        lines = [json.dumps(each) for each in _receipts(400)]
        self.later_file.write_text("\n".join(lines[:200]))
        early = folder / "early.ndjson"
        early.write_text("\n".join(lines[200:]))
        done(self.home, "import", LAB, early)
        done(self.home, "run", "--until-idle")
        done(self.home, "savepoint", "create", "early")
        self.right = seen(self.home)
        whole = self.copy("whole")
        done(whole, "import", self.later_file)
        done(whole, "run", "--until-idle")
        self.later = _rows(seen(whole, settled=True))
        write_over(self.home)
        self.wrong = seen(self.home)

    def copy(self, name: str) -> Path:
        """Return a copy of the home."""
        target = self.folder / name
        shutil.rmtree(target, ignore_errors=True)
        return Path(shutil.copytree(self.home, target, symlinks=True))

    def usual(self, *words: str) -> float:
        """Return the seconds that a command takes."""
        began = time.monotonic()
        done(self.copy("timed"), *words)
        return time.monotonic() - began


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Give the home that each kill begins with."""
    return Company(tmp_path_factory.mktemp("replay"))


def _killed(company: Company, *words: str, seed: int) -> Iterator[Path]:
    """Yield a home after each kill of the command at some moment of it."""
    usual = company.usual(*words)
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    for turn in range(KILLS):
        home = company.copy(f"killed-{words[0]}")
        process = command(home, *words)
        # most moments near the end, where things change places
        share = chance.random() if turn % 2 else 0.7 + 0.4 * chance.random()
        time.sleep(usual * share)
        process.kill()
        process.communicate()
        yield home


def _receipts(count: int) -> list[Cloud]:
    return [
        cloud("inventory.receipt", id=f"r{n}", minute=n, item=f"R{n % 90}", loc="DC1", q=1)
        for n in range(count)
    ]


def _rows(tables: Seen) -> dict[str, int]:
    """Return how many rows tables have, without what rules made of wrong ones."""
    return {name: tables[name][0] for name in ("events", "e2o", "dlq", "v_positions")}


def test_a_killed_replay_leaves_old_tables_or_new_ones(company: Company) -> None:
    for home in _killed(company, "replay", seed=1):
        # whoever opens the tables next sees one of both, whole, and no leftovers
        found = seen(home)
        is_right = _differing(found, company.right) == set()
        assert is_right or _differing(found, company.wrong) == set()
        assert not (home / swap.INTENT).exists()
        assert not (home / "replay").exists()
        # and the stream goes on exactly
        done(home, "import", company.later_file)
        done(home, "run", "--until-idle")
        assert _rows(seen(home, settled=True)) == company.later


def test_a_killed_rescaling_leaves_the_old_log_or_the_new_one(company: Company) -> None:
    for home in _killed(company, "replay", "--partitions", "3", seed=2):
        # an import may be the first to come: it must not be lost
        done(home, "import", company.later_file)
        done(home, "run", "--until-idle")
        assert _rows(seen(home, settled=True)) == company.later
        assert not (home / swap.INTENT).exists()
        assert not (home / "rescaled").exists()
        assert (home / "log.db.before").exists() == (_partitions(home) == 3)


def test_a_killed_restore_of_a_savepoint_leaves_a_state_that_goes_on(company: Company) -> None:
    for home in _killed(company, "savepoint", "restore", "early", seed=3):
        done(home, "import", company.later_file)
        done(home, "run", "--until-idle")
        assert _rows(seen(home, settled=True)) == company.later
        assert not (home / "returning").exists()


def _differing(one: Seen, other: Seen) -> set[str]:
    return {name for name in one if one[name] != other[name]}


def _partitions(home: Path) -> int:
    with closing(sqlite3.connect(home / "log.db")) as log:
        (found,) = log.execute("SELECT value FROM meta WHERE key = 'partitions'").fetchone()
    return int(found)

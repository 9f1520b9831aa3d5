# SPDX-License-Identifier: AGPL-3.0-or-later
"""A run as a folder or in the log: the same lines, on every machine."""

import hashlib
import json
import os
import resource
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy._core import _multiarray_umath as numpy_core

from sightline.errors import SettingsError
from sightline.events.decode import decode_lines
from sightline.events.routing import part_of_line
from sightline.imports import run_import
from sightline.log import open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.sim.engine.moments import HOUR, stamp
from sightline.sim.engine.world import World
from sightline.sim.output import folder, into_log
from sightline.sim.output.event_files import SCHEMA, event_file
from sightline.sim.output.texts import bytes_of
from sightline.sim.play import Playing
from sightline.sim.profile import PROFILES, Run
from sightline.sim.transport.delivered import DAMAGED, Delivered

DAYS = 3
RUN = Run(profile=PROFILES["tiny"], seed=7, injectors=("X6",)).lasting(DAYS)

HASHED = f"""
import hashlib
from sightline.sim.output.texts import bytes_of
from sightline.sim.play import play
from sightline.sim.profile import PROFILES, Run
run = Run(profile=PROFILES["tiny"], seed=7, injectors=("X6",)).lasting({DAYS})
digest = hashlib.sha256()
for arrived in play(run):
    digest.update(bytes_of(arrived.line))
print(digest.hexdigest())
"""

# What this version writes. Whoever changes the world on purpose puts the new hashes here in the
# same commit; they stand in the message of the test that fails.
GOLDEN = "016c667e31b60bab250187ec5ba4e7b76827ed0764c4985abc28a3d6400eb013"
GOLDEN_TINY = "fe5f1791f990b2821baf86e3c58deeb516225436767d742ad482c0dc1697023a"
LARGEST = 128 << 10  # bytes of a file on a disk that is nearly full


@dataclass(frozen=True)
class Written:
    """A folder and what its manifest says."""

    path: Path
    manifest: dict[str, Any]

    @property
    def lines(self) -> list[bytes]:
        """Return the lines of the events' file."""
        return (self.path / "events.ndjson").read_bytes().splitlines()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Give the run as a folder of lines."""
    path = tmp_path_factory.mktemp("run") / "out"
    return Written(path, folder.write(RUN, path))


@pytest.fixture(scope="module")
def played() -> tuple[Delivered, tuple[str, ...]]:
    """Give the run as it is played, and its sources."""
    playing = Playing(RUN)
    return Delivered.joined(list(playing)), playing.sources


@pytest.fixture(scope="module")
def arrived(played: tuple[Delivered, tuple[str, ...]]) -> Delivered:
    """Give the run as it is played."""
    return played[0]


@pytest.fixture(scope="module")
def parquet(
    played: tuple[Delivered, tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give the run as a file of Parquet, written in pieces."""
    path = tmp_path_factory.mktemp("parquet") / "events.parquet"
    arrived, sources = played
    with event_file(path, "parquet", sources) as events:
        for cut in np.array_split(np.arange(len(arrived)), 7):
            events.write(arrived.taken(cut))
    return path


@pytest.fixture
def log(tmp_path: Path) -> Iterator[SqliteLog]:
    """Yield an empty log of eight partitions."""
    opened = open_log(Settings(home=tmp_path / "home"))
    yield opened
    opened.close()


def bodies(log: SqliteLog, part: int) -> list[bytes]:
    batches = log.read(part, -1, events=1 << 40)
    return [line for batch in batches for line in batch.body.splitlines()]


def test_the_manifest_tells_what_the_product_finds(written: Written) -> None:
    # given the lines of a run
    decoded = decode_lines(written.lines, ingest_ms=0)
    lines, table = written.manifest["lines"], decoded.table
    # when they are decoded
    # then counts are those of the manifest: nothing is refused but what was damaged
    ids = table.group_by(["source", "id"]).aggregate([]).num_rows
    assert lines["sent"] == len(written.lines)
    assert lines["damaged"] == len(decoded.refused) > 0
    assert lines["accepted"] == ids
    assert lines["doubled"] == table.num_rows - ids > 0
    assert lines["waited"] > 0
    once = table.group_by(["source", "id"]).aggregate([("type", "min")])
    kinds = Counter(kind[13:-3] for kind in once["type_min"].to_pylist())
    assert written.manifest["events"] == dict(kinds)
    assert json.loads((written.path / "manifest.json").read_bytes()) == json.loads(
        json.dumps(written.manifest)
    )


def test_every_file_is_in_the_manifest_with_its_hash(written: Written) -> None:
    # given a folder
    found = {
        path.relative_to(written.path).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in written.path.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    # when its files are hashed
    # then these are the hashes of the manifest, and the truth and master data are there
    files = written.manifest["files"]
    assert found == {name: each["sha256"] for name, each in files.items()}
    assert {"events.ndjson", "truth/labels.jsonl", "master/item.ndjson"} <= set(found)


def test_master_data_come_first_and_as_files(written: Written) -> None:
    # given the first lines of the events, and the file of items
    first = decode_lines(written.lines[:500], ingest_ms=0).table["type"].to_pylist()
    text = (written.path / "master/item.ndjson").read_text()
    items = [json.loads(line) for line in text.splitlines()]
    # when both are read
    # then nothing comes before master data, and every item is there
    assert set(first) == {"io.sightline.master.record_changed.v1"}
    assert len(items) == RUN.profile.items
    assert set(items[0]) == {"entity", "key", "version", "valid_from", "fields"}


def test_parquet_holds_the_same_events(written: Written, parquet: Path) -> None:
    # given the run as Parquet
    table = pq.read_table(parquet)
    # when its column of events is read
    # then it has the lines of the other file, and its other columns say the same as they do
    assert [text.encode() for text in table["event"].to_pylist()] == written.lines
    assert table.schema.names == SCHEMA.names
    arrivals = table["ingest_time"].to_numpy()
    assert (np.diff(arrivals) >= np.timedelta64(0)).all()
    decoded = decode_lines(written.lines, ingest_ms=0)
    kept = table.take(decoded.index)
    for name, beside in (("id", "id"), ("source", "source"), ("type", "type")):
        assert kept[beside].to_pylist() == decoded.table[name].to_pylist()
    stated = kept["time"].to_numpy().astype("datetime64[ms]")
    assert (stated == decoded.table["time"].to_numpy().astype("datetime64[ms]")).all()


@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_an_import_counts_what_the_manifest_says(
    form: str, written: Written, parquet: Path, tmp_path: Path, log: SqliteLog
) -> None:
    # given the file of a run
    path = parquet if form == "parquet" else written.path / "events.ndjson"
    lines = written.manifest["lines"]
    # when it is imported without a mapping
    summary = run_import([path], None, Settings(home=tmp_path / "home"), log)
    # then sent = accepted + duplicates + dead letters
    assert summary.read == lines["sent"]
    assert summary.accepted == lines["accepted"]
    assert summary.duplicates == lines["doubled"]
    assert sum(summary.rejected.values()) == lines["damaged"]


def test_the_log_gets_every_line_where_it_belongs(log: SqliteLog, arrived: Delivered) -> None:
    # given a run that arrives in pieces of some hours
    cuts = np.array_split(np.arange(len(arrived)), 50)
    # when it is appended to a log
    total = into_log.append((arrived.taken(cut) for cut in cuts), log, at_once=1000)
    # then each line is in the partition that the router says, in order of arrival
    assert total == len(arrived)
    expected: dict[int, list[bytes]] = {part: [] for part in range(log.partitions)}
    for text in arrived.texts:
        expected[part_of_line(text, log.partitions)].append(text)
    for part, lines in expected.items():
        assert bodies(log, part) == lines
    assert (arrived.copy == DAMAGED).any()


def test_an_existing_folder_is_left_alone_unless_forced(tmp_path: Path) -> None:
    # given a folder with a run, and one with something else
    run = RUN.lasting(1)
    first = folder.write(run, tmp_path / "out")
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("years of work")
    # when a run is to be written there
    for path, is_forced in ((tmp_path / "out", False), (other, False), (other, True)):
        with pytest.raises(SettingsError):
            folder.write(run, path, is_forced=is_forced)
    # then only a run is replaced, and only when that is asked for
    assert (other / "thesis.txt").read_text() == "years of work"
    assert folder.write(run, tmp_path / "out", is_forced=True) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "out"]


def test_a_run_that_is_interrupted_leaves_nothing(tmp_path: Path) -> None:
    # given somebody who presses Ctrl-C after some hours
    def interrupted(arriving: Iterable[Delivered]) -> Iterator[Delivered]:
        for nth, each in enumerate(arriving):
            if nth == 5:
                raise KeyboardInterrupt
            yield each

    # when a run is written
    with pytest.raises(KeyboardInterrupt):
        folder.write(RUN.lasting(1), tmp_path / "out", through=interrupted)
    # then there is no folder, not even half of one
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def nearly_full() -> Iterator[None]:
    """Let no file grow beyond `LARGEST`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("nearly_full")
@pytest.mark.parametrize("form", ["ndjson", "parquet"])
def test_a_full_disk_leaves_nothing(form: str, tmp_path: Path) -> None:
    # given a disk that is nearly full
    # when a run is written
    # then one line says so, and nothing is there
    with pytest.raises(SettingsError, match="nothing was kept") as refused:
        folder.write(RUN.lasting(1), tmp_path / "out", form=form)
    assert "\n" not in str(refused.value)
    assert list(tmp_path.iterdir()) == []


def test_another_process_and_another_machine_write_the_same_bytes(arrived: Delivered) -> None:
    # given a process with another seed of hashes, on a machine without vector instructions
    features = numpy_core.__cpu_features__
    missing = " ".join(name for name in numpy_core.__cpu_dispatch__ if features.get(name))
    elsewhere = os.environ | {
        "PYTHONHASHSEED": "77",
        "NPY_DISABLE_CPU_FEATURES": missing,
        "ARROW_USER_SIMD_LEVEL": "NONE",
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
    }
    # when it plays the same run
    command = [sys.executable, "-c", HASHED]
    done = subprocess.run(  # noqa: S603  ours
        command, env=elsewhere, capture_output=True, text=True, check=True
    )
    # then it comes to the same bytes
    here = hashlib.sha256(bytes_of(arrived.line)).hexdigest()
    assert done.stdout.strip() == here


def test_a_version_and_a_seed_always_give_the_same_bytes(written: Written) -> None:
    # given some days of the smallest world with an outage
    # when its events are hashed
    # then this is what this version has always written
    assert written.manifest["files"]["events.ndjson"]["sha256"] == GOLDEN


@pytest.mark.slow
def test_the_smallest_world_always_gives_the_same_bytes(tmp_path: Path) -> None:
    # given the whole profile tiny with seed 7, in which nothing goes wrong
    run = Run(profile=PROFILES["tiny"], seed=7)
    # when its events are hashed
    files = folder.write(run, tmp_path / "out")["files"]
    # then this is what this version has always written
    assert files["events.ndjson"]["sha256"] == GOLDEN_TINY


def test_hours_join_without_a_seam(arrived: Delivered) -> None:
    # given a run
    # when its arrivals are looked at from its beginning to its end
    # then they ascend, begin with master data before it, and go on after its last hour
    assert (np.diff(arrived.ingest) >= 0).all()
    assert stamp(int(arrived.ingest[0])) < stamp(RUN.start)
    assert arrived.ingest[-1] > RUN.end
    assert arrived.at.max() < RUN.end + HOUR


def test_what_watches_a_run_sees_every_hour() -> None:
    # given somebody who notes hours
    class Notes:
        def __init__(self, world: World) -> None:
            assert world.run.profile.days == 1
            self.hours: list[int] = []

        def take(self, hour: Any) -> None:
            self.hours.append(hour.at)

    playing = Playing(RUN.lasting(1))
    notes = playing.watch(Notes)
    # when the run is played
    for _ in playing:
        pass
    # then none was left out
    assert notes.hours == list(range(RUN.start, RUN.start + 24 * HOUR, HOUR))

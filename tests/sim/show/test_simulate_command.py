# SPDX-License-Identifier: AGPL-3.0-or-later
"""``sightline simulate`` as people type it: what it writes, says and refuses."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from sightline.cli import main
from sightline.commands import meter
from sightline.log import open_log
from sightline.settings import Settings
from sightline.sim.scenarios import KNOWN
from sightline.store import Store
from streams.runner import run_until_idle

SHORT = ("--days", "1", "--seed", "5")
FILES = {"events.ndjson", "manifest.json", "master", "truth"}


def simulate(*words: str | Path, home: Path | None = None) -> Result:
    env = {"SIGHTLINE_HOME": str(home or "/nonexistent")}
    return CliRunner().invoke(main, ["simulate", *map(str, words)], env=env)


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a day that was simulated."""
    folder = tmp_path_factory.mktemp("simulated") / "out"
    result = simulate("--out", folder, *SHORT, "--scenario", "J4")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "simulated profile tiny, scenario J4, seed 5, 1 days from 2026-01-05: "
    )
    assert result.stdout.count("\n") == 1
    return folder


def test_a_folder_holds_events_masters_truth_and_what_it_is(out: Path) -> None:
    assert {each.name for each in out.iterdir()} == FILES
    truth = {each.name for each in (out / "truth").iterdir()}
    assert truth == {"ledger.parquet", "labels.jsonl", "kpi.json", "process.json"}
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["run"]["injectors"] == ["X1", "X10", "X11"]
    lines = (out / "events.ndjson").read_bytes().count(b"\n")
    assert lines == manifest["lines"]["sent"] > 3_000


def test_what_is_there_is_replaced_by_force_only(out: Path) -> None:
    before = (out / "manifest.json").read_text()
    refused = simulate("--out", out, *SHORT)
    assert refused.exit_code == 2
    assert "replace it with --force" in refused.stderr
    assert (out / "manifest.json").read_text() == before


def test_force_leaves_a_project_with_a_manifest_of_its_own_alone(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"name": "My page"}')
    refused = simulate("--out", tmp_path, "--force", *SHORT)
    assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1)
    assert "no manifest of a simulation; it is left alone" in refused.stderr
    assert (tmp_path / "manifest.json").read_text() == '{"name": "My page"}'


def test_force_replaces_it_and_the_same_words_give_the_same_bytes(out: Path) -> None:
    before = (out / "manifest.json").read_text()
    summary = told(
        simulate("--out", out, "--force", *SHORT, "--scenario", "J4", "--summary", "json")
    )
    assert (out / "manifest.json").read_text() == before
    assert (summary["profile"], summary["scenario"], summary["seed"]) == ("tiny", "J4", 5)
    assert summary["lines"] == sum(summary[n] for n in ("accepted", "duplicates", "damaged"))


def test_parquet_holds_a_row_for_each_line(tmp_path: Path) -> None:
    summary = told(
        simulate(
            *("--out", tmp_path / "out", "--format", "parquet", "--no-noise", *SHORT),
            *("--start", "2025-06-02", "--summary", "json"),
        )
    )
    table = pq.read_table(tmp_path / "out" / "events.parquet")
    assert table.num_rows == summary["lines"] == summary["accepted"]
    assert summary["start"] == "2025-06-02"
    assert str(max(table["time"].to_pylist()))[:10] == "2025-06-02"


def test_the_log_takes_it_and_the_product_counts_what_was_told(
    settings: Settings, store: Store
) -> None:
    # given a day of events in the log of a home
    summary = told(simulate("--into-log", *SHORT, "--summary", "json", home=settings.home))
    # when they are processed
    log = open_log(settings)
    processed = run_until_idle(settings, store, log)
    log.close()
    # then accepted, dropped and refused are what the simulation says
    assert processed.events == summary["accepted"]
    assert processed.duplicates == summary["duplicates"]
    assert processed.dead_letters == summary["damaged"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "No --out or --into-log is given; expected one of them. Try --out"),
        (("--out", "new", "--into-log"), "Both --out and --into-log are given"),
        (("--into-log", "--force"), "--force belongs to --out"),
        (("--into-log", "--format", "parquet"), "--format belongs to --out"),
        (("--out", "new", "--format", "csv"), "--format is 'csv'; expected ndjson or parquet"),
        (("--out", "new", "--summary", "xml"), "--summary is 'xml'; expected text or json"),
        (("--out", "new", "--profile", "huge"), "There is no profile 'huge'"),
        (
            ("--out", "new", "--scenario", "J12"),
            "There is no scenario 'J12'; expected one such",
        ),
        (("--out", "new", "--seed", "x"), "--seed is 'x'; expected a whole number"),
        (("--out", "new", "--days", "-3"), "--days is '-3'"),
        (("--out", "new", "--start", "5.1.2026"), "--start is '5.1.2026'; expected a day"),
        (("--out", "new", "--pace", "0"), "--pace is '0'; expected a number above 0"),
        (("--out", "/proc/new", *SHORT), "'/proc/new' cannot be written"),
        (("--out", "/", *SHORT), "expected a folder that can be made"),
    ],
    ids=lambda found: " ".join(found) if isinstance(found, tuple) else "",
)
def test_what_cannot_be_is_one_line_and_exit_2(
    words: tuple[str, ...], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = simulate(*words, home=tmp_path / "home")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("sightline: ")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_the_scenarios_are_listed_with_their_stories() -> None:
    listed = told(simulate("--list", "--summary", "json"))
    assert [row["scenario"] for row in listed] == list(KNOWN)  # type: ignore[index]
    shown = simulate("--list").stdout
    assert all(each.story in shown for each in KNOWN.values())


def test_a_pace_makes_life_slow_and_ctrl_c_keeps_what_is_in_the_log(tmp_path: Path) -> None:
    # given a day that is played into a log so slowly that it would take hours
    home = tmp_path / "home"
    process = start("--into-log", "--pace", "5", *SHORT, home=home)
    # when somebody stops it once something is there
    await_that(lambda: (home / "log.db").exists() and events_in(home) > 0, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    # then it says that what is there stays
    assert process.returncode == 130
    assert err.rstrip().endswith(
        "adds no event twice; damaged lines become dead letters again."
    )
    assert 0 < events_in(home) < 3_500


def test_ctrl_c_leaves_no_half_folder(tmp_path: Path) -> None:
    process = start("--out", str(tmp_path / "out"), "--pace", "5", *SHORT)
    await_that(lambda: any(tmp_path.glob(".out.*/events.ndjson")), process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (130, "sightline: stopped\n")
    assert list(tmp_path.iterdir()) == []


def test_a_long_simulation_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meter, "FILE_S", 0.0)
    result = simulate("--out", tmp_path / "out", "--no-noise", *SHORT)
    assert "day 1 of 1: " in result.stderr
    assert " events, " in result.stderr


def start(*words: str, home: Path = Path("/nonexistent")) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).with_name("sightline")), "simulate", *words]
    environ = os.environ | {"SIGHTLINE_HOME": str(home)}
    return subprocess.Popen(  # noqa: S603
        command,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def await_that(is_so: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    for _ in range(600):
        if is_so():
            return
        try:
            process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    out, err = process.communicate()
    pytest.fail(f"it ended, or nothing came of it: {out} {err}")


def events_in(home: Path) -> int:
    log = open_log(Settings(home=home))
    try:
        return sum(part.events for part in log.stat())
    finally:
        log.close()

# SPDX-License-Identifier: AGPL-3.0-or-later
"""A simulated company's events, ready in an event log, and the whole flow over them.

Events are the first of ``sightline simulate --profile small --seed 7``: half of them orders,
allocations and shipments, the others promises, forecasts, purchases, transfers, counts,
approvals and exceptions, with 0.5 % repeated, 2 % late or out of order and some damaged.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import click
import numpy as np

from mining.runner import mine_once
from sightline.events.decode import decode_lines
from sightline.events.routing import part_of_line
from sightline.imports.cutting import cut, line_pieces
from sightline.log import Piece, open_log
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle

SEED = 7
A_DAY = 20_000  # events, at least, of a company of this size
OPENING = 20_000  # events until its master data are told; they are no part of what counts
AT_ONCE = 32_000  # events in one append
PARTITIONS = 8

Work = tuple[int, float]
Pieces = Callable[[Sequence[bytes]], list[Piece]]


def as_lines(lines: Sequence[bytes]) -> list[Piece]:
    """Return `lines` as the intake over HTTP would append them."""
    routed = ((part_of_line(line, PARTITIONS), line) for line in lines)
    return line_pieces(routed, "ndjson")


def as_arrow(lines: Sequence[bytes]) -> list[Piece]:
    """Return `lines` as an import would append them: master records as lines, else Arrow."""
    table = decode_lines(lines, ingest_ms=_now()).table
    return cut(table, np.arange(len(table), dtype=np.uint32), PARTITIONS)


class Company(NamedTuple):
    """A home whose log holds the opening, and the appends that are to follow."""

    settings: Settings
    log: SqliteLog
    appends: list[list[Piece]]


@contextmanager
def opened(events: int, pieces: Pieces) -> Iterator[Company]:
    """Give a company of which `events` events are to come, made pieces of by `pieces`."""
    with TemporaryDirectory(prefix="sightline-bench-") as folder:
        world, home = Path(folder, "world"), Path(folder, "home")
        _simulate(world, days=3 + events // A_DAY)
        settings = Settings(home=home, partitions=PARTITIONS)
        log = open_log(settings)
        with (world / "events.ndjson").open("rb") as file:
            lines = [line.removesuffix(b"\n") for line in islice(file, OPENING + events)]
        log.append(pieces(lines[:OPENING]))
        cuts = range(OPENING, len(lines), AT_ONCE)
        yield Company(settings, log, [pieces(lines[at : at + AT_ONCE]) for at in cuts])
        log.close()


def seconds_of_flow(company: Company) -> tuple[int, float]:
    """Take in what is to come; return its events and the processor time that they took.

    The clock starts when the opening is in the tables and the rest lies in the log, and stops
    when transitions are written: reading, decoding, duplicates, positions, demand, recovery,
    inserts and mining count.
    """
    with Store.open(company.settings) as store:
        store.migrate()
        opening = run_until_idle(company.settings, store, company.log)
        mine_once(store)
        for pieces in company.appends:
            company.log.append(pieces)
        began = time.process_time()
        run = run_until_idle(company.settings, store, company.log)
        mine_once(store)
        seconds = time.process_time() - began
        _check(store, opening.events + run.events)
    return run.events, seconds


def bodies(company: Company, fmt: str) -> list[bytes]:
    """Return what is to come in the format `fmt`."""
    return [each.body for pieces in company.appends for each in pieces if each.fmt == fmt]


def _check(store: Store, events: int) -> None:
    kept = store.ask("SELECT count() AS n FROM events")["n"][0].as_py()
    told = store.ask("SELECT count() AS n FROM v_transitions")["n"][0].as_py()
    if kept != events or not told:
        sys.exit(f"{kept} events and {told} transitions in the store; expected {events}")


def _simulate(world: Path, *, days: int) -> None:
    sightline = Path(sys.executable).with_name("sightline")
    command = [str(sightline), "simulate", "--profile", "small"]
    asked = ["--seed", str(SEED), "--days", str(min(days, 60)), "--out", str(world)]
    subprocess.run([*command, *asked], check=True, capture_output=True)  # noqa: S603


def _now() -> int:
    return time.time_ns() // 1_000_000


def tell(name: str, done: Work, plain: Work) -> None:
    """Print a benchmark's JSON line from events and CPU-seconds of the flow and a baseline."""
    value, baseline = (events / seconds for events, seconds in (done, plain))
    answer = {
        "name": name,
        "value": round(value),
        "unit": "events per CPU-second",
        "baseline": round(baseline),
        "ratio": round(value / baseline, 2),
    }
    click.echo(json.dumps(answer))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The demo's place on disk: fill an empty home, go on with one that a demo made, spare others.

``demo.json`` beside the data says which world it is and how far its events have been logged;
with that the same world is invented again after a restart and goes on where it stopped.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sightline.errors import SettingsError
from sightline.log import Log
from sightline.sim import demo, scenarios
from sightline.sim.demo import Coming, Told
from sightline.sim.engine.moments import DAY, date_of, day_of, moment, stamp
from sightline.sim.output.into_log import pieces_of
from sightline.sim.transport.delivered import Delivered

MARKER = "demo.json"


@dataclass(frozen=True, slots=True)
class Marker:
    """Which world a home holds, and that what arrived up to `until`, µs, is in its log."""

    told: Told
    until: int


@dataclass(frozen=True, slots=True)
class Opening:
    """A world whose past is in the log; `logged` lines of it were added just now."""

    marker: Marker
    coming: Coming
    logged: int


def begin(home: Path, log: Log, now: datetime, scenario: str = "") -> Opening:
    """Bring the log up to some hours before `now`, or to where it stopped when that is later.

    Parameters
    ----------
    scenario
        Name of what goes wrong; empty for that of the home, or for `demo.SCENARIO`.

    Raises
    ------
    SettingsError
        The home holds events that no demo made, those of another scenario, or a world that
        has come to its end.
    """
    marker = _read(home)
    if marker is None and log.top():
        raise SettingsError(
            f"SIGHTLINE_HOME is {str(home)!r} and holds events that no demo made; expected an "
            "empty folder. Give the demo its own: SIGHTLINE_HOME=.demo sightline demo"
        )
    if marker is None or not log.top():
        told = demo.told(scenarios.find(scenario or demo.SCENARIO).name, moment(now))
        marker = Marker(told, 0)
    _check(home, marker, scenario, moment(now))
    coming, logged = Coming(marker.told), 0
    for arrived in _past(coming, marker, demo.history_end(moment(now))):
        marker = keep(home, log, marker, arrived)
        logged += len(arrived)
    return Opening(marker, coming, logged)


def keep(home: Path, log: Log, marker: Marker, arrived: Delivered) -> Marker:
    """Append what `arrived`, then note that; return the note.

    A process that is killed between the two appends it again, and the stream drops it.
    """
    log.append(list(pieces_of(arrived, log.partitions)))
    marker = replace(marker, until=int(arrived.ingest[-1]))
    write(home, marker)
    return marker


def write(home: Path, marker: Marker) -> None:
    """Keep `marker`, whole or not at all."""
    home.mkdir(parents=True, exist_ok=True)
    told = marker.told
    text = json.dumps(
        {
            "scenario": told.scenario,
            "seed": told.seed,
            "start": stamp(told.start),
            "strike": stamp(told.strike),
            "until": stamp(marker.until),
        }
    )
    fresh = home / f"{MARKER}.new"
    fresh.write_text(text + "\n")
    fresh.replace(home / MARKER)


def _past(coming: Coming, marker: Marker, end: int) -> Iterator[Delivered]:
    """Yield what is over and not in the log yet, day by day."""
    coming.take(marker.until)
    first = max(marker.until, marker.told.start)
    for until in [*range(first + DAY, end, DAY), max(first, end)]:
        arrived = coming.take(until)
        if len(arrived):
            yield arrived


def _check(home: Path, marker: Marker, scenario: str, now: int) -> None:
    told = marker.told
    if scenario and scenarios.find(scenario).name != told.scenario:
        raise SettingsError(
            f"SIGHTLINE_HOME is {str(home)!r} and holds a demo of {told.scenario}, not of "
            f"{scenario}. Give this one its own: SIGHTLINE_HOME=.demo sightline demo"
        )
    if now >= told.run.end:
        raise SettingsError(
            f"SIGHTLINE_HOME is {str(home)!r} and holds a demo that came to its end on "
            f"{date_of(day_of(told.run.end))}. Remove the folder to begin another one."
        )


def _read(home: Path) -> Marker | None:
    path = home / MARKER
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text())
        start, strike, until = (
            moment(datetime.fromisoformat(found[name])) for name in ("start", "strike", "until")
        )
        name = scenarios.find(found["scenario"]).name
        return Marker(Told(name, int(found["seed"]), start, strike), until)
    except (ValueError, KeyError, TypeError, SettingsError) as error:
        raise SettingsError(
            f"{str(path)!r} cannot be understood ({error!r}); expected what a demo of this "
            f"version writes. Remove the folder {str(home)!r} to begin again."
        ) from None

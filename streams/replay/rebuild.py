# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tables computed anew from the log, beside the live ones, which they then replace.

The dataflow of the stream reads the log up to where the tables have it, with a state of its
own, and writes into a database beside the live one. Facts stay: those rows are dropped. When
all is whole, tables and state change places together (`sightline.store.swap`), and the stream
goes on after the last offset that both know.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Event

from sightline.errors import StoreError
from sightline.log import Log
from sightline.settings import Settings
from sightline.store import Store, swap
from sightline.store.swap import Change
from streams import runner
from streams.io.quiet import reports_withheld
from streams.replay import savepoints
from streams.replay.capped import CappedLog
from streams.replay.changes import Changed, compared
from streams.replay.counted import Counted, Told
from streams.replay.manifest import Savepoint
from streams.replay.tables import BESIDE, GROUPS, Beside, beside, copy_before, look_at_facts

FOLDER = "replay"
STATE = "state"
STREAMED = ("positions", "demand")

Mine = Callable[[Store], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What to compute anew.

    Attributes
    ----------
    groups
        Keys of `GROUPS`.
    since
        Moment of the business from which changes are told; a savepoint from before it saves
        reading what it knows.
    dry
        Compute and compare, then throw away.
    """

    groups: Sequence[str] = tuple(GROUPS)
    since: datetime | None = None
    dry: bool = False

    @property
    def tables(self) -> list[str]:
        """Return the tables that are filled anew."""
        return [table for group in self.groups for table in GROUPS[group]]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it.

    Attributes
    ----------
    events
        Events read of the log.
    savepoint
        Name of the savepoint that it began from; "" for the beginning of the log.
    changed
        What the new tables say otherwise.
    """

    events: int
    savepoint: str
    changed: list[Changed] = field(default_factory=list)


def rebuild(  # noqa: PLR0913 - the parts of a home
    settings: Settings,
    store: Store,
    log: Log,
    asked: Asked,
    *,
    mine: Mine,
    told: Told = lambda _done, _total: None,
    quiet: bool = True,
) -> Rebuilt:
    """Compute tables anew and, unless it is a rehearsal, let them take the place of the old.

    Parameters
    ----------
    mine
        Mines the processes of a store; used for the group ``process``.
    told
        Called with the number of events read so far and that of all.
    quiet
        Whether to hold back what the engine prints on its own.

    Raises
    ------
    StoreError
        The store is not embedded, or lacks what the stream has written before.
    """
    _check(settings)
    home = settings.home
    building = Change(phase="building", beside=BESIDE, rubbish=[FOLDER])
    home.mkdir(parents=True, exist_ok=True)
    swap.remove(home / FOLDER)
    swap.note(home, building)
    try:
        with beside(settings, store, asked.tables) as fresh:
            point = _savepoint(settings, log, asked)
            events = 0
            if set(asked.groups) & set(STREAMED):
                with reports_withheld() if quiet else _loud():
                    events = _stream(settings, fresh, log, point, told)
            look_at_facts(fresh)
            if "process" in asked.groups:
                mine(fresh)
            changed = compared(store, fresh, asked.groups, asked.since)
            tables = _identities(fresh, asked.tables)
    except BaseException:
        swap.finish(home, store.arrange, building)
        raise
    if asked.dry:
        swap.finish(home, store.arrange, building)
    else:
        moves = [(f"{FOLDER}/{STATE}", STATE)] if events or point else []
        decided = Change(
            phase="decided", beside=BESIDE, tables=tables, moves=moves, rubbish=[FOLDER]
        )
        swap.carry_out(home, store.arrange, decided)
    return Rebuilt(events, point.name if point else "", changed)


def _check(settings: Settings) -> None:
    if settings.store.startswith("clickhouse:"):
        raise StoreError(
            f"The store is {settings.store_shown}; expected the embedded one, which this "
            "process can hold alone. Empty it and delete `state` to compute all anew."
        )


def _stream(
    settings: Settings, fresh: Beside, log: Log, point: Savepoint | None, told: Told
) -> int:
    """Run the dataflow up to where the live tables are; return how many events it read."""
    progress = fresh.read_arrow("stream_progress", gen=log.generation).to_pylist()
    caps = {row["part"]: row["off"] for row in progress}
    total = sum(row["events"] + row["duplicates"] + row["dead_letters"] for row in progress)
    counted = Counted(total - (point.events if point else 0), told)
    folder = settings.home / FOLDER
    folder.mkdir(mode=0o700)
    if point:
        savepoints.put(settings, point, folder / STATE)
        copy_before(fresh, point.offsets)
        fresh.told = True
    runner.run(
        replace(settings, home=folder),
        fresh,
        CappedLog(log, caps, counted.add),
        stop=Event(),
        until_idle=True,
    )
    return counted.events


def _savepoint(settings: Settings, log: Log, asked: Asked) -> Savepoint | None:
    if asked.since is None or not set(asked.groups) & set(STREAMED):
        return None
    return savepoints.before(settings, log, asked.since)


def _identities(fresh: Beside, tables: Sequence[str]) -> dict[str, str]:
    found = swap.identities(fresh.arrange, BESIDE)
    return {table: found[table] for table in tables if table in found}


def _loud() -> AbstractContextManager[None]:
    return nullcontext()

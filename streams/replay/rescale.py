# SPDX-License-Identifier: AGPL-3.0-or-later
"""Another number of partitions: a new log and everything computed from it, beside the old.

A whole home grows in a folder of the old one. What came into the old log meanwhile is taken
over in the end, while nobody can write to it. That the new log takes the place of the old one,
in one step of the file system, decides; store and state follow, at the next start if need be.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from sightline.aid import embedded
from sightline.desk import Desk
from sightline.desk.letters import Mark, Place
from sightline.errors import LogError
from sightline.log import check_embedded, open_log
from sightline.log.repartition import Repartition
from sightline.log.sqlite import SqliteLog
from sightline.settings import Settings
from sightline.store import Store, lock, swap
from sightline.store.swap import Change
from streams import runner
from streams.io.quiet import reports_withheld
from streams.replay.capped import CappedLog
from streams.replay.counted import Counted, Told

FOLDER, LOG = "rescaled", "log.db"
BUILDING = Change(phase="building", rubbish=[FOLDER])
DECIDED = Change(
    phase="decided",
    unless=f"{FOLDER}/{LOG}",
    moves=[(f"{FOLDER}/store", "store"), (f"{FOLDER}/state", "state")],
    rubbish=[FOLDER],
)

Mine = Callable[[Store], object]


@dataclass(frozen=True, slots=True)
class Rescaled:
    """What came of it; `before` is the file of the former log."""

    events: int
    partitions: int
    generation: int
    before: str


def rescale(
    settings: Settings,
    partitions: int,
    *,
    mine: Mine,
    told: Told = lambda _done, _total: None,
) -> Rescaled:
    """Cut the log anew into `partitions` and compute everything from it.

    The former log stays as ``log.db.before`` until the next time.

    Raises
    ------
    LogError, StoreError, BackupError
        Parts of the home lie elsewhere, or another process uses it.
    """
    _check_layout(settings)
    home = settings.home.absolute()
    with _held(settings, home):
        swap.note(home, BUILDING)
        try:
            generation = _generation(settings) + 1
            with closing(Desk.open(settings)) as desk:
                marks = desk.letter_marks(generation - 1)
            wanted = {(mark.place.part, mark.place.off) for mark in marks}
            work = Repartition(home / FOLDER / LOG, partitions, wanted)
            work.begin(generation)
            with closing(embedded.reading(home / LOG)) as old:
                work.take_over(old)
            events = _computed(settings, home / FOLDER, mine, told)
            with embedded.alone(home / LOG) as last:
                assert last is not None  # noqa: S101 - it was there when this began
                work.take_over(last)
                work.take_over_imports(last)
                work.close()
                _mark(settings, generation, work, marks)
                _change(home)
        except BaseException:
            swap.settled_files(home)
            raise
        swap.settled_files(home)
    return Rescaled(events, partitions, generation, str(home / f"{LOG}{swap.BEFORE}"))


def _check_layout(settings: Settings) -> None:
    check_embedded(settings)
    home = settings.home.absolute()
    inside = {
        "SIGHTLINE_LOG": embedded.log_path(settings) == home / LOG,
        "SIGHTLINE_STORE": settings.store_folder == home / "store",
    }
    elsewhere = [name for name, is_inside in inside.items() if not is_inside]
    if elsewhere:
        raise LogError(
            f"{' and '.join(elsewhere)} points outside SIGHTLINE_HOME ({home}); expected it "
            "unset, so that log, tables and state change together."
        )
    if not (home / LOG).is_file():
        raise LogError(
            f"There is no {LOG} in {home}; expected a home that Sightline has used. For a new "
            "one set SIGHTLINE_PARTITIONS."
        )


@contextmanager
def _held(settings: Settings, home: Path) -> Iterator[None]:
    """Hold the store's folder, and end what an earlier change has left half done."""
    if (home / swap.INTENT).exists():
        Store.open(settings).close()
    lock.acquire(home / "store")
    try:
        yield
    finally:
        lock.release(home / "store")


def _generation(settings: Settings) -> int:
    with _opened(settings) as log:
        return log.generation


@contextmanager
def _opened(settings: Settings) -> Iterator[SqliteLog]:
    log = open_log(settings)
    try:
        yield log
    finally:
        log.close()


def _computed(settings: Settings, folder: Path, mine: Mine, told: Told) -> int:
    """Compute the tables of the home that grows in `folder`; return how many events it read."""
    own = replace(settings, home=folder, log="", store="")
    with _opened(own) as log, Store.open(own) as store:
        store.migrate()
        counted = Counted(sum(each.events for each in log.stat()), told)
        with reports_withheld():
            read = CappedLog(log, log.heads(), counted.add)
            runner.run(own, store, read, stop=Event(), until_idle=True)
        mine(store)
    return counted.events


def _mark(
    settings: Settings, generation: int, work: Repartition, marks: Sequence[Mark]
) -> None:
    """Note at their new places what became of dead letters."""
    with closing(Desk.open(settings)) as desk:
        stale = [mark.place for mark in desk.letter_marks(generation)]
        desk.reopen_letters(generation, stale)  # of a change that was undone
        moved = [
            replace(mark, place=Place(*place))
            for mark in marks
            if (place := work.places.get((mark.place.part, mark.place.off)))
        ]
        desk.mark_letters(generation, moved)


def _change(home: Path) -> None:
    swap.note(home, DECIDED)
    before = home / f"{LOG}{swap.BEFORE}"
    before.unlink(missing_ok=True)
    os.link(home / LOG, before)
    (home / FOLDER / LOG).replace(home / LOG)
    swap.flush(home)

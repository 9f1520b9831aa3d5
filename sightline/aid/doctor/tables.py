# SPDX-License-Identifier: AGPL-3.0-or-later
"""The store against the log: is all there, once, and nothing that the log does not have?"""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

from sightline import catalog
from sightline.aid import embedded
from sightline.aid.doctor import state
from sightline.aid.doctor.finding import Finding, failed, note, ok, warning
from sightline.errors import SightlineError
from sightline.log import INDEX_BITS, is_embedded
from sightline.settings import Settings
from sightline.store import Store

CREATED = re.compile(r"CREATE (?:OR REPLACE )?(?:TABLE|VIEW) (?:IF NOT EXISTS )?(\w+)")
AGAIN = (
    "Stop everything, move `store` and `state` out of SIGHTLINE_HOME and run `sightline run "
    "--until-idle`: the log is replayed."
)
OTHER_LOG = "Put the log back that belongs to it (`sightline restore`), or replay: " + AGAIN
COUNTED = ("events", "duplicates", "dead_letters")
SHOWN_IDS = 3


def checked(settings: Settings) -> Iterator[Finding]:
    """Look into the store, if there is one that nobody holds."""
    if settings.store_folder is not None and not settings.store_folder.exists():
        lost = list(state.ahead(settings, {}))
        yield from lost
        if not lost:
            yield note(
                "store", "there is no store yet", "`sightline run --until-idle` makes it."
            )
        return
    try:
        with Store.open(settings) as store:
            yield from _looked_into(settings, store)
    except SightlineError as error:
        told, _, advice = str(error).partition("; expected")
        if "is held by" in told:
            yield note("store", "not looked into: a process holds it", "Stop it to look.")
        else:
            yield failed("store", told, advice and f"Expected{advice}")


def _looked_into(settings: Settings, store: Store) -> Iterator[Finding]:
    missing = _wanted() - set(store.read_arrow("doctor_tables").column("name").to_pylist())
    if missing:
        told = f"{len(missing)} tables are missing, such as {min(missing)}"
        yield warning("store", told, "Run: sightline migrate")
        return
    yield ok("store", f"all {len(_wanted())} tables and views are there")
    yield from offsets(settings, store)
    yield from ids(store)
    yield from orphans(store)


def _wanted() -> set[str]:
    texts = catalog.migrations().values()
    return {found[1] for found in map(CREATED.search, texts) if found}


def offsets(settings: Settings, store: Store) -> Iterator[Finding]:
    """Compare what was read of each partition with what the log and the tables hold."""
    if not is_embedded(settings):
        yield note("offsets", "the log is a topic of Kafka, which is not compared with")
        return
    path = embedded.log_path(settings)
    if not path.exists():
        yield note("offsets", "there is no event log to compare with")
        return
    with closing(embedded.reading(path)) as log:
        try:
            (gen,) = log.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()
            read = _rows(store, "doctor_held", gen=gen)
            found = [finding for row in read for finding in _of_partition(log, row)]
            waiting = _waiting(log, {row["part"]: row["off"] for row in read})
        except sqlite3.Error as error:
            yield failed("offsets", f"{path} cannot be read: {error}", "See its own check.")
            return
    found += state.ahead(settings, {row["part"]: row["off"] for row in read})
    yield from found
    if not found and read:
        total, repeats, letters = (sum(row[name] for row in read) for name in COUNTED)
        yield ok(
            "offsets",
            f"all that was read of the log is there once: {total:,} events, {repeats:,} "
            f"duplicates, {letters:,} dead letters",
        )
    if waiting:
        yield note(
            "offsets",
            f"{waiting:,} events of the log are not in the tables yet",
            "`sightline up` or `sightline run --until-idle` reads them.",
        )


def _of_partition(log: sqlite3.Connection, read: Mapping[str, Any]) -> Iterator[Finding]:
    place = f"partition {read['part']}"
    row = read["off"] >> INDEX_BITS
    top, logged = log.execute(
        "SELECT coalesce(max(row), 0), coalesce(sum(events) FILTER (WHERE row <= ?), 0)"
        " FROM batches WHERE part = ?",
        (row, read["part"]),
    ).fetchone()
    if row > top:
        told = f"{place} was read up to offset {read['off']}, beyond the end of the log"
        yield failed("offsets", told, OTHER_LOG)
        return
    counted = sum(read[name] for name in COUNTED)
    if counted != logged:
        told = f"{place}: the log has {logged:,} events up to there, {counted:,} were counted"
        yield failed("offsets", told, OTHER_LOG)
    for table, kind, rows in (
        ("events", "events", read["event_rows"]),
        ("dlq", "dead_letters", read["letter_rows"]),
    ):
        if rows != read[kind]:
            told = f"{place}: {read[kind]:,} rows belong in {table}, it has {rows:,}"
            yield failed("offsets", told, AGAIN)


def _waiting(log: sqlite3.Connection, read: Mapping[int, int]) -> int:
    """Return how many events of the log lie beyond the offsets that were `read`, by part."""
    waiting = 0
    for part, row, events in log.execute("SELECT part, row, events FROM batches"):
        waiting += events if row > read.get(part, -1) >> INDEX_BITS else 0
    return waiting


def ids(store: Store) -> Iterator[Finding]:
    """Tell which ids a source has used for more than one event."""
    rows = _rows(store, "system_repeated_ids", most=SHOWN_IDS)
    if not rows:
        yield ok("ids", "every source uses each id once")
        return
    some = ", ".join(f"{row['id']!r} of {row['source']}" for row in rows)
    yield warning(
        "ids",
        f"{rows[0]['total']:,} ids were used for several events, such as {some}",
        "Ask the source for ids of its own per event; both were counted.",
    )


def orphans(store: Store) -> Iterator[Finding]:
    """Tell which documents events rely on that never came."""
    rows = _rows(store, "doctor_orphans")
    for row in rows:
        yield warning(
            "references",
            f"{row['lines']:,} x {row['kind']}: {', '.join(row['examples'])}",
            "Import the missing documents; until then these lines count only in part.",
        )
    if not rows:
        yield ok("references", "every line that moved was placed, released or shipped before")


def _rows(store: Store, name: str, **params: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = store.read_arrow(name, **params).to_pylist()
    return rows

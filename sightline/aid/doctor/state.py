# SPDX-License-Identifier: AGPL-3.0-or-later
"""The state of the stream: how far it says that each partition was read."""

import pickle
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing

from sightline.aid import embedded
from sightline.aid.doctor.finding import Finding, failed
from sightline.settings import Settings

READ_STEP = "spine.read_log"
ADVICE = (
    "Stop everything and delete the folder `state` in SIGHTLINE_HOME, then `sightline run "
    "--until-idle`: the log is replayed, nothing is lost."
)


def offsets(settings: Settings) -> dict[int, int]:
    """Return partition → last offset of the newest snapshot; -1 before the first event.

    Raises
    ------
    sqlite3.Error
        The recovery store cannot be read.
    """
    found: dict[int, int] = {}
    for path in sorted((settings.home / "state").glob("*.sqlite3")):
        with closing(embedded.reading(path)) as recovery:
            rows = recovery.execute(
                "SELECT state_key, ser_change, max(snap_epoch) FROM snaps"
                " WHERE step_id = ? AND ser_change IS NOT NULL GROUP BY state_key",
                (READ_STEP,),
            )
            for key, snapshot, _ in rows:
                # written by this user's own stream, which reads it the same way
                found[int(key)] = pickle.loads(snapshot)[0]  # noqa: S301
    return found


def ahead(settings: Settings, stored: Mapping[int, int]) -> Iterator[Finding]:
    """Tell which partitions the stream has read further than the store knows.

    Parameters
    ----------
    stored
        Partition → last offset that the store has.
    """
    try:
        read = offsets(settings)
    except sqlite3.Error:  # the check of the file tells it
        return
    beyond = {part: off for part, off in read.items() if off > stored.get(part, -1)}
    if beyond:
        part, off = min(beyond.items())
        known = stored.get(part, "nothing")
        told = (
            f"the stream has read {len(beyond)} partitions further than the store, such as "
            f"partition {part} up to offset {off}, the store up to {known}: the store was "
            "emptied or is older"
        )
        yield failed("state", told, ADVICE)

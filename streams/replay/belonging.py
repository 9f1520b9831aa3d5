# SPDX-License-Identifier: AGPL-3.0-or-later
"""Does a savepoint belong to this log and this program?"""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version

from sightline.errors import SavepointError
from sightline.log import INDEX_BITS, Log
from streams.replay.manifest import FORMAT, Savepoint
from streams.replay.shape import shape


def fingerprint(log: Log, offsets: Mapping[int, int]) -> str:
    """Return a hash of the batches that hold `offsets`: another log has others there."""
    digest = hashlib.sha256()
    for part, off in sorted(offsets.items()):
        before = (off >> INDEX_BITS << INDEX_BITS) - 1
        found = log.read(part, before, events=1) if part < log.partitions else []
        for batch in found[:1]:
            told = (part, batch.first, batch.events, batch.at_ms, batch.append_row)
            digest.update(repr(told).encode() + hashlib.sha256(batch.body).digest())
    return digest.hexdigest()


def check_belongs(point: Savepoint, log: Log) -> None:
    """Raise `SavepointError` when the stream cannot go on from `point`.

    Raises
    ------
    SavepointError
        It is of another log or generation, or of another release.
    """
    if point.format != FORMAT or point.shape != shape():
        raise SavepointError(
            f"The savepoint {point.name} was written by Sightline {point.sightline} with other "
            f"states; expected those of this release, {version('sightline')}. Use one of this "
            "release, or `sightline replay` to compute everything from the log."
        )
    if (point.generation, point.partitions) != (log.generation, log.partitions):
        raise SavepointError(
            f"The savepoint {point.name} is of generation {point.generation} of the log with "
            f"{point.partitions} partitions; expected {log.generation} with {log.partitions}. "
            "Use a later one."
        )
    if fingerprint(log, point.offsets) != point.fingerprint:
        raise SavepointError(
            f"The savepoint {point.name} is of another event log: what it has read is not in "
            "this one. Restore the log that it belongs to, or use another savepoint."
        )

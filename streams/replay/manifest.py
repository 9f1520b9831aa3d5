# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a savepoint says of itself."""

from datetime import datetime

import msgspec

from sightline.aid.archive import Member

FORMAT = 1


class Savepoint(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a savepoint.

    Attributes
    ----------
    taken
        When, UTC, ISO 8601.
    sightline, shape
        Version of the program, and what the states of its stream are made of.
    generation, partitions, fingerprint
        Which log it is of: see `streams.replay.belonging`.
    offsets
        Last offset per partition that the tables had.
    events
        Events of the log up to there.
    watermark
        Latest moment of the business that was known.
    files
        Name in the savepoint → length and hash.
    """

    format: int
    name: str
    taken: str
    sightline: str
    shape: str
    generation: int
    partitions: int
    offsets: dict[int, int]
    fingerprint: str
    events: int
    watermark: datetime | None
    files: dict[str, Member]

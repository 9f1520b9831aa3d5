# SPDX-License-Identifier: AGPL-3.0-or-later
"""What processes tell each other of demand, when each reads a share of the partitions.

When a day is over, and on which days a location sold anything, depends on all partitions; the
quantities do not. So a process tells, of each second of its partitions, the watermarks, which
sources each location listens to and the days that it sold on. All of it is maxima and sets:
hearing it twice changes nothing.
"""

import zlib
from collections.abc import Iterator

import msgspec
import numpy as np

from streams.logic.demand.asked import Asked, Source
from streams.logic.demand.sums import Appended, Sums


class Place(msgspec.Struct, array_like=True):
    """What one location heard in one second of one partition."""

    tenant: str
    loc: str
    sources: list[Source]
    days: list[int]


class Told(msgspec.Struct, array_like=True):
    """One message: what a partition brought in a second, or how far it has been read.

    Attributes
    ----------
    frontier
        -1 in messages that only bring something.
    """

    part: int
    frontier: int
    row: int = -1
    marks: list[tuple[str, str, int]] = []
    places: list[Place] = []


_DECODER = msgspec.json.Decoder(Told)


def told(sums: Sums) -> Iterator[tuple[bytes, bytes]]:
    """Yield key and value of the messages that tell `sums` to others, the frontier last.

    A key stays the same when the same is told again, so that a topic can be compacted.
    """
    for each in sums.appends:
        if each.watermarks or each.asked:
            marks = [(*source, time) for source, time in sorted(each.watermarks.items())]
            places = [_place(asked) for asked in each.asked]
            value = msgspec.json.encode(Told(sums.part, -1, each.row, marks, places))
            yield b"%d:%d:%d" % (sums.part, each.row, zlib.crc32(value)), value
    yield b"%d" % sums.part, msgspec.json.encode(Told(sums.part, sums.frontier))


def heard(value: bytes) -> Sums:
    """Return what another process told, without quantities.

    Raises
    ------
    msgspec.MsgspecError
        It is no such message.
    """
    said = _DECODER.decode(value)
    if said.row < 0:
        return Sums(said.part, said.frontier, [])
    marks = {(tenant, source): time for tenant, source, time in said.marks}
    asked = [_asked(place) for place in said.places]
    return Sums(said.part, said.frontier, [Appended(said.row, marks, asked)])


def _place(asked: Asked) -> Place:
    days = np.unique(asked.day).tolist()
    return Place(asked.tenant, asked.loc, sorted(asked.sources), days)


def _asked(place: Place) -> Asked:
    nothing = np.zeros(0, np.int64)
    return Asked(
        place.tenant,
        place.loc,
        frozenset(place.sources),
        [],
        np.array(place.days, np.int64),
        nothing.astype(np.uint64),
        nothing,
        nothing,
        nothing.astype(np.uint64),
    )

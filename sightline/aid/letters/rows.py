# SPDX-License-Identifier: AGPL-3.0-or-later
"""Refused rows of imports go through their mapping again, or through a mended one.

Their events get the ids that the import would have given them: those follow from the file's
hash, the row's number, the type and the place in the row.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from sightline.aid.letters.letter import Letter
from sightline.aid.letters.original import Original
from sightline.aid.letters.outcome import Outcome, Parcel
from sightline.errors import MappingError
from sightline.imports import shipped
from sightline.imports.again import Again, Row
from sightline.imports.mapping import Mapping
from sightline.imports.origin import Origin

Pair = tuple[Letter, Original]


def parcels(pairs: Sequence[Pair], mapping: str, partitions: int) -> Iterator[Parcel]:
    """Yield one parcel for each mapping in effect among `pairs`.

    Parameters
    ----------
    mapping
        Replaces the mapping that the rows came through; "" keeps it.
    """
    groups: dict[tuple[str, bytes], list[Pair]] = defaultdict(list)
    for letter, original in pairs:
        origin = _origin(original)
        options = msgspec.json.encode(origin.options, order="deterministic")
        groups[mapping or origin.mapping, options].append((letter, original))
    for (name, _), group in groups.items():
        rows = [
            (letter, Row(_origin(original), msgspec.json.decode(original.raw)))
            for letter, original in group
        ]
        yield _parcel(name, rows, partitions)


def mended(letter: Letter, origin: Origin, text: bytes, partitions: int) -> Parcel:
    """Return the parcel of one row with mended values; what is no row is stuck."""
    values = msgspec.json.decode(text)
    if not isinstance(values, dict) or "specversion" in values:
        return Parcel.stuck(
            letter, "expected the row as a JSON object, column by column, as it was shown"
        )
    whole = msgspec.structs.replace(origin, types=origin.types or {})
    return _parcel(origin.mapping, [(letter, Row(whole, values))], partitions)


def _parcel(name: str, rows: Sequence[tuple[Letter, Row]], partitions: int) -> Parcel:
    try:
        again = Again(_loaded(name, rows[0][1].origin.options))
    except MappingError as error:
        return Parcel([], [Outcome(letter, sent=False, said=str(error)) for letter, _ in rows])
    refused = again.add([row for _, row in rows], codes=[letter.code for letter, _ in rows])
    outcomes = [
        Outcome(letter, sent=number not in refused, said=refused.get(number, ""))
        for number, (letter, _) in enumerate(rows)
    ]
    return Parcel(again.pieces(partitions), outcomes)


def _loaded(name: str, options: dict[str, str]) -> Mapping:
    try:
        return shipped.load(name, **options)
    except MappingError as error:
        raise MappingError(f"{error} Or say --mapping with one that is there.") from error


def _origin(original: Original) -> Origin:
    assert original.origin is not None  # noqa: S101  refused rows of imports have one
    return original.origin

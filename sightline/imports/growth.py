# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of lines that grow: only what is new is taken, each row once, whoever asks.

A file is known by its beginning: the log's ledger has the length and the hash of every one
whose rows it holds. What follows is taken in stretches, each in one transaction together with
the ledger's word on it, so that a crash at any moment neither loses nor doubles a row. Rows of
a stretch get ids from the hash of the file up to the stretch's end, and from their numbers.
"""

import codecs
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sightline.errors import ImportFileError, MappingError
from sightline.imports import shipped
from sightline.imports.files import File
from sightline.imports.mapping import Mapping
from sightline.imports.record_ends import first_end, last_end
from sightline.log.ledger import Prefix

MAPPING = "cloudevents"
"""Stands in the ledger where other imports have the hash of their mapping."""
LINES = ("csv", "ndjson")
READ_BYTES = 1 << 20
STRETCH_BYTES = 32 << 20
PLAIN = ("utf-8", "ascii", "iso8859", "cp125", "latin", "koi8", "mac-")


@dataclass(frozen=True, slots=True)
class Stretch:
    """New bytes of a file, whole rows only.

    Attributes
    ----------
    body
        The rows; of a CSV file its header line stands before them.
    before
        The beginning of the file that was known.
    end
        Where the stretch ends in the file.
    digest
        Hash of the file up to there, to go on from.
    is_last
        Whether no more than the rest of a row follows.
    """

    body: bytes
    before: Prefix
    end: int
    digest: Any
    is_last: bool

    @property
    def sha256(self) -> str:
        """Return the hash of the file up to the end of the stretch."""
        return str(self.digest.hexdigest())


def can_grow(file: File, mapping: Mapping | None) -> bool:
    """Tell whether more rows of `file` can be taken without reading the others again.

    Not when its rows depend on each other: a step's place in its case, a key that may occur
    once; nor when a row cannot be told from another without unpacking or decoding.
    """
    if file.format not in LINES or file.is_gzip:
        return False
    if mapping is None:
        return True
    try:
        encoding = codecs.lookup(mapping.encoding).name
        table = shipped.table_for(mapping, file) if mapping.kind == "events" else None
    except (LookupError, ImportFileError, MappingError):
        return False
    is_plain = encoding.startswith(PLAIN)
    return table is not None and is_plain and not table.unique and not table.unpivot


def ledger_name(mapping: Mapping | None) -> str:
    """Return what stands for `mapping` in the ledger."""
    return mapping.sha256 if mapping else MAPPING


def prefix_of(file: File, size: int, sha256: str, rows: int) -> Prefix | None:
    """Return what `file`, all of whose `rows` were imported, is known by when it has grown.

    None when it has grown already, while it was read, or is no file of lines.

    Parameters
    ----------
    size
        Its bytes when `sha256` was computed.
    """
    if file.format not in LINES or file.is_gzip or file.path.stat().st_size != size:
        return None
    last = _newlines(file.path) if file.format == "ndjson" else rows
    return Prefix(size, sha256, last, rows)


def known_beginning(stream: IO[bytes], known: Sequence[Prefix]) -> tuple[Prefix, Any]:
    """Return the longest of `known` that `stream` begins with, and the hash up to its end."""
    found, digest = Prefix(), hashlib.sha256()
    running, at = hashlib.sha256(), 0
    for prefix in sorted(known, key=lambda each: each.bytes):
        at += _hash(stream, running, prefix.bytes - at)
        if at < prefix.bytes:
            break
        if running.hexdigest() == prefix.sha256:
            found, digest = prefix, running.copy()
    return found, digest


def next_stretch(
    stream: IO[bytes], before: Prefix, digest: Any, delimiter: str, *, with_last: bool
) -> Stretch | None:
    """Return what follows `before` in `stream`, None when no whole row does.

    Parameters
    ----------
    digest
        Hash of the file up to there; it is not changed.
    delimiter
        Between the values of a CSV file, "" for other lines.
    with_last
        Take a last line that has no end.

    Raises
    ------
    ImportFileError
        A row is longer than a stretch.
    """
    header = _header(stream, delimiter) if before.bytes and delimiter else b""
    stream.seek(before.bytes)
    data = stream.read(STRETCH_BYTES)
    is_all = not stream.read(1)
    cut = len(data) if is_all and with_last else last_end(data, delimiter)
    if not cut and not is_all:
        raise too_long(stream.name)
    if not cut:
        return None
    whole = digest.copy()
    whole.update(data[:cut])
    return Stretch(header + data[:cut], before, before.bytes + cut, whole, is_all)


def too_long(name: str) -> ImportFileError:
    """Say that a row of a file is longer than a stretch."""
    return ImportFileError(
        f"{name} has a row longer than {STRETCH_BYTES >> 20} MiB, perhaps because of an "
        "unclosed quote; mend it. Nothing more of it was taken."
    )


def _header(stream: IO[bytes], delimiter: str) -> bytes:
    """Return the first record of a CSV file with the end of its line."""
    stream.seek(0)
    start = stream.read(READ_BYTES)
    end = first_end(start, delimiter)
    return start[:end]


def _hash(stream: IO[bytes], digest: Any, count: int) -> int:
    done = 0
    while done < count and (block := stream.read(min(READ_BYTES, count - done))):
        digest.update(block)
        done += len(block)
    return done


def _newlines(path: Path) -> int:
    found = 0
    with path.open("rb") as stream:
        while block := stream.read(READ_BYTES):
            found += block.count(b"\n")
    return found

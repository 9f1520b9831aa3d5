# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an interchange is made of: whole sets, and pieces that belong to none."""

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from sightline.errors import LogError
from sightline.imports.edi.envelope import Envelope, SetHeader
from sightline.imports.edi.keeping import Kept
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.segment import Segment

IN_MEMORY = 4 << 20
SIZE_BYTES = 4


class Stray(NamedTuple):
    """Something that is refused as it stands: it belongs to no set."""

    refused: Refused
    raw: str
    sender: str


class Frame:
    """One transaction set or message, from its first segment to its last.

    Its segments wait on disk until the last has shown that the set is whole.

    Attributes
    ----------
    ordinal
        Place in its interchange, from 1.
    refused
        Why nothing of it can be taken, None when it is whole.
    tags
        How often each segment occurs.
    """

    def __init__(
        self, envelope: Envelope, header: SetHeader, ordinal: int, scratch: Path
    ) -> None:
        self.envelope = envelope
        self.kind = header.kind
        self.control = header.control
        self.ordinal = ordinal
        self.refused: Refused | None = None
        self.tags: Counter[str] = Counter()
        self.kept = Kept()
        self._sha = hashlib.sha256()
        self._encoder = msgspec.msgpack.Encoder()
        self._scratch = scratch
        self._spool = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(scratch))  # noqa: SIM115  close() ends it

    @property
    def count(self) -> int:
        """Return the number of its segments."""
        return self.tags.total()

    @property
    def sha256(self) -> str:
        """Return the hash of what it says, however its lines are broken."""
        return self._sha.hexdigest()

    def add(self, segment: Segment, raw: bytes) -> None:
        """Add the next segment."""
        self.tags[segment.tag] += 1
        text = self._encoder.encode(segment)
        self._sha.update(self._encoder.encode((segment.tag, segment.elements)))
        try:
            self._spool.write(len(text).to_bytes(SIZE_BYTES, "big") + text)
        except OSError as error:
            raise LogError(
                f"Cannot keep a document on disk in {self._scratch}: {error.strerror}. Nothing "
                "was imported from here on; free some disk space and run the same import again."
            ) from error
        self.keep(raw)

    def keep(self, raw: bytes) -> None:
        """Keep the bytes of a segment, good or bad."""
        self.kept.add(raw + b"\n")

    def refuse(self, refused: Refused) -> None:
        """Say why it cannot be taken; the first reason counts."""
        self.refused = self.refused or refused

    def segments(self) -> Iterator[Segment]:
        """Yield its segments in order."""
        decoder = msgspec.msgpack.Decoder(Segment)
        self._spool.seek(0)
        while size := self._spool.read(SIZE_BYTES):
            yield decoder.decode(self._spool.read(int.from_bytes(size, "big")))

    def close(self) -> None:
        """Give back the disk space."""
        self._spool.close()

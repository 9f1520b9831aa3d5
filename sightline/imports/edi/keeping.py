# SPDX-License-Identifier: AGPL-3.0-or-later
"""The text of something that may have to be refused, of any size in bounded memory."""

import hashlib

from sightline.events.refusal import KEPT_OF_A_LONG_LINE, LONGEST_LINE


class Kept:
    """Collects bytes; of more than 1 MiB it keeps the start, the size and the hash."""

    def __init__(self) -> None:
        self.length = 0
        self._head = bytearray()
        self._sha = hashlib.sha256()

    def add(self, text: bytes) -> None:
        """Add `text` at the end."""
        self.length += len(text)
        self._sha.update(text)
        room = LONGEST_LINE - len(self._head)
        self._head += text[: max(room, 0)]

    def text(self) -> str:
        """Return what is kept, with a note where something is missing."""
        if self.length <= LONGEST_LINE:
            return _read(self._head)
        start = _read(self._head[:KEPT_OF_A_LONG_LINE])
        return f"{start} … cut: {self.length} bytes, sha256 {self._sha.hexdigest()}"


def _read(text: bytearray) -> str:
    """Return `text` such that every byte of it can be told."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return text.decode("latin-1")

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Large blocks of state in files of their own, so that a snapshot costs what changed.

Bytewax pickles every state at every epoch. The blocks in `streams.logic.runs` never change
once made, so each is written once and a snapshot only names it. A block that merging has
replaced stays until no snapshot that could be resumed from names it.
"""

import io
import pickle
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sightline.errors import StoreError
from streams.logic.runs import KeptBlock

LEAST_ROWS = 1024  # smaller blocks go into the snapshot itself
_CHECKSUM_BYTES = 4
SNAPSHOTS_KEPT = 8  # a recovery store resumes from one of its last few epochs


@dataclass(slots=True)
class BlockFolder:
    """The files of one state; `owner` begins their names."""

    path: Path
    owner: str = field(default_factory=lambda: uuid4().hex)
    named: deque[frozenset[str]] = field(default_factory=deque)

    def freeze(self, state: Any) -> bytes:
        """Return a snapshot of `state` and write the blocks that it is the first to name."""
        target = io.BytesIO()
        pickler = _Pickler(target, self)
        pickler.dump(state)
        self._remember(frozenset(pickler.names))
        return pickle.dumps((self.owner, target.getvalue()))

    @classmethod
    def thaw(cls, path: Path, snapshot: bytes) -> tuple["BlockFolder", Any]:
        """Return the state in `snapshot` and its folder, without what it no longer names.

        Raises
        ------
        StoreError
            A block is missing or damaged, or the state is of an earlier release.
        """
        # snapshots and blocks lie in a folder that only its owner can write
        owner, pickled = pickle.loads(snapshot)  # noqa: S301
        folder = cls(path, owner)
        unpickler = _Unpickler(io.BytesIO(pickled), folder)
        state = unpickler.load()
        _check_release(state)
        folder._remember(frozenset(unpickler.names))
        known = {file.name for file in path.glob(f"{owner}.*")}
        folder._delete(known - unpickler.names)
        return folder, state

    def save(self, block: KeptBlock) -> str:
        """Write `block` once; return its name."""
        if not block.name.startswith(self.owner):
            name = f"{self.owner}.{uuid4().hex}"
            content = pickle.dumps(dict(block), pickle.HIGHEST_PROTOCOL)
            try:
                (self.path / name).write_bytes(_checksum(content) + content)
            except OSError as error:
                raise StoreError(
                    f"Cannot write the stream's state to {self.path}: {error.strerror}; "
                    "expected room for it. Free some disk space and run it again."
                ) from error
            block.name = name
        return block.name

    def load(self, name: str) -> KeptBlock:
        """Read the block called `name`."""
        try:
            whole = (self.path / name).read_bytes()
        except OSError as error:
            raise _damaged(name, f"cannot be read ({error.strerror})") from error
        content = whole[_CHECKSUM_BYTES:]
        if whole[:_CHECKSUM_BYTES] != _checksum(content):
            raise _damaged(name, "is not what was written")
        block = KeptBlock(pickle.loads(content))  # noqa: S301
        block.name = name
        return block

    def _remember(self, names: frozenset[str]) -> None:
        self.named.append(names)
        if len(self.named) > SNAPSHOTS_KEPT:
            self._delete(self.named.popleft().difference(*self.named))

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            (self.path / name).unlink(missing_ok=True)


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM_BYTES, "big")


def _check_release(state: Any) -> None:
    """Refuse a state that an earlier release kept, without what this one needs."""
    names = [each.name for each in fields(state)] if is_dataclass(state) else []
    missing = [name for name in names if not hasattr(state, name)]
    if missing:
        raise StoreError(
            f"The stream's state is of an earlier release: {type(state).__name__} lacks "
            f"{', '.join(missing)}. Delete the folder `state` in SIGHTLINE_HOME: the log is "
            "replayed, nothing is lost."
        )


def _damaged(name: str, reason: str) -> StoreError:
    return StoreError(
        f"The stream's state is damaged: block {name} {reason}; expected it whole. Delete the "
        "folder `state` in SIGHTLINE_HOME: the log is replayed, nothing is lost."
    )


class _Pickler(pickle.Pickler):
    def __init__(self, target: io.BytesIO, folder: BlockFolder) -> None:
        super().__init__(target, pickle.HIGHEST_PROTOCOL)
        self.folder = folder
        self.names: set[str] = set()

    def persistent_id(self, obj: Any) -> str | None:
        if type(obj) is not KeptBlock or obj.rows < LEAST_ROWS:
            return None
        name = self.folder.save(obj)
        self.names.add(name)
        return name


class _Unpickler(pickle.Unpickler):
    def __init__(self, source: io.BytesIO, folder: BlockFolder) -> None:
        super().__init__(source)
        self.folder = folder
        self.names: set[str] = set()

    def persistent_load(self, pid: Any) -> KeptBlock:
        self.names.add(pid)
        return self.folder.load(pid)

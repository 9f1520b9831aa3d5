# SPDX-License-Identifier: AGPL-3.0-or-later
"""Large blocks of state in files of their own, mapped instead of held.

Bytewax pickles every state at every epoch. The blocks in `streams.logic.runs` never change
once made, so each is written once, a snapshot only names it, and from then on its arrays are
maps of its file (`block_file`). A block that merging has replaced stays until no snapshot
that could be resumed from names it.
"""

import io
import pickle
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sightline.errors import StoreError
from streams.io import block_file
from streams.logic.runs import KeptBlock, Runs

FORMAT = 2  # one more whenever what states hold, or the hashes in them, mean something else
LEAST_ROWS = 1024  # smaller blocks go into the snapshot itself
SETTLED_ROWS = 1 << 16  # blocks that do not wait for a snapshot
_SIEVE = "sieve "  # among the arrays of a file; no column is called so
SNAPSHOTS_KEPT = 8  # a recovery store resumes from one of its last few epochs


@dataclass(slots=True)
class BlockFolder:
    """The files of one state.

    Attributes
    ----------
    owner
        Begins their names.
    named
        What each of the last snapshots names.
    unnamed
        Files written since then.
    """

    path: Path
    owner: str = field(default_factory=lambda: uuid4().hex)
    named: deque[frozenset[str]] = field(default_factory=deque)
    unnamed: set[str] = field(default_factory=set)

    def freeze(self, state: Any) -> bytes:
        """Return a snapshot of `state` and write the blocks that it is the first to name."""
        target = io.BytesIO()
        pickler = _Pickler(target, self)
        pickler.dump(state)
        self._remember(frozenset(pickler.names | _index_names(state)))
        return pickle.dumps((FORMAT, self.owner, target.getvalue()))

    @classmethod
    def thaw(cls, path: Path, snapshot: bytes) -> tuple["BlockFolder", Any]:
        """Return the state in `snapshot` and its folder, without what it no longer names.

        Raises
        ------
        StoreError
            A block is missing or damaged, or the state is of an earlier release.
        """
        owner, pickled = _opened(snapshot)
        folder = cls(path, owner)
        unpickler = _Unpickler(io.BytesIO(pickled), folder)
        state = unpickler.load()
        _check_release(state)
        folder._remember(frozenset(unpickler.names))
        known = {file.name for file in path.glob(f"{owner}.*")}
        folder._delete(known - unpickler.names)
        return folder, state

    @classmethod
    def check(cls, path: Path, snapshot: bytes) -> None:
        """Raise what `thaw` raises, but leave the blocks unread and all files where they are.

        Raises
        ------
        StoreError
            The state is of an earlier release.
        """
        owner, pickled = _opened(snapshot)
        try:
            state = _Hollow(io.BytesIO(pickled), cls(path, owner)).load()
        except (AttributeError, ImportError, TypeError, ValueError) as error:
            raise _earlier(str(error)) from error
        _check_release(state)

    def settle(self, state: Any) -> None:
        """Write the large blocks of `state`, whose memory then is that of their files.

        Called after every batch, so that blocks in memory are few and young whatever the
        time between two snapshots.
        """
        for runs in _tables_of(state):
            for block in runs.blocks:
                for each in (block, *block.indexes.values()):
                    if not each.name and each.rows >= SETTLED_ROWS:
                        self.save(each)
                    if each.held is not None:
                        block_file.release(each.held)

    def save(self, block: KeptBlock) -> str:
        """Write `block` once and map it; return its name."""
        if not block.name.startswith(self.owner):
            name = f"{self.owner}.{uuid4().hex}"
            try:
                block_file.write(self.path / name, _columns(block))
                self._map(block, name, verify=False)
            except OSError as error:
                raise StoreError(
                    f"Cannot write the stream's state to {self.path}: {error.strerror}; "
                    "expected room for it. Free some disk space and run it again."
                ) from error
            self.unnamed.add(name)
        return block.name

    def load(self, name: str) -> KeptBlock:
        """Map the block called `name`, after a look at every byte of it."""
        try:
            block = KeptBlock({})
            self._map(block, name, verify=True)
        except OSError as error:
            raise _damaged(name, f"cannot be read ({error.strerror})") from error
        except ValueError as error:
            raise _damaged(name, str(error)) from error
        return block

    def _map(self, block: KeptBlock, name: str, *, verify: bool) -> None:
        arrays, block.held = block_file.open_map(self.path / name, verify=verify)
        block.sieve = arrays.pop(_SIEVE, None)
        block.update(arrays)
        block.name = name

    def _remember(self, names: frozenset[str]) -> None:
        self._delete(self.unnamed - names)
        self.unnamed.clear()
        self.named.append(names)
        if len(self.named) > SNAPSHOTS_KEPT:
            self._delete(self.named.popleft().difference(*self.named))

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            (self.path / name).unlink(missing_ok=True)


def _opened(snapshot: bytes) -> tuple[str, bytes]:
    """Return the owner of the blocks of `snapshot`, and its state."""
    # snapshots and blocks lie in a folder that only its owner can write
    kept, *rest = pickle.loads(snapshot)  # noqa: S301
    if kept != FORMAT:
        raise _earlier(f"it has not format {FORMAT}")
    owner, pickled = rest
    return owner, pickled


def _columns(block: KeptBlock) -> block_file.Arrays:
    return dict(block) if block.sieve is None else {**block, _SIEVE: block.sieve}


def _tables_of(state: Any) -> Iterator[Runs]:
    """Yield the tables in `state`, a dataclass of dataclasses."""
    for each in _parts_of(state):
        if isinstance(each, Runs):
            yield each


def _index_names(state: Any) -> set[str]:
    """Return the files of indexes, which live as long as their blocks; no restart uses them."""
    blocks = (block for runs in _tables_of(state) for block in runs.blocks)
    return {each.name for block in blocks for each in block.indexes.values() if each.name}


def _parts_of(state: Any) -> Iterator[Any]:
    if isinstance(state, dict):  # of tables, or of something small
        if isinstance(next(iter(state.values()), None), Runs):
            yield from state.values()
    elif is_dataclass(state) and not isinstance(state, type):
        yield state
        for each in fields(state):
            yield from _parts_of(getattr(state, each.name, None))


def _check_release(state: Any) -> None:
    """Refuse a state that an earlier release kept, without what this one needs."""
    for part in _parts_of(state):
        missing = [each.name for each in fields(part) if not hasattr(part, each.name)]
        if missing:
            raise _earlier(f"{type(part).__name__} lacks {', '.join(missing)}")


def _earlier(reason: str) -> StoreError:
    return StoreError(
        f"The stream's state is of an earlier release: {reason}. Delete the folder `state` in "
        "SIGHTLINE_HOME: the log is replayed, nothing is lost."
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


class _Hollow(_Unpickler):
    """Reads a state without its blocks."""

    def persistent_load(self, pid: Any) -> KeptBlock:
        del pid
        return KeptBlock({})

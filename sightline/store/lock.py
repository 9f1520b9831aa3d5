# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who holds a store folder: a lock file beside it with the process and its command."""

import fcntl
import os
import shlex
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from sightline.errors import HeldError, StoreError

_guard = threading.Lock()
_held: dict[Path, "_Held"] = {}


@dataclass(slots=True)
class _Held:
    descriptor: int
    holders: int


def acquire(folder: Path) -> None:
    """Hold `folder` for this process, once more for each call.

    Raises
    ------
    StoreError
        Another process holds it (the message says which), or the lock cannot be written.
    """
    with _guard:
        held = _held.get(folder)
        if held is None:
            held = _held[folder] = _Held(_locked(folder), 0)
        held.holders += 1


def release(folder: Path) -> None:
    """Give back one `acquire`; the last one lets other processes in."""
    with _guard:
        held = _held[folder]
        held.holders -= 1
        if not held.holders:
            os.close(_held.pop(folder).descriptor)


def lock_file(folder: Path) -> Path:
    """Return the lock of the store in `folder`: ``store.lock`` for ``store``."""
    return folder.with_name(f"{folder.name}.lock")


def _locked(folder: Path) -> int:
    path = lock_file(folder)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise StoreError(
            f"Cannot write {path}: {error.strerror}; expected a folder of yours. "
            "Set SIGHTLINE_HOME to one."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()} {_command()}".encode(), 0)
    except BlockingIOError:
        holder = _holder(descriptor)
        os.close(descriptor)
        raise HeldError(
            f"The store at {folder} is held by {holder}; expected one process at a time. "
            "Stop it, or set SIGHTLINE_HOME to another folder."
        ) from None
    except OSError as error:
        os.close(descriptor)
        raise StoreError(
            f"Cannot lock {path}: {error.strerror}; expected room for one line on a local "
            "disk. Free some space, or set SIGHTLINE_HOME to another folder."
        ) from error
    return descriptor


def _holder(descriptor: int) -> str:
    pid, _, command = os.pread(descriptor, 4096, 0).decode(errors="replace").partition(" ")
    return f"process {pid} ({command})" if pid else "a process that is just starting"


def _command() -> str:
    words = [Path(sys.argv[0]).name or "python", *sys.argv[1:]]
    return " ".join(shlex.join(words).split())[:200]

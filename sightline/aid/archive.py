# SPDX-License-Identifier: AGPL-3.0-or-later
"""The file of a backup: a manifest, then members whose hashes the manifest states."""

import hashlib
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from sightline.errors import BackupError

MANIFEST = "manifest.json"
LOG, DESK, MAPPINGS = "log.db", "desk.db", "mappings"
"""What a backup holds: all that cannot be computed again."""
MAPPING = re.compile(rf"{MAPPINGS}/[\w-][\w. -]{{0,200}}\.ya?ml")

FORMAT = 1
CHUNK_BYTES = 1 << 20
LARGEST_MANIFEST = 16 << 20


class Member(msgspec.Struct, frozen=True):
    """One file in a backup: its length in bytes and its SHA-256, hexadecimal."""

    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup says of itself.

    Attributes
    ----------
    format
        Version of this layout.
    sightline
        Version of the program that wrote it.
    taken
        When, UTC, ISO 8601.
    events
        Events and refused rows in the log.
    partitions
        Partitions of the log.
    members
        Name → length and hash.
    """

    format: int
    sightline: str
    taken: str
    events: int
    partitions: int
    members: dict[str, Member]


def described(path: Path) -> Member:
    """Return length and hash of the file at `path`."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Member(path.stat().st_size, digest)


def write(target: Path, manifest: Manifest, files: Mapping[str, Path]) -> None:
    """Write `files` and their manifest to `target`: whole, or not at all.

    Raises
    ------
    BackupError
        The file cannot be written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as raw:
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=1) as tar:
                _add(tar, MANIFEST, io.BytesIO(msgspec.json.encode(manifest)))
                for name, path in files.items():
                    with path.open("rb") as stream:
                        _add(tar, name, stream, size=manifest.members[name].bytes)
            raw.flush()
            os.fsync(raw.fileno())
        part.rename(target)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise BackupError(
            f"Cannot write the backup {target}: {error.strerror or error}. Nothing was kept; "
            "name a place with room for it."
        ) from error


def _add(tar: tarfile.TarFile, name: str, stream: IO[bytes], *, size: int = -1) -> None:
    about = tarfile.TarInfo(name)
    about.size = size if size >= 0 else stream.seek(0, io.SEEK_END)
    about.mode = 0o600
    stream.seek(0)
    tar.addfile(about, stream)


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """Open the backup at `path` and read its manifest.

    Raises
    ------
    BackupError
        There is none, it is damaged, or a newer program wrote it.
    """
    try:
        with tarfile.open(path, "r:gz") as tar:
            yield _manifest(path, tar), tar
    except FileNotFoundError as error:
        raise BackupError(f"There is no backup {path}; check the name.") from error
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise damaged(path, " ".join(str(error).split()) or type(error).__name__) from error


def _manifest(path: Path, tar: tarfile.TarFile) -> Manifest:
    first = tar.next()
    stream = tar.extractfile(first) if first and first.name == MANIFEST else None
    if stream is None:
        raise damaged(path, f"it does not begin with {MANIFEST}")
    try:
        manifest = msgspec.json.decode(stream.read(LARGEST_MANIFEST), type=Manifest)
    except msgspec.MsgspecError as error:
        raise damaged(path, f"its manifest: {error}") from error
    if manifest.format > FORMAT:
        raise BackupError(
            f"{path} has format {manifest.format}, written by Sightline {manifest.sightline}; "
            f"expected {FORMAT} or older. Restore it with that version."
        )
    others = [name for name in manifest.members if not MAPPING.fullmatch(name)]
    if set(others) != {LOG, DESK}:
        raise damaged(path, f"it lists {', '.join(sorted(others))[:80] or 'nothing'}")
    return manifest


def unpack(path: Path, folder: Path) -> Manifest:
    """Unpack the members that the manifest names into `folder`; nothing else is written.

    Raises
    ------
    BackupError
        It is damaged: a member is missing, too many, or not what the manifest says.
    """
    (folder / MAPPINGS).mkdir()
    with opened(path) as (manifest, tar):
        missing = set(manifest.members)
        while (member := tar.next()) is not None:
            if member.name not in missing or not member.isreg():
                raise damaged(path, f"it holds {member.name[:80]!r}, which is not in its list")
            stream = tar.extractfile(member)
            assert stream is not None  # noqa: S101  a regular member has content
            found = _copied(stream, folder / member.name)
            if found != manifest.members[member.name]:
                raise damaged(path, f"{member.name} is not what was written")
            missing.remove(member.name)
    if missing:
        raise damaged(path, f"{', '.join(sorted(missing))} is missing")
    return manifest


def _copied(stream: IO[bytes], target: Path) -> Member:
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as out:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return Member(size, digest.hexdigest())


def damaged(path: Path, why: str) -> BackupError:
    """Say that the backup at `path` cannot be trusted."""
    return BackupError(
        f"{path} is no backup of Sightline or is damaged: {why}. Nothing was changed; use "
        "another copy."
    )

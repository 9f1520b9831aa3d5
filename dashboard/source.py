# SPDX-License-Identifier: AGPL-3.0-or-later
"""The source of what is running, as the licence asks: one archive, from this server itself."""

import io
import tarfile
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from sightline import catalog

PACKAGES = ("sightline", "streams", "mining", "dashboard")
BESIDE = (
    "LICENSE",
    "NOTICE",
    "README.md",
    "pyproject.toml",
    "requirements-dev.lock",
    "Makefile",
)
PATH = "/source.tar.gz"


def version() -> str:
    """Return the version of Sightline that is installed."""
    try:
        return distribution("sightline").version
    except PackageNotFoundError:
        return "from a checkout"


def files() -> Iterator[tuple[str, Path]]:
    """Yield the name in the archive and the path of every source file."""
    for package in PACKAGES:
        spec = find_spec(package)
        for folder in spec.submodule_search_locations or () if spec else ():
            yield from _below(Path(folder), package)
    root = Path(str(catalog.folder("queries"))).parent
    if root.parent.name != "sightline":
        yield from _below(root, "sql")
    here = Path(__file__).parents[1]
    yield from ((name, here / name) for name in BESIDE if (here / name).is_file())


def archive() -> bytes:
    """Return every source file as ``tar.gz``."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, path in files():
            tar.add(path, arcname=f"sightline-source/{name}", recursive=False)
    return packed.getvalue()


def answer(_request: Request) -> Response:
    """Serve `archive`; Starlette runs it in a thread."""
    return Response(
        archive(),
        media_type="application/gzip",
        headers={"Content-Disposition": 'attachment; filename="sightline-source.tar.gz"'},
    )


def _below(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield f"{name}/{path.relative_to(folder).as_posix()}", path

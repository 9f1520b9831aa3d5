# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the engine says when something goes wrong, as one of our errors."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from clickhouse_connect.driver.exceptions import ClickHouseError

from sightline.errors import StoreError

_NOISE = re.compile(
    r"Code: \d+\. |DB::Exception: |\(version [^)]*\)|^Unable to open the chdb engine at [^:]*: "
    r"|Failed to create connection: |Error initializing EmbeddedServer: "
)
_FULL = re.compile(r"No space left|File too large|NOT_ENOUGH_SPACE|Disk quota|errno: (27|28)\b")
_DENIED = re.compile(r"Permission denied|Read-only file system|errno: (13|30)\b")
_LONGEST = 400


@contextmanager
def translated(what: str) -> Iterator[None]:
    """Turn an error of the engine into a `StoreError` that begins with `what`."""
    try:
        yield
    except (ClickHouseError, pa.ArrowException, OSError) as error:
        raise StoreError(f"{what}: {said(str(error))}") from error


def said(text: str) -> str:
    """Return the engine's `text` as one line that says what to do when we know it.

    >>> said("Code: 60. DB::Exception: Unknown table t. (UNKNOWN_TABLE) (version 1)")
    'Unknown table t. (UNKNOWN_TABLE)'
    """
    line = " ".join(_NOISE.sub("", text.partition(", Stack trace")[0]).split())
    if _FULL.search(line):
        return f"the disk is full. Free some space and run it again ({line[:_LONGEST]})"
    if _DENIED.search(line):
        return f"no permission to write. Set SIGHTLINE_HOME to your folder ({line[:_LONGEST]})"
    return line[:_LONGEST]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which partition of the log an event belongs to: that of its item.

So the whole state of a position lives in one partition.
"""

import zlib

SEPARATOR = "\x1f"


def partition_of(
    tenant: str, item: str, partitionkey: str, main_object: str, partitions: int
) -> int:
    """Return the partition of an event: by item, else by partition key, else by main object.

    Examples
    --------
    >>> partition_of("main", "A100", "key", "", 8) == partition_of("main", "A100", "", "", 8)
    True
    """
    key = item or partitionkey or main_object
    return of_bytes(f"{tenant}{SEPARATOR}{key}".encode(), partitions)


def of_bytes(body: bytes, partitions: int) -> int:
    """Return the partition of something that cannot be read as an event."""
    return zlib.crc32(body) % partitions

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether a file holds an interchange, by how it begins."""

import re

AHEAD = 64
"""Bytes of a file that tell it."""
BEGINS = re.compile(rb"ISA([^0-9A-Za-z])..\1|UNA.{6}\s*UNB|UNB[^0-9A-Za-z]UN", re.DOTALL)
BOM = b"\xef\xbb\xbf"


def is_interchange(start: bytes) -> bool:
    """Tell whether a file that begins with `start` holds an interchange.

    Examples
    --------
    >>> is_interchange(b"UNA:+.? 'UNB+UNOC:3"), is_interchange(b"ISAcode,qty")
    (True, False)
    """
    return bool(BEGINS.match(start.removeprefix(BOM).lstrip()))

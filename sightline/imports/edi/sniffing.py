# SPDX-License-Identifier: AGPL-3.0-or-later
"""How an interchange begins, at the start of a file or anywhere in it."""

import re

AHEAD = 64
"""Bytes of a file that tell it."""
HEADER = re.compile(
    rb"ISA([^0-9A-Za-z])..\1|UNA.{6}\s{0,4}UNB|UNB[^0-9A-Za-z \r\n][A-Z]{4}", re.DOTALL
)
HEADER_BYTES = 16
"""The most that it matches."""
BOM = b"\xef\xbb\xbf"


def is_interchange(start: bytes) -> bool:
    """Tell whether a file that begins with `start` holds an interchange.

    Examples
    --------
    >>> is_interchange(b"UNA:+.? 'UNB+UNOC:3"), is_interchange(b"ISAcode,qty")
    (True, False)
    """
    return bool(HEADER.match(start.removeprefix(BOM).lstrip()))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bytes of a segment become text, or a refusal."""

import codecs
import re

from sightline.imports.edi.refused import Refused

CONTROL = re.compile("[\x00-\x1f\x7f]")


def decoded(text: bytes, encoding: str, *, but: str) -> str:
    """Return `text` as text without control characters, those in `but` aside.

    Raises
    ------
    Refused
        A byte is not in `encoding`, or is a control character.
    """
    try:
        found = text.decode(encoding)
    except UnicodeDecodeError as error:
        byte = text[error.start]
        raise Refused(
            "wrong_charset",
            f"byte 0x{byte:02x} in {text[:20]!r} is not {encoding}; say how the partner writes "
            "in the mapping, such as `encoding: latin-1`",
        ) from error
    for odd in CONTROL.findall(found):
        if odd not in but:
            raise Refused(
                "control_character", f"{found[:20]!r} has the control character {odd!r}"
            )
    return found


def is_encoding(name: str) -> bool:
    """Tell whether Python knows a text encoding called `name`."""
    try:
        return "x".encode(name) == b"x" and bool(codecs.lookup(name))
    except (LookupError, UnicodeError):
        return False

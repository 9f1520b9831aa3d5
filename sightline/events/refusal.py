# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is wrong with an event that is refused."""

import hashlib
from dataclasses import dataclass
from typing import Literal

Kind = Literal["malformed", "quarantine"]
LONGEST_LINE = 1 << 20
KEPT_OF_A_LONG_LINE = 1 << 16
LONGEST_VALUE = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes
    ----------
    code
        One word to count by, such as ``negative``.
    field
        Path of the field, such as ``data.q.qty``; "" for the whole event.
    text
        What is wrong, with the value, and what was expected.
    kind
        ``quarantine`` when the event may become acceptable without being changed.
    """

    code: str
    field: str
    text: str
    kind: Kind = "malformed"


CONFLICT = Fault(
    "conflict",
    "id",
    "an event with this tenant, source and id but other content came first; "
    "expected a new id, or a new event with `corrects`",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that is no acceptable event.

    Attributes
    ----------
    index
        Number of the line among those given, from 0.
    reason
        ``code: explanation``.
    source, id
        As far as they could be read, else "".
    raw
        The line; of a line above 1 MiB the first 64 KiB and a note of its size and hash.
    """

    index: int
    kind: Kind
    reason: str
    field: str
    source: str
    id: str
    raw: bytes


def refuse(index: int, line: bytes, fault: Fault, *, source: str = "", id: str = "") -> Refusal:  # noqa: A002  the envelope's word
    """Return the refusal of `line` because of `fault`."""
    reason = f"{fault.code}: {fault.text}"
    return Refusal(index, fault.kind, reason, fault.field, source, id, kept(line))


def kept(line: bytes) -> bytes:
    """Return what is kept of a refused `line`."""
    if len(line) <= LONGEST_LINE:
        return line
    note = f" … cut: {len(line)} bytes, sha256 {hashlib.sha256(line).hexdigest()}"
    return line[:KEPT_OF_A_LONG_LINE] + note.encode()


def shown(value: object) -> str:
    """Return `value` for a message, cut when it is long.

    Examples
    --------
    >>> shown("-3")
    "'-3'"
    """
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"

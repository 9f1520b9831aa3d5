# SPDX-License-Identifier: AGPL-3.0-or-later
"""What surrounds the documents of an interchange; the same for both standards."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, Protocol

from sightline.imports.edi.segment import Segment

Role = Literal["group", "set", "set_end", "group_end", "end"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who sent an interchange to whom, and when.

    Attributes
    ----------
    sent
        Date and time in the sender's zone, without offset; None where it is no date.
    control, group
        Control numbers of the interchange and of the functional group ("" without one).
    is_test
        The sender marks it as a test.
    marks
        The characters that may stand before decimals.
    """

    standard: Literal["X12", "EDIFACT"]
    sender: str
    receiver: str
    control: str
    sent: datetime | None
    group: str = ""
    is_test: bool = False
    marks: str = "."

    def in_group(self, control: str) -> "Envelope":
        """Return it for the documents of one functional group."""
        return replace(self, group=control)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHeader:
    """How a transaction set or message names itself: 850 or ORDERS, and its control number."""

    kind: str
    control: str


class Syntax(Protocol):
    """How one interchange is written."""

    terminator: bytes
    release: bytes
    roles: dict[str, Role]
    envelope: Envelope
    first: Segment

    def segment(self, text: bytes) -> Segment:
        """Take a segment apart.

        Raises
        ------
        Refused
            It is not in the interchange's character set, or is no segment.
        """
        ...

    def group_control(self, segment: Segment) -> str:
        """Return the control number that opens or closes a functional group."""
        ...

    def set_header(self, segment: Segment) -> SetHeader:
        """Return what the first segment of a set says."""
        ...

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the sender of events is told: how many were kept, and what is wrong with the others."""

from collections.abc import Sequence

from msgspec import Struct

from sightline.events.refusal import Kind, Refusal


class RefusedEvent(Struct, frozen=True):
    """One event that was refused; it waits among the dead letters.

    Attributes
    ----------
    index
        Its place in the request, from 0.
    id
        As far as it could be read, else "".
    field
        Path of the field that is wrong, "" for the whole event.
    reason
        ``code: what is wrong; what was expected``.
    """

    index: int
    id: str
    field: str
    reason: str
    kind: Kind


class Reply(Struct, frozen=True):
    """What became of the events of one request, all of which are in the log.

    Attributes
    ----------
    received, accepted, refused_count
        Events; received = accepted + refused_count.
    refused
        The first of those that were refused.
    """

    received: int
    accepted: int
    refused_count: int
    refused: list[RefusedEvent]

    @property
    def status(self) -> int:
        """Return 400 when events came and none of them was accepted, else 202."""
        return 400 if self.received and not self.accepted else 202


def reply(received: int, refused: Sequence[Refusal], *, reported: int) -> Reply:
    """Return the reply for so many events of which some were `refused`."""
    named = sorted(refused, key=lambda refusal: refusal.index)[:reported]
    return Reply(
        received,
        received - len(refused),
        len(refused),
        [RefusedEvent(r.index, r.id, r.field, r.reason, r.kind) for r in named],
    )

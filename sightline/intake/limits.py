# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much one request, and all requests together, may ask for."""

from dataclasses import dataclass
from typing import Self

from sightline.settings import Settings

MOST_EVENTS = 10_000
REPORTED = 100
BODY_S = 30.0
ANSWER_S = 60.0
AT_ONCE_BYTES = 64 << 20
AGAIN_SOON_S, AGAIN_LATER_S = 1, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the intake takes.

    Attributes
    ----------
    bytes
        Of one body, packed and unpacked.
    events
        Events in one request.
    lag_s
        How far the stream may be behind, seconds.
    reported
        Refused events that an answer names; all are counted.
    body_s, answer_s
        How long a body may take to arrive, and the log to keep it, seconds.
    at_once
        Bytes of all bodies that are being worked on.
    """

    bytes: int
    lag_s: float
    events: int = MOST_EVENTS
    reported: int = REPORTED
    body_s: float = BODY_S
    answer_s: float = ANSWER_S
    at_once: int = AT_ONCE_BYTES

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the limits that `settings` give; all others are fixed."""
        return cls(
            bytes=settings.intake_max_bytes,
            lag_s=settings.intake_max_lag_s,
            at_once=max(AT_ONCE_BYTES, 2 * settings.intake_max_bytes),
        )

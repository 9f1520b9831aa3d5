# SPDX-License-Identifier: AGPL-3.0-or-later
"""One episode of an exception: from the cause that opened it to its end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

State = Literal["open", "resolved"]
SEVERITIES = ("medium", "high", "critical")  # from the mildest
LONGEST = 256  # characters of a name in an event
SOURCE = "sightline://rules"  # CloudEvents source of everything the rules say


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """What the desk knows of one exception.

    Attributes
    ----------
    dedup_key
        The labels of the cause; with the tenant and the rule it is the fingerprint.
    opened, resolved
        Business time, UTC; `resolved` is None while the state is ``open``.
    resolution
        Why it ended: ``ended`` or ``withdrawn``; empty while open.
    money
        What is at stake in `currency`, None when no price is known.
    facts
        JSON values by name; quantities are decimal strings in base units.
    evidence
        Ids of the events or anomalies that show the cause.
    revision
        1 for the opening, one more for every change.
    """

    exception_id: str
    tenant: str
    dedup_key: str
    kind: str
    rule: str
    rule_version: str
    severity: str
    item: str
    loc: str
    object: str = ""
    opened: datetime
    state: State = "open"
    resolved: datetime | None = None
    resolution: str = ""
    money: Decimal | None = None
    currency: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    revision: int = 0


def dedup_key(labels: Mapping[str, str]) -> str:
    """Return `labels` as one text that is the same for the same labels, a hash when long.

    >>> dedup_key({"loc": "DC1", "item": "A100"})
    '{"item":"A100","loc":"DC1"}'
    """
    text = json.dumps(labels, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return text if len(text) <= LONGEST else f"sha256:{sha256(text.encode()).hexdigest()}"

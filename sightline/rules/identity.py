# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is who: the id of an exception follows from its cause, so a replay finds it again."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid5

from sightline.desk import dedup_key
from sightline.desk.episode import LONGEST

NAMESPACE = UUID("6f7d1a52-8a3c-5a0e-9d0b-3f0f3a1c7e52")


def exception_id(rule: str, tenant: str, item: str, loc: str, opened: datetime) -> str:
    """Return the id of what `rule` opened for `item` at `loc` at the time `opened`."""
    moment = opened.astimezone(UTC).isoformat(timespec="milliseconds")
    return str(uuid5(NAMESPACE, dedup_key(_labels(rule, tenant, item, loc, moment))))


def cause_key(item: str, loc: str) -> str:
    """Return the dedup key of a cause at one item and location."""
    return dedup_key({"item": item, "loc": loc})


def object_of(item: str) -> str:
    """Return what an exception about `item` is about, as type/id; empty when too long."""
    named = f"item/{item}"
    return named if len(named) <= LONGEST else ""


def exact(number: Decimal | float | None) -> str | None:
    """Return a quantity as plain text with at most four decimals, None stays None.

    >>> exact(Decimal("12.5000")), exact(100.0), exact(None)
    ('12.5', '100', None)
    """
    if number is None:
        return None
    rounded = round(Decimal(str(number)), 4) + 0
    text = format(rounded, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _labels(rule: str, tenant: str, item: str, loc: str, moment: str) -> dict[str, str]:
    return {"rule": rule, "tenant": tenant, "item": item, "loc": loc, "opened": moment}

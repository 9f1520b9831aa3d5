# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox: messages that wait for a receiver, kept until it has them or never will."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert

from sightline.desk.steps import Step, as_line
from sightline.desk.tables import deliveries


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one webhook.

    Attributes
    ----------
    message_id
        Sent as ``webhook-id``; the same for every attempt, so that receivers can dedupe.
    payload
        The CloudEvent that the message tells about, one line of JSON.
    attempts
        Tries so far, the current one included.
    """

    delivery_id: int
    webhook: str
    message_id: str
    exception_id: str
    payload: str
    state: str
    attempts: int
    next_attempt: datetime
    last_error: str


def enqueue(
    connection: Connection, found: Iterable[Step], webhooks: Iterable[str], *, now: datetime
) -> None:
    """Address each step to each of `webhooks`; one that is addressed already stays as it is."""
    rows = [_row(step, name, now) for step in found for name in webhooks]
    if rows:
        connection.execute(insert(deliveries).on_conflict_do_nothing(), rows)


def due(
    connection: Connection, webhooks: Iterable[str], *, now: datetime, limit: int
) -> list[Delivery]:
    """Return pending deliveries to `webhooks` whose time has come, longest waiting first."""
    wanted = (
        select(deliveries)
        .where(
            deliveries.c.state == "pending",
            deliveries.c.next_attempt <= now,
            deliveries.c.webhook.in_(list(webhooks)),
        )
        .order_by(deliveries.c.next_attempt, deliveries.c.delivery_id)
        .limit(limit)
    )
    return [_delivery(row) for row in connection.execute(wanted).mappings()]


def claim(connection: Connection, delivery: Delivery, *, until: datetime) -> bool:
    """Take `delivery` for one attempt; False when another thread or process has it.

    Should we die before the outcome is written, it comes up again at `until`.
    """
    taken = connection.execute(
        update(deliveries)
        .where(
            deliveries.c.delivery_id == delivery.delivery_id,
            deliveries.c.state == "pending",
            deliveries.c.attempts == delivery.attempts,
        )
        .values(attempts=delivery.attempts + 1, next_attempt=until)
    )
    return taken.rowcount == 1


def settle(connection: Connection, delivery_id: int, **outcome: Any) -> None:
    """Write the outcome of an attempt: the columns `outcome` of one delivery."""
    connection.execute(
        update(deliveries).where(deliveries.c.delivery_id == delivery_id).values(**outcome)
    )


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of deliveries by state."""
    rows = connection.execute(
        select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    )
    return {state: number for state, number in rows}  # noqa: C416  a row is not a pair to mypy


def everything(connection: Connection) -> list[Delivery]:
    """Return all deliveries, oldest first."""
    rows = connection.execute(select(deliveries).order_by(deliveries.c.delivery_id))
    return [_delivery(row) for row in rows.mappings()]


def _row(step: Step, webhook: str, now: datetime) -> dict[str, Any]:
    return {
        "webhook": webhook,
        "message_id": f"msg_{step.event_id.replace('/', '_')}",
        "exception_id": step.episode.exception_id,
        "payload": as_line(step.event(recorded=now)),
        "state": "pending",
        "attempts": 0,
        "next_attempt": now,
        "last_error": "",
    }


def _delivery(row: Any) -> Delivery:
    return Delivery(**{name: row[name] for name in Delivery.__slots__})

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What really happened to each thing, as activities in order: the truth about variants."""

from collections.abc import Callable, Iterator

from sightline.sim.office.episode import Episode
from sightline.sim.office.request import Step, Trail
from sightline.sim.procure.order import PurchaseLine
from sightline.sim.procure.recommendation import Recommendation
from sightline.sim.procure.transfer import Transfer

Steps = list[str]
Moments = list[tuple[int, str]]


def of_request(trail: Trail) -> Steps:
    """Return the way of a request for approval, as its events tell it."""
    return ["requested", *(each for step in trail.steps for each in _of_step(step))]


def _of_step(step: Step) -> Iterator[str]:
    """Yield what happened in a step; a stay that `assigned` follows was sent back."""
    for number, stay in enumerate(step.stays):
        yield stay.turn
        following = step.stays[number + 1].turn if number + 1 < len(step.stays) else ""
        if following in ("delegated", "escalated") or not stay.until:
            continue
        yield "opened"
        if following == "assigned" or _is_being_reworked(step):
            yield "returned"
        elif step.decided:
            yield step.outcome


def _is_being_reworked(step: Step) -> bool:
    """Tell whether the last stay ended in rework that is not done yet."""
    again = sum(stay.turn == "assigned" for stay in step.stays) - 1
    return not step.decided and step.returns > again


def of_purchase(line: PurchaseLine) -> Steps:
    """Return the way of a purchase order line."""
    moments: Moments = [(line.created_at, "created")]
    if line.approval and (answered := line.released_at or line.refused_at):
        moments.append((answered, "approval"))
    if line.released_at:
        moments.append((line.released_at, "released"))
    if line.refused_at:
        moments.append((line.refused_at, "cancelled"))
    moments += [(each.at, "acknowledged") for each in line.replies]
    moments += [
        (each.at, "closed" if each.closes else "changed")
        for each in line.statements
        if each.version > 1
    ]
    moments += [(each.at, "asn") for each in line.advices]
    moments += [(each.at, "received") for each in line.receipts]
    return _in_order(moments)


def of_transfer(transfer: Transfer) -> Steps:
    """Return the way of a transfer line."""
    moments: Moments = [
        (wish.at, "requested" if wish.units else "cancelled") for wish in transfer.wishes
    ]
    if transfer.approval and transfer.ready_at:
        moments.append((transfer.ready_at, "approved"))
    if transfer.shipped_at:
        moments.append((transfer.shipped_at, "shipped"))
    if transfer.received_at:
        moments.append((transfer.received_at, "received"))
    return _in_order(moments)


def of_recommendation(rec: Recommendation) -> Steps:
    """Return the way of a recommendation."""
    return ["made", *([rec.outcome] if rec.outcome else [])]


def of_episode(episode: Episode) -> Steps:
    """Return the way of an exception."""
    return [name for _, name in episode.steps]


def _in_order(moments: Moments) -> Steps:
    return [name for _, name in sorted(moments, key=lambda moment: moment[0])]


OF: dict[type, tuple[str, Callable[..., Steps]]] = {
    Trail: ("approval_request", of_request),
    PurchaseLine: ("po_line", of_purchase),
    Transfer: ("transfer_line", of_transfer),
    Recommendation: ("recommendation", of_recommendation),
    Episode: ("exception", of_episode),
}
"""Type of what ended -> its process and how its activities are told."""

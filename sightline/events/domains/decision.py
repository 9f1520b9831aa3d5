# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is recommended, approved and decided."""

from datetime import date
from typing import Annotated, Any, Literal

from msgspec import field

from sightline.events.blocks import (
    Code,
    Data,
    Moment,
    Money,
    Name,
    Number,
    Quantity,
    Share,
    Text,
    means,
)
from sightline.events.event_type import event


class Plan(Data, kw_only=True):
    """A quantity, a day and a source, as recommended or as decided."""

    rec_id: Annotated[Name, means("id of the recommendation")]
    day: Annotated[date | None, means("day it is for")] = field(default=None, name="date")
    item: Annotated[Text, means("item id")] = None
    loc: Annotated[Text, means("location id")] = None
    q: Annotated[Quantity | None, means("quantity", unit="uom of the block")] = None
    source: Annotated[Text, means("supplier or location it comes from")] = None


@event(
    27,
    "decision.recommended",
    objects="recommendation",
    maps_from="planner, planning service",
    zero_allowed=True,
)
class Recommended(Plan, kw_only=True):
    """Somebody or something recommends a decision."""

    mode: Annotated[
        Literal["po", "transfer", "alloc", "forecast", "param"], means("kind of decision")
    ] = field(name="kind")
    confidence: Annotated[Share | None, means("how sure, 0 to 1")] = None
    model_ver: Annotated[Text, means("version of the model")] = None
    money: Annotated[Money | None, means("money at stake")] = field(
        default=None, name="exposure"
    )
    rationale: Annotated[list[Any] | None, means("reasons, strongest first")] = None
    rule_ver: Annotated[Text, means("version of the rule")] = None
    tier: Annotated[int | str | None, means("how much autonomy it has")] = None


@event(
    28,
    "approval.requested",
    objects="approval po transfer recommendation",
    maps_from="ERP workflow, Odoo to approve",
)
class ApprovalRequested(Data, kw_only=True):
    """Somebody asks for approval."""

    request_id: Annotated[Name, means("id of the request")]
    amount: Annotated[Number | None, means("amount to approve, decimal string")] = None
    approver_role: Annotated[Text, means("role that has to approve")] = None
    currency: Annotated[Code | None, means("ISO 4217 code of the amount")] = None
    path: Annotated[list[str] | str | None, means("roles that will be asked, in order")] = None
    po: Annotated[Text, means("purchase order to approve")] = None
    rec_id: Annotated[Text, means("recommendation to approve")] = None
    requester: Annotated[Text, means("who asks, by pseudonym")] = None
    sla_due: Annotated[Moment | None, means("answer is due")] = None
    step: Annotated[int | str | None, means("step of the path")] = None
    transfer: Annotated[Text, means("transfer to approve")] = None


@event(
    29,
    "approval.step_changed",
    objects="approval",
    maps_from="Workflow Action",
)
class ApprovalStepChanged(Data, kw_only=True):
    """A request for approval moves on."""

    mode: Annotated[
        Literal["assigned", "opened", "escalated", "delegated", "returned"],
        means("what happened"),
    ] = field(name="action")
    request_id: Annotated[Name, means("id of the request")]
    approver_role: Annotated[Text, means("role that has to approve now")] = None
    step: Annotated[int | str | None, means("step of the path")] = None


@event(
    30,
    "approval.decided",
    objects="approval",
    maps_from="ERP workflow",
)
class ApprovalDecided(Data, kw_only=True):
    """A request for approval is approved or rejected."""

    mode: Annotated[Literal["approved", "rejected"], means("the answer")] = field(
        name="outcome"
    )
    request_id: Annotated[Name, means("id of the request")]
    comment_ref: Annotated[Text, means("where the comment is kept")] = None
    final: Annotated[bool | None, means("no step follows")] = None
    step: Annotated[int | str | None, means("step of the path")] = None


@event(
    31,
    "decision.resolved",
    objects="recommendation",
    maps_from="planner's action",
    zero_allowed=True,
)
class Resolved(Plan, kw_only=True):
    """A recommendation is accepted, modified, rejected or runs out."""

    mode: Annotated[
        Literal["accepted", "modified", "rejected", "expired", "auto"],
        means("what became of it"),
    ] = field(name="outcome")
    executed_doc: Annotated[Any, means("document that carries it out")] = None

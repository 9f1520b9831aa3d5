# SPDX-License-Identifier: AGPL-3.0-or-later
"""How the systems around the business are doing."""

from typing import Annotated, Any, Literal

from msgspec import field

from sightline.events.blocks import Count, Data, Moment, Name, Text, means
from sightline.events.event_type import event


@event(
    35,
    "integration.call",
    objects="service",
    maps_from="API gateway, X12 997/824/CONTRL",
)
class Call(Data, kw_only=True):
    """One system calls another."""

    service: Annotated[Name, means("service called")]
    attempt: Annotated[Count | None, means("first, second, … attempt")] = None
    final: Annotated[bool | None, means("no further attempt follows")] = None
    http: Annotated[int | None, means("HTTP status")] = None
    latency_ms: Annotated[float | None, means("time to the answer", unit="ms")] = None
    status: Annotated[str | int | None, means("how it ended")] = None
    op: Annotated[Text, means("operation called")] = None
    op_id: Annotated[Text, means("id shared by all attempts")] = None
    release: Annotated[Text, means("version of the service")] = field(
        default=None, name="version"
    )


@event(
    36,
    "integration.feed_status",
    objects="feed",
    effect="none (marks what is stale)",
    maps_from="middleware",
)
class FeedStatus(Data, kw_only=True):
    """A feed says how far it has come."""

    feed: Annotated[Name, means("feed id; usually the source of its events")]
    mode: Annotated[Literal["ok", "delayed", "down", "recovered"], means("its state")] = field(
        name="state"
    )
    backlog: Annotated[Count | None, means("messages waiting")] = None
    lag_s: Annotated[float | None, means("how far behind", unit="s")] = None
    watermark: Annotated[Moment | None, means("everything before has been sent")] = None


@event(
    37,
    "workflow.wave",
    objects="wave order_line",
    maps_from="WMS, X12 940/945",
)
class Wave(Data, kw_only=True):
    """A picking wave moves on."""

    mode: Annotated[
        Literal["released", "paused", "resumed", "completed", "cancelled"],
        means("what happened"),
    ] = field(name="action")
    wave: Annotated[Name, means("wave id")]
    dataref: Annotated[Text, means("where the lines are kept, when there are many")] = None
    lines: Annotated[list[str] | None, means("order lines in the wave")] = None
    loc: Annotated[Text, means("location id")] = None


@event(
    38,
    "model.event",
    objects="model",
    maps_from="River, model operations",
)
class ModelEvent(Data, kw_only=True):
    """A model is deployed, learns, drifts or falls back."""

    mode: Annotated[
        Literal["deployed", "retrained", "drift", "degraded", "fallback_on", "fallback_off"],
        means("what happened"),
    ] = field(name="action")
    model: Annotated[Name, means("model id")]
    metric: Annotated[Text, means("what was measured")] = None
    release: Annotated[str | int | None, means("version of the model")] = field(
        default=None, name="version"
    )
    value: Annotated[float | None, means("value of the metric")] = None


@event(
    41,
    "constraint.snapshot",
    objects="loc customer supplier po",
    effect="none (limits for risk and attribution)",
    maps_from="WMS, finance, TMS",
)
class ConstraintSnapshot(Data, kw_only=True):
    """A limit that holds now, and how much of it is used."""

    mode: Annotated[
        Literal[
            "warehouse_capacity",
            "receiving_capacity",
            "budget",
            "credit_hold",
            "invoice_block",
            "transport",
        ],
        means("what limits"),
    ] = field(name="kind")
    customer: Annotated[Text, means("customer id")] = None
    limit: Annotated[float | str | None, means("the limit")] = None
    loc: Annotated[Text, means("location id")] = None
    po: Annotated[Text, means("purchase order")] = None
    scope: Annotated[Any, means("what it holds for")] = None
    supplier: Annotated[Text, means("supplier id")] = None
    until: Annotated[Text, means("day or moment it ends")] = None
    used: Annotated[float | str | None, means("how much is used")] = None

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The services that the company's systems call, and the feeds that it reads."""

from dataclasses import dataclass

from sightline.sim.cast.cast import Cast


@dataclass(frozen=True, slots=True)
class Service:
    """Something that is called.

    Attributes
    ----------
    latency_ms, spread
        Median, and spread of the logarithm.
    failing
        Share of attempts that fail on a usual day.
    """

    name: str
    version: str
    operations: tuple[str, ...]
    latency_ms: float
    spread: float
    failing: float


SERVICES = (
    Service("order-api", "2.4", ("create_order", "change_order"), 120, 0.5, 0.008),
    Service("edi-translator", "7.1", ("inbound_850", "outbound_855"), 450, 0.6, 0.015),
    Service("supplier-api", "1.9", ("send_order", "fetch_asn"), 380, 0.7, 0.025),
    Service("wms-gateway", "3.0", ("release_wave", "confirm_shipment"), 90, 0.5, 0.006),
    Service("carrier-api", "5.2", ("book_shipment", "fetch_milestone"), 520, 0.8, 0.03),
    Service("planning-api", "1.3", ("score_items",), 900, 0.6, 0.01),
)
TIMEOUT_MS = 30_000


@dataclass(frozen=True, slots=True)
class Feed:
    """A source of events: how far it lags on a usual day, and its messages an hour."""

    source: str
    lag_s: float
    per_hour: int


def feeds(cast: Cast) -> tuple[Feed, ...]:
    """Return the feeds of a world; what they bring grows with its items."""
    size = len(cast.items)
    warehouses = (Feed(place.source, 20.0, size // 4) for place in cast.places)
    return (
        Feed("erp://sim", 30.0, size // 5),
        *warehouses,
        Feed("edi://gateway", 60.0, size // 5),
        Feed("web://shop", 5.0, size // 10),
        Feed("pos://retail", 45.0, size // 5),
        Feed("tms://road", 120.0, size // 50),
        Feed("workflow://approvals", 10.0, size // 100),
        Feed("planning://engine", 60.0, size // 10),
        Feed("workbench://exceptions", 5.0, size // 200),
        Feed("crm://desk", 15.0, size // 50),
        Feed("mdm://hub", 90.0, size // 200),
    )

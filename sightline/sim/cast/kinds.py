# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is known of each item, place, customer, supplier and person.

An index is a place in the cast's tuples and in its arrays; codes are what events carry. Money
is in cents, quantities in pieces.
"""

from dataclasses import dataclass
from typing import Literal

DemandClass = Literal["smooth", "lumpy", "intermittent", "seasonal", "promo"]
PlaceKind = Literal["large", "regional", "cross_dock"]
Channel = Literal["edi", "retail", "web"]
Role = Literal["planner", "buyer_lead", "finance", "cfo", "exception_agent", "counter"]

CHANNELS: tuple[Channel, ...] = ("edi", "retail", "web")
REGIONS = ("R1", "R2", "R3", "R4", "R5", "R6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An article; `pack` pieces make a case, orders to the supplier are whole cases."""

    index: int
    code: str
    name: str
    family: str
    category: str
    abc: Literal["A", "B", "C"]
    demand: DemandClass
    supplier: int
    pack: int
    cost: int
    price: int
    moq: int
    weight_g: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A distribution centre.

    Attributes
    ----------
    regions
        Indices of the regions that it serves; the first is the one it lies in.
    pick_lines
        Order lines that it can pick in an hour.
    receive_lines
        Lines that its dock can take in on a day.
    """

    index: int
    code: str
    name: str
    kind: PlaceKind
    regions: tuple[int, ...]
    zone: str
    country: str
    calendar: str
    pick_lines: int
    receive_lines: int
    source: str  # its warehouse system, such as wms://DC1


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer of one channel and region; `contract` is a code or ""."""

    index: int
    code: str
    name: str
    region: int
    channel: Channel
    segment: str
    tier: Literal[1, 2, 3]
    contract: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """What a customer was promised: a monthly fill target, perhaps same-day service."""

    code: str
    customer: int
    fill_target: float
    is_same_day: bool
    penalty: int  # cents per month missed


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A vendor; lead time runs from released order to the dock.

    Attributes
    ----------
    lead_days, lead_cv, lead_shape
        Mean, coefficient of variation and family of the lead time.
    transit_days
        The part of it between dispatch and dock.
    ack_hours, ack_silent, ack_change
        Median hours to acknowledge; chance that it never does; chance that it changes
        quantity or date.
    asn_missing, partial
        Chance that it sends no advice; that it delivers in parts.
    reject
        Share of a delivery that inspection refuses, mean.
    """

    index: int
    code: str
    name: str
    country: str
    lead_days: float
    lead_cv: float
    lead_shape: Literal["gamma", "lognormal"]
    transit_days: float
    ack_hours: float
    ack_silent: float
    ack_change: float
    asn_missing: float
    partial: float
    reject: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who decides; pseudonymous.

    Attributes
    ----------
    regions
        Indices of the regions that he or she looks after; all of them for finance and CFO.
    delegate
        Id of who stands in, "" for nobody.
    per_hour
        Requests or recommendations dealt with in an hour of work.
    overrides, qty_bias
        Planners: log odds added to overriding; mean log of final / recommended when changed.
    """

    id: str
    role: Role
    regions: tuple[int, ...]
    delegate: str
    per_hour: float
    overrides: float
    qty_bias: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A way for transfers between two places."""

    from_place: int
    to_place: int
    days: float
    cost: int  # cents per piece
    carrier: str

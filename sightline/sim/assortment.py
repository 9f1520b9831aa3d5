# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who and what the demo consists of: a distributor of workshop and hygiene supplies."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Supplier:
    """A vendor; `lead_days` runs from the released order to the goods at the dock."""

    code: str
    lead_days: int


@dataclass(frozen=True, slots=True)
class Item:
    """An article; money in cents, `daily` in units a day at the largest location."""

    code: str
    name: str
    supplier: Supplier
    cost: int
    price: int
    pack: int
    daily: int


@dataclass(frozen=True, slots=True)
class Location:
    """A warehouse; `share` scales demand, `buyer` and `manager` handle its purchases."""

    code: str
    region: str
    share: float
    buyer: str
    manager: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of one channel; tier 1 is served first."""

    code: str
    segment: str
    channel: str
    tier: int


NORDCHEM = Supplier("NORDCHEM", 4)
ATLAS = Supplier("ATLAS-TOOLS", 6)
FIBRA = Supplier("FIBRA", 3)
LUMEN = Supplier("LUMEN", 5)

ITEMS = (
    Item("GLOVE-NIT-M", "Nitrile gloves M, box of 100", FIBRA, 410, 690, 10, 60),
    Item("GLOVE-NIT-L", "Nitrile gloves L, box of 100", FIBRA, 410, 690, 10, 48),
    Item("MASK-FFP2", "FFP2 mask, box of 20", FIBRA, 520, 950, 12, 36),
    Item("WIPE-ROLL", "Cleaning wipes, roll of 500", FIBRA, 780, 1290, 6, 30),
    Item("SOAP-5L", "Hand soap, 5 l canister", NORDCHEM, 640, 1150, 4, 24),
    Item("DEGREASER-10L", "Degreaser, 10 l canister", NORDCHEM, 2150, 3490, 2, 10),
    Item("DISINF-1L", "Surface disinfectant, 1 l", NORDCHEM, 330, 620, 12, 54),
    Item("BLADE-125", "Cutting disc 125 mm", ATLAS, 95, 210, 50, 120),
    Item("DRILL-SET-19", "Drill bit set, 19 pieces", ATLAS, 1840, 3290, 5, 12),
    Item("TORQUE-KEY", "Torque wrench 20-200 Nm", ATLAS, 5900, 9900, 1, 4),
    Item("LED-TUBE-15", "LED tube 1500 mm", LUMEN, 720, 1350, 10, 32),
    Item("BATTERY-AA-40", "AA batteries, box of 40", LUMEN, 890, 1590, 12, 28),
)

LOCATIONS = (
    Location("HAM", "NORTH", 1.0, "j.petersen", "k.lorenz"),
    Location("LYO", "SOUTH", 0.6, "c.moreau", "a.girard"),
    Location("POZ", "EAST", 0.4, "m.zielinska", "p.nowak"),
)

CUSTOMERS = (
    Customer("ELBWERFT", "industry", "edi", 1),
    Customer("KLINIKUM-MITTE", "health", "edi", 1),
    Customer("RHONE-MECANIQUE", "industry", "edi", 2),
    Customer("AUTOHAUS-BREMER", "workshop", "sales", 2),
    Customer("GASTRO-SUED", "hospitality", "sales", 3),
    Customer("ZAKLADY-WARTA", "industry", "edi", 2),
    Customer("PFLEGE-PLUS", "health", "web", 2),
    Customer("ATELIER-DUBOIS", "workshop", "web", 3),
    Customer("HOTEL-STARY-BROWAR", "hospitality", "web", 3),
    Customer("STADTWERKE-NORD", "public", "sales", 1),
)

FINANCE = "o.brandt"  # one person signs every larger order: the slow step that mining finds
FINANCE_FROM = 250_000  # cents

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Suppliers: lead times, acknowledgements, advices, partial and refused deliveries."""

from typing import Literal

from sightline.sim.cast.families import FAMILIES
from sightline.sim.cast.kinds import Supplier
from sightline.sim.engine.draws import Dice, Draws

FAR_SHARE = 0.1
NEAR = ("DE", "FR", "IT", "PL", "CZ", "NL", "ES", "SE")
FAR = ("TR", "MA", "IN", "CN")
LEAD_DAYS = {"near": (3.0, 9.0), "far": (11.0, 18.0)}
TRANSIT_SHARE = {"near": (0.25, 0.45), "far": (0.5, 0.65)}
STEMS = (
    "Alber", "Boren", "Corvin", "Dalmar", "Estrel", "Fjordan", "Galven", "Helmar", "Istral",
    "Jorvik", "Kestrel", "Lumar", "Morvan", "Nordal", "Orlan", "Pelvin", "Querin", "Rostal",
    "Selvan", "Tormar", "Ulven", "Vestan", "Wolmar", "Yorvan", "Zelmar",
)  # fmt: skip
TRADES = {
    "safety": "Protection", "hygiene": "Hygiene", "workshop": "Tools",
    "electrical": "Electric", "maintenance": "Parts",
}  # fmt: skip
SUFFIXES = ("", " & Sons", " Group", " Trading")


def build(draws: Draws, count: int) -> tuple[Supplier, ...]:
    """Return `count` suppliers; each in turn makes the next family."""
    return tuple(_supplier(draws, index) for index in range(count))


def name_of(index: int) -> str:
    """Return the name of a supplier.

    >>> name_of(0), name_of(25)
    ('Alber Protection', 'Alber Protection & Sons')
    """
    series, maker = divmod(index, len(FAMILIES))
    trade = TRADES[FAMILIES[maker].category]
    return f"{STEMS[maker]} {trade}{SUFFIXES[series % len(SUFFIXES)]}"


def _supplier(draws: Draws, index: int) -> Supplier:
    code = f"SUP-{index + 1:02d}"
    dice = draws.dice("supplier", code)
    reach = "far" if dice.chance(FAR_SHARE) else "near"
    country = dice.choice(FAR if reach == "far" else NEAR)
    lead = round(dice.uniform(*LEAD_DAYS[reach]), 1)
    return Supplier(
        index=index,
        code=code,
        name=name_of(index),
        country=country,
        lead_days=lead,
        lead_cv=round(dice.uniform(0.12, 0.35), 2),
        lead_shape=_shape(dice),
        transit_days=round(max(1.0, lead * dice.uniform(*TRANSIT_SHARE[reach])), 1),
        ack_hours=round(dice.uniform(2, 20), 1),
        ack_silent=round(dice.uniform(0.0, 0.08), 3),
        ack_change=round(dice.uniform(0.02, 0.15), 3),
        asn_missing=round(dice.uniform(0.0, 0.12), 3),
        partial=round(dice.uniform(0.02, 0.12), 3),
        reject=round(dice.uniform(0.0, 0.02), 4),
    )


def _shape(dice: Dice) -> Literal["gamma", "lognormal"]:
    return "gamma" if dice.chance(0.5) else "lognormal"

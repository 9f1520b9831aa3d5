# SPDX-License-Identifier: AGPL-3.0-or-later
"""Customers and their contracts: every region has customers of every channel.

Customers take turns over the regions, so a larger world only adds some; within region and
channel they buy by Zipf's law.
"""

from collections import Counter
from dataclasses import replace

from sightline.sim.cast.kinds import REGIONS, Channel, Contract, Customer
from sightline.sim.engine.draws import Draws

CHANNEL_TURNS: tuple[Channel, ...] = (
    "edi", "retail", "web", "edi", "web", "retail", "web", "edi", "retail", "web",
)  # fmt: skip
ZIPF = 0.8
TIER_1, TIER_2 = 0.15, 0.5  # position among the customers of a region and channel
SEGMENTS: dict[Channel, tuple[str, ...]] = {
    "edi": ("industry", "health", "public", "utilities"),
    "retail": ("hardware", "wholesale", "hospitality"),
    "web": ("craft", "office", "care"),
}
NOUNS = {
    "industry": "Works", "health": "Clinics", "public": "Council", "utilities": "Grid",
    "hardware": "Hardware", "wholesale": "Trade", "hospitality": "Hotels",
    "craft": "Workshop", "office": "Studio", "care": "Care",
}  # fmt: skip
TOWNS = (
    ("Birkenau", "Falkental", "Lindhof", "Marbruck", "Ostwald", "Steinfurt"),
    ("Valbrune", "Clairmont", "Montrel", "Sauvigny", "Belroche", "Vernac"),
    ("Altarriba", "Montoral", "Riofrio", "Valdeluz", "Campoval", "Penalba"),
    ("Valmar", "Serrado", "Ribalta", "Montalvo", "Arcozelo", "Pedral"),
    ("Girava", "Luknava", "Ezerija", "Birzava", "Nerava", "Saltupis"),
    ("Kuuskoski", "Harjala", "Lehtimaa", "Salmela", "Vuorela", "Rantasuo"),
)
CONTRACT_CHANNELS = ("edi", "retail")
FILL_TARGETS = (0.95, 0.96, 0.97, 0.98)
PENALTIES = (50_000, 100_000, 250_000, 500_000)  # cents a month


def build(
    draws: Draws, count: int, contracts: int
) -> tuple[tuple[Customer, ...], tuple[Contract, ...]]:
    """Return `count` customers, and the contracts of the largest."""
    slots = [_slot(index) for index in range(count)]
    sizes = Counter(slots)
    seen: Counter[tuple[int, Channel]] = Counter()
    plain = []
    for index, slot in enumerate(slots):
        plain.append(_customer(draws, index, slot, seen[slot], sizes[slot]))
        seen[slot] += 1
    agreed = tuple(
        _contract(draws, number, customer)
        for number, customer in enumerate(_largest(plain, contracts))
    )
    code_of = {each.customer: each.code for each in agreed}
    return tuple(_agreed(each, code_of.get(each.index, "")) for each in plain), agreed


def _slot(index: int) -> tuple[int, Channel]:
    turn, region = divmod(index, len(REGIONS))
    return region, CHANNEL_TURNS[turn % len(CHANNEL_TURNS)]


def _customer(
    draws: Draws, index: int, slot: tuple[int, Channel], nth: int, of: int
) -> Customer:
    region, channel = slot
    code = f"C{index + 1:04d}"
    segment = draws.dice("customer segment", code).choice(SEGMENTS[channel])
    town = draws.dice("customer town", code).choice(TOWNS[region])
    position = (nth + 0.5) / of
    return Customer(
        index=index,
        code=code,
        name=f"{town} {NOUNS[segment]} {index + 1}",
        region=region,
        channel=channel,
        segment=segment,
        tier=1 if position < TIER_1 else 2 if position < TIER_2 else 3,
        contract="",
        weight=(nth + 1) ** -ZIPF / sum((rank + 1) ** -ZIPF for rank in range(of)),
    )


def _largest(customers: list[Customer], count: int) -> list[Customer]:
    """Return the first of each region and channel, then the second ones; EDI before retail."""
    able = [each for each in customers if each.channel in CONTRACT_CHANNELS]
    turns: Counter[tuple[int, Channel]] = Counter()
    ranked = []
    for each in able:
        slot = each.region, each.channel
        ranked.append((turns[slot], CONTRACT_CHANNELS.index(each.channel), each.region, each))
        turns[slot] += 1
    return [each for *_, each in sorted(ranked, key=lambda row: row[:3])[:count]]


def _contract(draws: Draws, number: int, customer: Customer) -> Contract:
    code = f"K-{customer.code}"
    dice = draws.dice("contract", code)
    return Contract(
        code=code,
        customer=customer.index,
        fill_target=dice.choice(FILL_TARGETS),
        is_same_day=number % 2 == 0,
        penalty=dice.choice(PENALTIES),
    )


def _agreed(customer: Customer, contract: str) -> Customer:
    return replace(customer, contract=contract, tier=1) if contract else customer

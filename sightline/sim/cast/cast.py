# SPDX-License-Identifier: AGPL-3.0-or-later
"""Everybody and everything of one world, as records and as arrays by index."""

from dataclasses import dataclass, field

import numpy as np

from sightline.sim.cast import customers, items, lanes, people, places, suppliers
from sightline.sim.cast.calendars import Calendar
from sightline.sim.cast.families import FAMILIES
from sightline.sim.cast.kinds import (
    CHANNELS,
    REGIONS,
    Channel,
    Contract,
    Customer,
    Item,
    Lane,
    Person,
    Place,
    Role,
    Supplier,
)
from sightline.sim.engine.draws import Draws, Keys, keys_of
from sightline.sim.engine.moments import Floats, Ints
from sightline.sim.profile import Profile

SAME_DAY, AGREED, NOTHING_AGREED = 1, 2, 3


@dataclass(frozen=True, kw_only=True)
class Cast:
    """The cast of a world; arrays are int64 unless said otherwise.

    Attributes
    ----------
    profile
        Size of the world that it was made for.
    items, places, customers, contracts, suppliers, people, lanes
        Records; an index stands for a place in these.
    regions, families
        Codes.
    item_keys, place_keys, customer_keys
        uint64, for draws.
    item_value
        Share of the turnover, float, sums to 1.
    item_pack, item_cost, item_price, item_supplier, item_family, item_abc, item_class
        By item; A, B, C are 0, 1, 2; classes in the order of `kinds.DemandClass`.
    place_of_region
        Place that serves a region.
    region_share
        Share of all demand, float, sums to 1.
    customer_region, customer_channel, customer_tier, customer_contract_rank
        By customer; rank 1 has a same-day contract, 2 a contract, 3 none.
    """

    profile: Profile
    items: tuple[Item, ...]
    places: tuple[Place, ...]
    customers: tuple[Customer, ...]
    contracts: tuple[Contract, ...]
    suppliers: tuple[Supplier, ...]
    people: tuple[Person, ...]
    lanes: tuple[Lane, ...]
    regions: tuple[str, ...]
    families: tuple[str, ...]
    item_keys: Keys
    item_value: Floats
    item_pack: Ints
    item_cost: Ints
    item_price: Ints
    item_supplier: Ints
    item_family: Ints
    item_abc: Ints
    item_class: Ints
    place_keys: Keys
    place_of_region: Ints
    region_share: Floats
    customer_keys: Keys
    customer_region: Ints
    customer_channel: Ints
    customer_tier: Ints
    customer_contract_rank: Ints
    calendars: tuple[Calendar, ...]
    offices: tuple[Calendar, ...]
    _shoppers: dict[tuple[int, int], tuple[Ints, Floats]] = field(repr=False)
    _person: dict[str, Person] = field(repr=False)
    _people: dict[tuple[Role, int | None], tuple[Person, ...]] = field(repr=False)
    _lane: dict[tuple[int, int], Lane] = field(repr=False)

    @staticmethod
    def build(profile: Profile, seed: int) -> "Cast":
        """Return the cast of a world; the same profile and seed give the same one."""
        draws = Draws(seed)
        goods, columns = items.build(draws, profile.items, profile.suppliers)
        centres = places.build(profile)
        buyers, contracts = customers.build(draws, profile.customers, profile.contracts)
        ways = lanes.build(centres)
        staff = people.build(draws, profile, centres)
        return Cast(
            profile=profile,
            items=goods,
            places=centres,
            customers=buyers,
            contracts=contracts,
            suppliers=suppliers.build(draws, profile.suppliers),
            people=staff,
            lanes=ways,
            regions=REGIONS,
            families=tuple(each.code for each in FAMILIES),
            item_keys=columns.keys,
            item_value=columns.value,
            item_pack=columns.pack,
            item_cost=columns.cost,
            item_price=columns.price,
            item_supplier=columns.supplier,
            item_family=columns.family,
            item_abc=columns.abc,
            item_class=columns.demand,
            place_keys=keys_of([each.code for each in centres]),
            place_of_region=_place_of_region(centres),
            region_share=np.array([each.share for each in places.SITES]),
            customer_keys=keys_of([each.code for each in buyers]),
            customer_region=_whole([each.region for each in buyers]),
            customer_channel=_whole([CHANNELS.index(each.channel) for each in buyers]),
            customer_tier=_whole([each.tier for each in buyers]),
            customer_contract_rank=_contract_ranks(buyers, contracts),
            calendars=tuple(places.calendar(each) for each in centres),
            offices=tuple(places.office(region) for region in range(len(REGIONS))),
            _shoppers=_shoppers(buyers),
            _person={each.id: each for each in staff},
            _people=_by_role(staff),
            _lane={(each.from_place, each.to_place): each for each in ways},
        )

    def customers_of(self, region: int, channel: int | Channel) -> tuple[Ints, Floats]:
        """Return indices and weights (they sum to 1) of a region's customers of a channel."""
        at = CHANNELS.index(channel) if isinstance(channel, str) else int(channel)
        return self._shoppers[int(region), at]

    def people_of(self, role: Role, region: int | None = None) -> tuple[Person, ...]:
        """Return who has `role`, everywhere or for a region."""
        return self._people.get((role, region), ())

    def person(self, code: str) -> Person:
        """Return the person with the id `code`."""
        return self._person[code]

    def calendar_of(self, place: int) -> Calendar:
        """Return when a place works."""
        return self.calendars[place]

    def office_of(self, region: int) -> Calendar:
        """Return when the offices of a region work: planners, leads, agents."""
        return self.offices[region]

    def lane(self, from_place: int, to_place: int) -> Lane:
        """Return the way from one place to another."""
        return self._lane[from_place, to_place]


def _whole(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _place_of_region(centres: tuple[Place, ...]) -> Ints:
    place = {region: each.index for each in centres for region in each.regions}
    return _whole([place[region] for region in range(len(REGIONS))])


def _contract_ranks(buyers: tuple[Customer, ...], contracts: tuple[Contract, ...]) -> Ints:
    ranks = np.full(len(buyers), NOTHING_AGREED, dtype=np.int64)
    for each in contracts:
        ranks[each.customer] = SAME_DAY if each.is_same_day else AGREED
    return ranks


def _shoppers(buyers: tuple[Customer, ...]) -> dict[tuple[int, int], tuple[Ints, Floats]]:
    groups: dict[tuple[int, int], list[Customer]] = {}
    for each in buyers:
        groups.setdefault((each.region, CHANNELS.index(each.channel)), []).append(each)
    return {
        slot: (_whole([each.index for each in group]), np.array([e.weight for e in group]))
        for slot, group in groups.items()
    }


def _by_role(
    staff: tuple[Person, ...],
) -> dict[tuple[Role, int | None], tuple[Person, ...]]:
    groups: dict[tuple[Role, int | None], list[Person]] = {}
    for each in staff:
        for region in (None, *each.regions):
            groups.setdefault((each.role, region), []).append(each)
    return {key: tuple(group) for key, group in groups.items()}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every document of a set may ask: whose it is, what codes mean, when it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from typing import Any

from sightline.imports.edi import numbers, units
from sightline.imports.edi.envelope import Envelope
from sightline.imports.edi.profile import NUMBERED, Profile
from sightline.imports.edi.refused import Refused
from sightline.imports.edi.times import END_OF_DAY, When, moment, written

Ids = Mapping[str, str]
CODES = {
    "buyer": ("BP", "IN", "PI", "SK", "CB"),
    "vendor": ("VP", "VN", "VC", "SA", "MG", "MF"),
    "gtin": ("UK", "EN", "UP", "UI", "SRV", "EAN", "GT", "UA"),
}
"""Qualifiers of item codes, X12 element 235 and EDIFACT 7143, by who gave the code."""
FROM_CUSTOMER = ("vendor", "gtin", "buyer")
FROM_SUPPLIER = ("buyer", "gtin", "vendor")


@dataclass(frozen=True)
class Context:
    """A set's envelope under a partner's profile."""

    envelope: Envelope
    profile: Profile

    @property
    def is_ours(self) -> bool:
        """Tell whether we sent it; what is sent by nobody known is from the partner."""
        return self.envelope.sender in self.profile.us

    @property
    def other(self) -> str:
        """Return our name of the partner."""
        return self.partner(self.envelope.receiver if self.is_ours else self.envelope.sender)

    @cached_property
    def sent(self) -> datetime | None:
        """Return when the interchange was made, in UTC."""
        stated = self.envelope.sent
        return stated and stated.replace(tzinfo=self.profile.zone).astimezone(UTC)

    def partner(self, code: str) -> str:
        """Return our customer or supplier for a partner's `code`."""
        return self.profile.partners.get(code, code)

    def location(self, *codes: str) -> str:
        """Return our location for the first of `codes` that the profile or nobody else names.

        Raises
        ------
        Refused
            There is no code and the profile names no location.
        """
        stated = [code for code in codes if code]
        for code in stated:
            if code in self.profile.locations:
                return self.profile.locations[code]
        if found := self.profile.location or next(iter(stated), ""):
            return found
        advice = "say `location:` in the mapping"
        raise Refused("no_location", f"no party says where the goods go; {advice}")

    def item(self, ids: Ids, order: tuple[str, ...]) -> str:
        """Return the item: the first code by the profile's order, then by `order`."""
        for owner in dict.fromkeys((*self.profile.items, *order, *NUMBERED)):
            for qualifier in CODES[owner]:
                if qualifier in ids:
                    return ids[qualifier]
        if ids:
            return next(iter(ids.values()))
        raise Refused("no_item", "the line names no item code; expected one, such as BP or VP")

    def quantity(self, text: str, unit: str, field: str, unit_field: str) -> dict[str, str]:
        """Return the block of a quantity."""
        qty = self.number(text, field)
        uom = units.unit_of(unit, self.envelope.standard, self.profile.units, unit_field)
        return {"qty": qty, "uom": uom}

    def number(self, text: str, field: str) -> str:
        """Return a number as events write it."""
        return numbers.decimal(text, field, marks=self.profile.decimal or self.envelope.marks)

    def time(self, *stated: When | None) -> datetime:
        """Return the first moment that is stated, else when the interchange was made."""
        for when in stated:
            if when:
                return moment(when, self.profile.zone)
        if self.sent is None:
            raise Refused("no_date", "neither the document nor the interchange has a date")
        return self.sent

    def time_of_count(self, *stated: When | None) -> datetime:
        """Return the same for a count: a day means its end, but no later than it was sent."""
        when = next((each for each in stated if each), None)
        if when is None:
            return self.time()
        end = moment(when, self.profile.zone, default=END_OF_DAY)
        is_later = self.sent is not None and when.clock is None and end > self.sent
        return self.sent if is_later and self.sent else end

    def instant(self, when: When | None) -> str | None:
        """Return a moment as events write it; a day means its start."""
        return when and written(moment(when, self.profile.zone, default=time()))


def said(**fields: Any) -> dict[str, Any]:
    """Return the `fields` that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", {}, [])}


def day(when: When | None) -> str | None:
    """Return a date as events write it."""
    return when and when.day.isoformat()


def first(mapping: Mapping[str, Any], keys: Iterable[str]) -> Any:
    """Return the value of the first of `keys` that is in `mapping`, else None."""
    return next((mapping[key] for key in keys if mapping.get(key)), None)

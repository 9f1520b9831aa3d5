# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a mapping says about a partner: who we are, what their codes mean."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import yaml

from sightline.errors import MappingError
from sightline.events import units
from sightline.events.quantities import CURRENCY
from sightline.imports import yaml_tree
from sightline.imports.edi.text import is_encoding
from sightline.imports.tree import Tree

KIND = "edi"
HASHED = "sightline-edi-2"
"""Counts up when the same interchange begins to give other events."""
KEYS = {
    "kind", "name", "about", "us", "locations", "location", "partners", "items", "units",
    "zone", "currency", "encoding", "decimal", "authoritative", "test",
}  # fmt: skip
NUMBERED = ("buyer", "vendor", "gtin")
MARKS = {"point": ".", "comma": ",", "both": ".,"}
TRUTH = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A mapping of kind edi; without one, everything stands for itself.

    Attributes
    ----------
    us
        Our own identifiers in ISA and UNB: what they send is from us.
    locations, location
        Partner's code → our location; the location where no code says otherwise.
    partners
        Partner's code → our customer or supplier.
    items
        Whose item codes to take first: buyer, vendor, gtin.
    decimal
        What may stand before decimals; "" leaves it to the interchange.
    authoritative
        Senders whose stock reports are counts, not statements; None means all of them.
    takes_tests
        Interchanges that are marked as tests are taken like others.
    """

    sha256: str = HASHED
    us: frozenset[str] = frozenset()
    locations: Mapping[str, str] = field(default_factory=dict)
    location: str = ""
    partners: Mapping[str, str] = field(default_factory=dict)
    items: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    currency: str = ""
    encoding: str = ""
    decimal: str = ""
    authoritative: frozenset[str] | None = frozenset()
    takes_tests: bool = False

    def trusts(self, sender: str) -> bool:
        """Tell whether a stock report of `sender` is a count."""
        return self.authoritative is None or sender in self.authoritative


def is_profile(name: str) -> bool:
    """Tell whether `name` is a file that says it is a partner's mapping."""
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"} or not path.is_file():
        return False
    try:
        tree = _tree(path.read_text("utf-8"), name)
    except (OSError, UnicodeDecodeError, MappingError):
        return False
    return isinstance(tree, dict) and tree.get("kind") == KIND


def load(name: str) -> Profile:
    """Return the profile in the YAML file called `name`.

    Raises
    ------
    MappingError
        There is none, or it says something that is no profile.
    """
    try:
        text = Path(name).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(
            f"Cannot read the mapping {name}: {error}; interchanges need none, or a .yaml file "
            "of `kind: edi` (docs/mappings.md)."
        ) from error
    return parse(text, name)


def parse(text: str, origin: str) -> Profile:
    """Return the profile in the YAML `text`; raise MappingError as `load` does."""
    return _Reader(origin).whole(_tree(text, origin))


def _tree(text: str, origin: str) -> Any:
    # every scalar stays text: a DUNS number with zeros in front is no octal number
    return yaml_tree.load(text, origin, loader=yaml.BaseLoader)


class _Reader(Tree):
    def whole(self, tree: Any) -> Profile:
        if isinstance(tree, dict) and tree.get("kind") != KIND:
            raise self.wrong(
                "kind", f"is {tree.get('kind', '')!r}", "interchanges take `kind: edi`"
            )
        top = self.keys(tree, KEYS, "the mapping")
        return Profile(
            sha256=_sha256(top),
            us=frozenset(self.names(top.get("us", []))),
            locations=self._codes(top, "locations"),
            location=self._text(top, "location"),
            partners=self._codes(top, "partners"),
            items=self._items(top.get("items", [])),
            units=self._units(top),
            zone=self._zone(top.get("zone", "UTC")),
            currency=self._currency(self._text(top, "currency")),
            encoding=self._encoding(self._text(top, "encoding")),
            decimal=self._mark(top),
            authoritative=self._senders(top.get("authoritative", "false")),
            takes_tests=self._truth(top.get("test", "false"), "test"),
        )

    def _text(self, top: dict[str, Any], key: str) -> str:
        value = top.get(key, "")
        if not isinstance(value, str):
            raise self.wrong(key, f"is {value!r}", "expected one text")
        return value

    def _currency(self, code: str) -> str:
        if code and not CURRENCY.fullmatch(code):
            raise self.wrong(
                "currency", f"is {code!r}", "expected an ISO 4217 code such as EUR"
            )
        return code

    def _codes(self, top: dict[str, Any], key: str) -> dict[str, str]:
        found = self.mapping(top.get(key, {}), key)
        return {str(code): str(ours) for code, ours in found.items()}

    def _items(self, tree: Any) -> tuple[str, ...]:
        names = self.names(tree)
        return tuple(self.choice(name, NUMBERED, "items") for name in names)

    def _units(self, top: dict[str, Any]) -> dict[str, str]:
        found = self._codes(top, "units")
        for code, ours in found.items():
            if not units.is_known(ours):
                advice = "expected a UNECE Rec 20 code such as EA, KGM or CT"
                raise self.wrong(f"units.{code}", f"is {ours!r}", advice)
        return found

    def _zone(self, name: Any) -> ZoneInfo:
        try:
            return ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.wrong("zone", f"is {name!r}", "write it as Europe/London") from None

    def _encoding(self, name: str) -> str:
        if name and not is_encoding(name):
            advice = "write it as utf-8, latin-1 or cp1252"
            raise self.wrong("encoding", f"is {name!r}", advice)
        return name

    def _mark(self, top: dict[str, Any]) -> str:
        if "decimal" not in top:
            return ""
        return MARKS[self.choice(top["decimal"], tuple(MARKS), "decimal")]

    def _senders(self, tree: Any) -> frozenset[str] | None:
        if isinstance(tree, str) and tree in TRUTH:
            return None if TRUTH[tree] else frozenset()
        return frozenset(self.names(tree))

    def _truth(self, value: Any, at: str) -> bool:
        return TRUTH[self.choice(value, tuple(TRUTH), at)]


def _sha256(tree: dict[str, Any]) -> str:
    told = {key: value for key, value in tree.items() if key not in {"about", "name"}}
    text = msgspec.json.encode([HASHED, told], order="deterministic")
    return hashlib.sha256(text).hexdigest()

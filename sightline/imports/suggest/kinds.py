# SPDX-License-Identifier: AGPL-3.0-or-later
"""What kind of file it is: from the meanings of its columns, its name and its values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sightline.imports.suggest.columns import Column, named
from sightline.imports.suggest.guessing import best
from sightline.imports.suggest.kind_words import WORDS
from sightline.imports.suggest.meanings import Guess
from sightline.imports.suggest.names import words_of
from sightline.imports.suggest.places import outside

LABELS: dict[str, str] = {
    "sales": "Sales: each row was ordered and shipped at once",
    "orders": "Customer orders: each row is ordered, shipped where it says so",
    "shipments": "Deliveries to customers: each row was shipped",
    "returns": "Returns from customers",
    "receipts": "Goods received",
    "purchase_orders": "Purchase orders, with what was received where it says so",
    "stock_list": "Stock list: what lies where",
    "movements": "Stock movements, told apart by a code",
    "adjustments": "Corrections of stock, in and out by sign",
    "in_out": "Stock movements with a column for in and one for out",
    "transfers": "Transfers between locations",
    "routes": "Stock moves, told apart by where they go from and to",
    "event_log": "Event log: steps of a process",
    "items": "Master data of items",
    "suppliers": "Master data of suppliers",
    "customers": "Master data of customers",
    "locations": "Master data of locations",
}
"""Kind → what people call it."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind that a file may be of, in [0, 1], and what speaks for it."""

    name: str
    confidence: float
    why: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What kinds are judged by."""

    known: dict[str, Guess]
    columns: dict[str, Column]
    words: frozenset[str]

    def has(self, *meanings: str) -> bool:
        """Tell whether all `meanings` were found."""
        return all(meaning in self.known for meaning in meanings)

    def any(self, *meanings: str) -> bool:
        """Tell whether one of `meanings` was found."""
        return any(meaning in self.known for meaning in meanings)

    def column(self, meaning: str) -> Column:
        """Return the column that has `meaning`."""
        return self.columns[self.known[meaning].column]

    def named_like(self, kind: str) -> str:
        """Return the word of the file's name that speaks for `kind`, "" without one."""
        return next((word for word in WORDS.get(kind, ()) if word in self.words), "")


def kinds_of(guesses: Sequence[Guess], columns: Sequence[Column], name: str) -> list[Kind]:
    """Return what the file called `name` may be, the likeliest first; often nothing."""
    facts = Facts(best(guesses), named(columns), frozenset(words_of(name)))
    found = []
    for kind, judge in JUDGES.items():
        score, why = judge(facts)
        word = facts.named_like(kind)
        if score and word:
            score, why = min(score + 0.15, 0.97), f"{why}; the file's name says {word!r}"
        if score:
            found.append(Kind(kind, round(score, 2), why))
    return sorted(found, key=lambda each: -each.confidence)


Judge = Callable[[Facts], tuple[float, str]]


def _event_log(facts: Facts) -> tuple[float, str]:
    if facts.has("case", "activity") and facts.any("time", "end", "start"):
        less = 0.15 if facts.has("item", "qty") else 0.0
        return 0.95 - less, "cases, activities and times"
    return 0.0, ""


def _transfers(facts: Facts) -> tuple[float, str]:
    if not facts.has("item", "qty") or not facts.has("to_loc"):
        return 0.0, ""
    if not facts.any("from_loc", "loc") or _is_routed(facts):
        return 0.0, ""
    less = 0.35 if facts.any("customer", "price") else 0.0
    return 0.85 - less, "an item goes from one location to another"


def _routes(facts: Facts) -> tuple[float, str]:
    found = facts.has("item", "qty") and _is_routed(facts)
    return (
        (0.9, "locations such as vendors and customers say what moved") if found else (0.0, "")
    )


def _is_routed(facts: Facts) -> bool:
    """Tell whether locations stand for vendors, customers and losses, as in Odoo."""
    if not facts.has("to_loc") or not facts.any("from_loc", "loc"):
        return False
    here = facts.column("from_loc" if facts.has("from_loc") else "loc")
    return bool(outside([*here.counted, *facts.column("to_loc").counted]))


def _movements(facts: Facts) -> tuple[float, str]:
    if not facts.has("item", "qty", "code"):
        return 0.0, ""
    guess = facts.known["code"]
    less = 0.0 if guess.confidence > 0.8 else 0.35  # noqa: PLR2004
    return 0.88 - less, f"{guess.column!r} says what kind of movement each row is"


def _in_out(facts: Facts) -> tuple[float, str]:
    found = facts.has("item", "qty_in", "qty_out")
    return (0.88, "one column for what came in, one for what went out") if found else (0.0, "")


def _stock_list(facts: Facts) -> tuple[float, str]:
    if facts.has("item", "on_hand"):
        less = 0.35 if facts.any("qty", "order") and facts.has("time") else 0.0
        return 0.9 - less, "items with a quantity on hand"
    if facts.has("item", "qty") and not facts.any(
        "order", "customer", "po", "supplier", "code"
    ):
        unique = facts.column("item").distinct >= 0.9 * facts.column("item").count
        if unique and (facts.named_like("stock_list") or not facts.has("time")):
            return 0.6, "items with a quantity, each about once"
    return 0.0, ""


def _purchase_orders(facts: Facts) -> tuple[float, str]:
    if not facts.has("item") or not facts.any("qty", "received_qty"):
        return 0.0, ""
    if facts.has("po"):
        less = 0.25 if facts.has("customer") and not facts.has("supplier") else 0.0
        less += 0.2 if facts.has("received_date") and not facts.has("time") else 0.0
        return 0.87 - less, "a purchase order number"
    if facts.any("supplier") and facts.has("order") and not facts.has("customer"):
        return 0.7, "an order number and a supplier"
    return (0.45, "a supplier") if facts.has("supplier") and facts.has("time") else (0.0, "")


def _receipts(facts: Facts) -> tuple[float, str]:
    if not facts.has("item") or not facts.any("qty", "received_qty"):
        return 0.0, ""
    if facts.any("received_date"):
        more = 0.1 if facts.any("supplier", "po") else 0.0
        less = 0.2 if facts.has("time", "po") else 0.0
        return 0.72 + more - less, "a date of receipt"
    named_so = facts.named_like("receipts")
    return (0.6, "a quantity of an item") if named_so and facts.has("time") else (0.0, "")


def _shipments(facts: Facts) -> tuple[float, str]:
    if not facts.has("item") or not facts.any("qty", "shipped_qty"):
        return 0.0, ""
    if facts.has("delivery") and not facts.any("po", "supplier", "price"):
        return 0.7, "a delivery number"
    if facts.has("shipped_date") and not facts.has("time"):
        return 0.72, "a date of shipping"
    named_so = facts.named_like("shipments")
    return (0.62, "a quantity of an item") if named_so else (0.0, "")


def _returns(facts: Facts) -> tuple[float, str]:
    if not facts.has("item", "qty") or not facts.named_like("returns"):
        return 0.0, ""
    return 0.78, "a quantity of an item"


def _orders(facts: Facts) -> tuple[float, str]:
    if not facts.has("item") or not facts.any("qty", "shipped_qty") or not facts.any("time"):
        return 0.0, ""
    if facts.any("requested", "shipped_date", "shipped_qty", "promised") and facts.any(
        "order", "customer"
    ):
        return 0.8 - _bought(facts), "orders with the date that they are wanted or shipped by"
    if facts.any("order", "customer"):
        said = "order" in _first_word(facts)
        return (0.74 if said else 0.66) - _bought(facts), "items ordered by customers"
    return 0.5, "a date, an item and a quantity"


def _sales(facts: Facts) -> tuple[float, str]:
    if not facts.has("item", "qty", "time") or facts.any("requested", "shipped_date"):
        return 0.0, ""
    if not facts.any("order", "customer", "price", "amount"):
        return (
            (0.45, "a date, an item and a quantity") if facts.named_like("sales") else (0.0, "")
        )
    words = {"invoice", "receipt", "basket", "rechnung", "bon", "facture", "factura", "ticket"}
    sold = words & set(_first_word(facts).split()) or "sold" in _first_word(facts)
    below = facts.column("qty").below > 0
    more = (0.08 if sold else 0.0) + (0.04 if below else 0.0)
    shown = "invoices or receipts" if sold else "items sold to customers"
    both = f"{shown}; quantities below 0 are returns" if below else shown
    return 0.68 + more - _bought(facts), both


def _bought(facts: Facts) -> float:
    """Return how much less it is a sale when there is a supplier or a purchase order."""
    if facts.has("customer") and not facts.has("po", "supplier"):
        return 0.0
    return 0.4 if facts.any("po", "supplier") and not facts.has("channel") else 0.0


def _first_word(facts: Facts) -> str:
    columns = [facts.known[each].column for each in ("order", "time", "qty") if facts.has(each)]
    return " ".join(word for name in columns for word in words_of(name))


def _adjustments(facts: Facts) -> tuple[float, str]:
    if not facts.has("item", "qty") or facts.any(
        "order", "customer", "po", "supplier", "price"
    ):
        return 0.0, ""
    signed = facts.column("qty").below > 0
    if facts.has("reason"):
        return (0.8 if signed else 0.6), "quantities with reasons, without orders"
    return (0.6, "quantities in and out, without orders") if signed else (0.0, "")


def _items(facts: Facts) -> tuple[float, str]:
    if not facts.has("item") or facts.any("qty", "on_hand", "order", "time", "po", "case"):
        return 0.0, ""
    about = [each for each in ITEM_FIELDS if facts.has(each)]
    unique = facts.column("item").distinct >= 0.9 * facts.column("item").count
    return (0.8 if unique else 0.5, "what describes items, no quantity") if about else (0.0, "")


def _parties(meaning: str) -> Judge:
    def judge(facts: Facts) -> tuple[float, str]:
        if not facts.has(meaning) or facts.any("item", "qty", "order", "time", "case", "cost"):
            return 0.0, ""
        if not facts.any("description", "region", "channel"):
            return 0.0, ""
        unique = facts.column(meaning).distinct >= 0.9 * facts.column(meaning).count
        return (0.75, "each row is one of them") if unique else (0.0, "")

    return judge


ITEM_FIELDS = ("description", "family", "uom", "weight", "cost", "price", "supplier",
               "lead_time",
               "reorder", "safety")  # fmt: skip
JUDGES: dict[str, Judge] = {
    "event_log": _event_log,
    "routes": _routes,
    "transfers": _transfers,
    "movements": _movements,
    "in_out": _in_out,
    "stock_list": _stock_list,
    "purchase_orders": _purchase_orders,
    "receipts": _receipts,
    "returns": _returns,
    "shipments": _shipments,
    "orders": _orders,
    "sales": _sales,
    "adjustments": _adjustments,
    "items": _items,
    "suppliers": _parties("supplier"),
    "customers": _parties("customer"),
    "locations": _parties("loc"),
}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""One meaning for each column: names and values weighed together, each meaning given once."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from sightline.imports.conditions import numbers
from sightline.imports.suggest import codes
from sightline.imports.suggest.beside import seen_together
from sightline.imports.suggest.columns import Column
from sightline.imports.suggest.meanings import EXTRA, LABELS, SKIP, Guess, fit
from sightline.imports.suggest.names import SYSTEMS, meanings_of
from sightline.imports.suggest.units_said import CODES as UNIT_WORDS

ENOUGH = 0.5
BY_VALUE = 0.42
ONLY, MANY_NUMBERS = 0.8, 20
EQUAL_SHARE = 0.95
LEAST = {"loc": 0.6, "from_loc": 0.6, "to_loc": 0.6}
COUNTED = {"qty", "on_hand", "received_qty", "shipped_qty", "qty_in"}
INSTEAD = {
    "time": {"time", "end", "received_date", "shipped_date", "on_hand"},
    "code": {"code", "activity", "order", "on_hand"},
    "uom": {"uom"},
    "currency": {"currency"},
    "qty": {
        "qty",
        "on_hand",
        "qty_in",
        "qty_out",
        "received_qty",
        "shipped_qty",
        "activity",
        "cost",
    },
    "item": {"item", "description", "activity", "case"},
}
"""Meaning → what makes it needless to look for it among columns whose names say nothing."""
RANKS = {meaning: place for place, meaning in enumerate(LABELS)}
LANGUAGES = ("German", "French", "Spanish", "English")


@dataclass(frozen=True, slots=True)
class _Bid:
    """What speaks for a column having a meaning."""

    score: float
    column: Column
    meaning: str
    why: str


def guesses_of(
    columns: Sequence[Column], stated: Mapping[str, str] | None = None
) -> list[Guess]:
    """Return one guess for each of `columns`, in their order.

    Parameters
    ----------
    stated
        Column → meaning, where a person has said it.
    """
    stated = stated or {}
    free = [column for column in columns if column.name not in stated]
    taken = {
        column.name: _stated(column, stated[column.name])
        for column in columns
        if column.name in stated
    }
    given = {guess.meaning for guess in taken.values()}
    bids = [bid for column in free for bid in _bids(column)]
    for bid in sorted(bids, key=_order):
        if bid.column.name not in taken and bid.meaning not in given:
            taken[bid.column.name] = _guess(bid)
            given.add(bid.meaning)
    _fill_gaps([column for column in free if column.name not in taken], taken)
    found = [taken.get(column.name) or _rest(column) for column in columns]
    found = seen_together(found, stated)
    return _with_amount(found, {each.name: each for each in columns}, set(stated))


def language_of(columns: Sequence[Column]) -> str:
    """Return the language that most names of columns are in, "" when it cannot be told."""
    votes: Counter[str] = Counter()
    for column in columns:
        best = max(meanings_of(column.name).values(), key=lambda name: name.score, default=None)
        if best and best.score > 0.8:  # noqa: PLR2004
            votes[best.language] += 1
    for system in SYSTEMS:
        votes.pop(system, None)
    return votes.most_common(1)[0][0] if votes else ""


def is_wide(columns: Sequence[Column]) -> bool:
    """Tell whether most columns are numbers that no name explains: items or months across."""
    return sum(column.is_clean for column in columns) > MANY_NUMBERS


def best(guesses: Sequence[Guess]) -> dict[str, Guess]:
    """Return the guesses by meaning; what is left out or kept as a detail is not among them."""
    return {each.meaning: each for each in guesses if each.meaning not in {EXTRA, SKIP}}


def _order(bid: _Bid) -> tuple[float, float, int]:
    return (-round(bid.score, 2), -bid.column.filled, RANKS[bid.meaning])


def _bids(column: Column) -> list[_Bid]:
    found = []
    for name in meanings_of(column.name).values():
        share, shown = fit(name.meaning, column)
        score = name.score * share
        if score >= LEAST.get(name.meaning, ENOUGH):
            why = f"{name.why}; {shown}" if shown else name.why
            found.append(_Bid(score, column, name.meaning, why))
    return found


def _fill_gaps(columns: Sequence[Column], taken: dict[str, Guess]) -> None:
    """Find what no name told, by values: what events cannot do without, and units."""
    _describe_items(taken)
    if is_wide(columns):
        return
    bids = [bid for column in columns for bid in _by_value(column)]
    for bid in sorted(bids, key=_order):
        given = {guess.meaning for guess in taken.values()}
        is_open = not given & INSTEAD[bid.meaning]
        if is_open and bid.column.name not in taken:
            is_only = bid.meaning == "time" and sum(b.meaning == "time" for b in bids) == 1
            taken[bid.column.name] = _only(bid) if is_only else _guess(bid)


def _describe_items(taken: dict[str, Guess]) -> None:
    """Let the description name the items where nothing else does and something is counted."""
    given = {guess.meaning: name for name, guess in taken.items()}
    if "item" in given or "description" not in given or not given.keys() & COUNTED:
        return
    guess = taken[given["description"]]
    why = f"no column has item codes, so their descriptions name them; {guess.why}"
    taken[guess.column] = replace(guess, meaning="item", confidence=0.55, why=why)


def _by_value(column: Column) -> list[_Bid]:
    """Return what the values alone say; always less than a name that is known."""
    if not column.count:
        return []
    found: list[tuple[str, float]] = []
    if column.moments is not None and not column.is_code:
        found.append(("time", BY_VALUE))
    if column.has_letters and codes.known_share(column.counted) > 0.8:  # noqa: PLR2004
        found.append(("code", BY_VALUE))
    if set(map(str.lower, column.counted)) <= UNIT_WORDS.keys():
        found.append(("uom", BY_VALUE))
    if fit("currency", column)[0] == 1:
        found.append(("currency", BY_VALUE))
    found += _numbers_or_codes(column)
    return [
        _Bid(score, column, meaning, f"only from its values: {fit(meaning, column)[1]}")
        for meaning, score in found
    ]


def _numbers_or_codes(column: Column) -> list[tuple[str, float]]:
    if column.moments is not None or column.is_clock:
        return []
    if column.is_clean and not column.is_code:
        if column.distinct == column.count and column.numbers.is_sorted():
            return []  # they number the rows
        few = column.distinct < max(10, column.count // 2)
        return [("qty", 0.32 if few else 0.24)]
    if column.distinct > 1 and column.length < 30:  # noqa: PLR2004
        digits = column.share(column.texts.drop_nulls().str.contains("[0-9]"))
        return [("item", 0.25 + 0.1 * digits)] if digits > 0.3 else []  # noqa: PLR2004
    return []


def _guess(bid: _Bid) -> Guess:
    sure = min(bid.score, 0.98)
    return Guess(bid.column.name, bid.meaning, round(sure, 2), bid.why, bid.column.examples)


def _only(bid: _Bid) -> Guess:
    written = bid.why.partition(": ")[2]
    why = f"no other column has times; {written}"
    return Guess(bid.column.name, bid.meaning, ONLY, why, bid.column.examples)


def _stated(column: Column, meaning: str) -> Guess:
    return Guess(column.name, meaning, 1.0, "you said so", column.examples)


def _rest(column: Column) -> Guess:
    if not column.count:
        return Guess(column.name, SKIP, 0.9, "it is empty")
    return Guess(column.name, EXTRA, 0.5, "nothing that events need", column.examples)


def _with_amount(
    guesses: list[Guess], columns: dict[str, Column], stated: set[str]
) -> list[Guess]:
    """Find the amounts by what they are: quantity times price."""
    known = best(guesses)
    quantity = known.get("qty")
    price = known.get("price") or known.get("cost")
    if not quantity or not price:
        return guesses
    found = []
    for guess in guesses:
        share = 0.0
        if guess.meaning in {EXTRA, "amount"} and guess.column not in stated:
            share = _products(columns, quantity.column, price.column, guess.column)
        if share >= EQUAL_SHARE:
            why = f"{quantity.column} × {price.column} in {share:.0%} of the rows"  # noqa: RUF001
            meaning = "amount" if guess.meaning == "amount" or "amount" not in known else EXTRA
            found.append(replace(guess, meaning=meaning, confidence=0.95, why=why))
        else:
            found.append(guess)
    return found


def _products(columns: dict[str, Column], quantity: str, price: str, amount: str) -> float:
    """Return the share of rows in which the amount is quantity times price, within 1 %."""
    if not all(columns[name].is_numeric for name in (quantity, price, amount)):
        return 0.0
    one, two, product = (_aligned(columns[name]) for name in (quantity, price, amount))
    usable = one.is_not_null() & two.is_not_null() & product.is_not_null() & (product != 0)
    if not usable.any():
        return 0.0
    gap = ((one * two).filter(usable) - product.filter(usable)).abs()
    near = gap <= product.filter(usable).abs() * 0.01 + 0.01
    return float(near.sum()) / len(near)


def _aligned(column: Column) -> pl.Series:
    return numbers(column.texts, column.style)

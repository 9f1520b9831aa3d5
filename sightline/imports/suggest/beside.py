# SPDX-License-Identifier: AGPL-3.0-or-later
"""Meanings that columns have because of the columns beside them."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from sightline.imports.suggest.meanings import EXTRA, Guess
from sightline.imports.suggest.names import meanings_of, words_of

PLANNED = {"productuomqty", "productqty", "demand", "initialdemand", "planned", "plannedqty",
           "plannedquantity"}  # fmt: skip
DONE = ("quantitydone", "qtydone", "quantity", "done")
"""Quantities of what was done, which win over what was planned."""
SURE = 0.9


def seen_together(guesses: Sequence[Guess], stated: Collection[str]) -> list[Guess]:
    """Return `guesses` put right by what else there is.

    Parameters
    ----------
    stated
        Columns whose meaning a person has said; they stay.
    """
    return _from_beside_to(_done_not_planned(list(guesses), stated), stated)


def _from_beside_to(guesses: list[Guess], stated: Collection[str]) -> list[Guess]:
    """Let a location beside a destination be the source, where it may be called so."""
    meanings = {guess.meaning for guess in guesses}
    if "to_loc" not in meanings or "from_loc" in meanings:
        return guesses
    found = []
    for guess in guesses:
        name = meanings_of(guess.column).get("from_loc")
        is_source = guess.meaning == "loc" and name is not None and name.score >= SURE
        if is_source and guess.column not in stated:
            why = f"{guess.why}; a destination stands beside it"
            found.append(replace(guess, meaning="from_loc", why=why))
        else:
            found.append(guess)
    return found


def _done_not_planned(guesses: list[Guess], stated: Collection[str]) -> list[Guess]:
    """Take the quantity that was done, where another one was only planned."""
    planned = next((g for g in guesses if g.meaning == "qty" and _plain(g) in PLANNED), None)
    done = next(
        (g for name in DONE for g in guesses if g.meaning == EXTRA and _plain(g) == name), None
    )
    if not planned or not done or {planned.column, done.column} & set(stated):
        return guesses
    why = f"what was done; {planned.column!r} was only planned"
    changed = {
        planned.column: replace(planned, meaning=EXTRA, confidence=0.5, why="what was planned"),
        done.column: replace(done, meaning="qty", confidence=planned.confidence, why=why),
    }
    return [changed.get(guess.column, guess) for guess in guesses]


def _plain(guess: Guess) -> str:
    return "".join(words_of(guess.column))

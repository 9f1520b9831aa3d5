# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reads of the dead letters for their page, and the door to what can be done with them."""

import os
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from dashboard import data
from sightline.aid.letters import Letter, Letters, Sender, Wanted, place_of
from sightline.aid.letters.advice import advice_for
from sightline.aid.letters.book import Asked
from sightline.aid.letters.describing import Line, brought_by, laid_out, text_of
from sightline.aid.letters.original import Original, originals
from sightline.aid.letters.page import PageActions, refusal
from sightline.desk import Desk, Place
from sightline.errors import LetterError
from sightline.settings import Settings

STATES = ("open", "retried", "discarded", "released")
COLUMNS = ["letter", "at", "state", "kind", "words", "field", "told", "source", "id"]


@dataclass(frozen=True, slots=True)
class Found:
    """Letters that fit the filters: the latest of them as rows, and where all of them are."""

    rows: pd.DataFrame
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """One letter with everything that is known about it."""

    letter: Letter
    original: Original
    later: list[Letter]
    is_lost: bool

    @property
    def lines(self) -> list[Line]:
        """Return what came, line by line."""
        return laid_out(text_of(self.original, self.letter), self.letter.field)

    @property
    def brought_by(self) -> str:
        """Return the file, row and mapping, "" for an event that came by itself."""
        return brought_by(self.original)

    @property
    def is_of_import(self) -> bool:
        """Tell whether it is a row that a mapping could be tried on again."""
        return self.original.origin is not None and self.original.origin.is_row


@st.cache_resource(show_spinner=False)
def desk() -> Desk:
    """Open the desk once per server process."""
    return Desk.open(_settings())


def book() -> Letters:
    """Return the letters of this process's home."""
    return Letters(data.store(), desk(), data.log(), data.now)


def actions() -> PageActions:
    """Return what the page may do; each of them checks whether it may."""
    return PageActions(book(), _settings())


def locked() -> str:
    """Return why the page only shows, "" when it may change things."""
    return refusal(_settings())


@st.cache_data(ttl="10s", show_spinner=False)
def counts() -> pd.DataFrame:
    """Count letters: ``code``, ``words`` and one column for each of `STATES`, most first."""
    found = book().counts(Wanted(state="all"))
    rows = [
        {"code": code, "words": advice_for(code).words}
        | {state: states.get(state, 0) for state in STATES}
        for code, states in found.items()
    ]
    names = ["code", "words", *STATES]
    frame = pd.DataFrame(rows, columns=names)
    return frame.sort_values(["open", "code"], ascending=[False, True], ignore_index=True)


@st.cache_data(ttl="10s", max_entries=64, show_spinner=False)
def fitting(reason: str, state: Asked, most: int) -> Found:
    """Find letters with a reason ("" for all) in a state, the latest first."""
    letters = book()
    places = letters.places(Wanted(reason=reason, state=state))
    rows = [_row(each) for each in letters.at(places[:most])]
    return Found(pd.DataFrame(rows, columns=COLUMNS), tuple(places))


def opened(name: str) -> Opened:
    """Return the letter called `name`; never cached, for it is about to be changed.

    Raises
    ------
    LetterError
        There is none.
    """
    letters = book()
    letter = letters.one(place_of(name))
    try:
        original, is_lost = originals(letters.log, [letter.place])[letter.place], False
    except LetterError:
        original, is_lost = Original("damaged", b""), True
    return Opened(letter, original, letters.later(letter), is_lost)


def objection(found: Opened, text: str) -> str:
    """Return what would be wrong with `text` as the mended event, "" when nothing is."""
    (outcome,) = (
        Sender(book(), "page").mended(found.letter, found.original, text.encode()).outcomes
    )
    return outcome.said


def forget() -> None:
    """Read again: something was changed."""
    counts.clear()
    fitting.clear()


def _row(letter: Letter) -> dict[str, object]:
    return {
        "letter": letter.name,
        "at": letter.at,
        "state": letter.state,
        "kind": letter.kind,
        "words": advice_for(letter.code).words,
        "field": letter.field,
        "told": letter.told,
        "source": letter.source,
        "id": letter.id,
    }


def _settings() -> Settings:
    return Settings.from_env(os.environ)

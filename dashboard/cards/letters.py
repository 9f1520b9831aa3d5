# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dead letters in one table, by reason, and what can be done with all that fit."""

from collections.abc import Callable, Sequence
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.column_config import DatetimeColumn, TextColumn
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard import controls, data_letters, download, markup, page, wording
from dashboard.data_letters import Found
from dashboard.markup import Column
from dashboard.rows import records
from sightline.aid.letters import Outcome, spelled, summed
from sightline.errors import LetterError, SightlineError

KEY = "letters"
SAID = "letters said"
SHOWN_REASONS = 3


def said() -> None:
    """Draw what the last action came to, once."""
    status, text = st.session_state.pop(SAID, ("", ""))
    if text:
        st.html(markup.banner(status, text, []))


def act(what: Callable[[], str]) -> None:
    """Do `what`, keep what it says for the next drawing, and read everything again."""
    try:
        st.session_state[SAID] = ("ok", what())
    except SightlineError as error:
        st.session_state[SAID] = ("high", str(error))
    data_letters.forget()


def reasons(counts: pd.DataFrame) -> None:
    """Draw how many letters there are by reason; a reason leads to its letters."""
    with page.card("Why"):
        columns = (
            Column("Reason"),
            Column("Open", is_number=True),
            Column("Retried", is_number=True),
            Column("Discarded", is_number=True),
            Column("Released", is_number=True),
        )
        rows = [
            (
                markup.link("/letters", str(row["words"]), {"reason": str(row["code"])})
                + f"<br>{markup.quiet(row['code'])}",
                *(markup.text(wording.number(row[state])) for state in data_letters.STATES),
            )
            for row in records(counts)
        ]
        st.html(markup.table(columns, rows, caption="Dead letters by reason"))


def draw(found: Found, reason: str, state: str) -> None:
    """Draw the letters that fit; choosing one opens it."""
    if not found.places:
        page.nothing("No letter fits the filters.", "Choose another reason or state.")
        return
    names = list(found.rows["letter"])
    st.dataframe(
        found.rows.drop(columns="kind" if state == "all" else ["kind", "state"]),
        hide_index=True,
        height=min(560, 37 * (len(names) + 1) + 3),
        row_height=36,
        column_config=_columns(),
        key=KEY,
        on_select=partial(controls.open_letter, names, KEY),
        selection_mode="single-row",
        alt=f"Dead letters: {wording.count(len(names), 'row')}, the latest first",
    )
    rest = len(found.places) - len(names)
    if rest:
        st.html(markup.quiet(f"{wording.count(rest, 'older letter')} not shown."))
    download.button(found.rows, f"dead-letters-{reason or 'all'}-{state}.csv")


def bulk(found: Found, state: str, *, is_filtered: bool) -> None:
    """Offer what can be done with all letters that fit, saying how many they are."""
    if state != "open" or not found.places or data_letters.locked():
        return
    number = wording.count(len(found.places), "letter")
    all_of = f"all {number}" if len(found.places) > 1 else "the one letter"
    which = "with this reason" if is_filtered else "of every reason"
    with st.expander(f"Do something with {all_of} {which}"):
        first, count = spelled(found.places[0]), len(found.places)
        # another choice of letters asks again: its box is another box
        sure = st.checkbox(f"I mean {all_of} {which}", key=f"sure {count} {first}")
        note = st.text_input("Why discard them", key="bulk note", placeholder="test data")
        with st.container(horizontal=True):
            st.button(
                f"Retry {all_of}",
                disabled=not sure,
                on_click=act,
                args=(partial(_retry, found),),
            )
            st.button(
                f"Discard {all_of}",
                disabled=not sure or not note.strip(),
                on_click=act,
                args=(partial(_discard, found, note),),
            )


def told(outcomes: Sequence[Outcome]) -> str:
    """Say what became of letters that were sent again.

    Raises
    ------
    LetterError
        None was sent; it says why.
    """
    sent, why = summed(outcomes)
    parts = []
    if sent:
        parts.append(f"{wording.count(sent, 'letter')} sent again: the stream takes them in.")
    for text, number in why.most_common(SHOWN_REASONS):
        parts.append(f"{wording.number(number)} not sent: {text}.")
    if len(why) > SHOWN_REASONS:
        parts.append(f"And {len(why) - SHOWN_REASONS} more reasons.")
    text = " ".join(parts) or "Somebody else was faster: none of them is open."
    if not sent:
        raise LetterError(text)
    return text


def _retry(found: Found) -> str:
    return told(data_letters.actions().retry(found.places))


def _discard(found: Found, note: str) -> str:
    number = data_letters.actions().discard(found.places, note=note)
    return f"{wording.count(number, 'letter')} discarded. Nothing is deleted."


def _columns() -> dict[str, ColumnConfig]:
    return {
        "letter": TextColumn("Letter", width="small"),
        "at": DatetimeColumn("Came", format="D MMM YYYY, HH:mm", timezone="UTC"),
        "state": TextColumn("State", width="small"),
        "words": TextColumn("Why"),
        "field": TextColumn("Field"),
        "told": TextColumn("What is wrong", width="large"),
        "source": TextColumn("Source"),
        "id": TextColumn("Event"),
    }

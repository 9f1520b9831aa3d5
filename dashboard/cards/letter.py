# SPDX-License-Identifier: AGPL-3.0-or-later
"""One dead letter: what came with the field marked, what to do, and the buttons to do it."""

from functools import partial

import streamlit as st

from dashboard import controls, data_letters, markup, page
from dashboard.cards import letters
from dashboard.data import Moment
from dashboard.data_letters import Opened
from sightline.aid.letters.advice import advice_for
from sightline.aid.letters.describing import text_of

STATES = {"open": "high", "retried": "info", "discarded": "medium", "released": "ok"}
EDITED = 64 * 1024


def draw(found: Opened, moment: Moment) -> None:
    """Draw everything about one letter."""
    controls.back_to_letters()
    letter = found.letter
    words = advice_for(letter.code).words
    st.html(
        f'<h2 class="sl-subject">{markup.text(words)} '
        f"<span>letter {markup.text(letter.name)}</span></h2>"
    )
    left, right = st.columns([3, 2])
    with left:
        _came(found)
        _actions(found)
    with right:
        _facts(found, moment)


def _came(found: Opened) -> None:
    with page.card("What came"):
        if found.is_lost:
            st.html(markup.quiet("The event log no longer has it; this is what tables kept."))
        lines = "\n".join(
            f"<mark>{markup.text(line.text)}</mark>"
            if line.is_marked
            else markup.text(line.text)
            for line in found.lines
        )
        st.html(f'<pre class="sl-raw sl-tall">{lines}</pre>')


def _facts(found: Opened, moment: Moment) -> None:
    letter = found.letter
    facts = [
        ("State", markup.mark(STATES[letter.state], letter.state.capitalize())),
        ("What is wrong", markup.text(letter.told)),
        ("Field", markup.text(letter.field)),
        ("What to do", markup.coded(advice_for(letter.code).mend)),
        ("Event", markup.text(letter.id)),
        ("Source", markup.text(letter.source)),
        ("Brought by", markup.text(found.brought_by)),
        ("Came", markup.when(letter.at, moment.now)),
    ]
    if letter.released_at:
        when = markup.when(letter.released_at, moment.now)
        facts.append(("Released", f"{when} by {markup.text(letter.released)}"))
    if letter.mark:
        by = f"{letter.mark.who}: {letter.mark.note}" if letter.mark.note else letter.mark.who
        when = markup.when(letter.mark.at, moment.now)
        facts.append((letter.state.capitalize(), f"{when} by {markup.text(by)}"))
    facts += [
        (
            "Came again",
            markup.link("/letters", each.name, {"letter": each.name})
            + f" {markup.when(each.at, moment.now)}: {markup.text(each.told)}",
        )
        for each in found.later
    ]
    with page.card("Why"):
        told = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts if value)
        st.html(f'<dl class="sl-facts">{told}</dl>')


def _actions(found: Opened) -> None:
    with page.card("What now"):
        locked = data_letters.locked()
        if locked:
            st.html(markup.quiet(locked))
        elif found.letter.state != "open":
            st.button("Open it again", on_click=letters.act, args=(partial(_reopen, found),))
        else:
            _retry(found)
            _mend(found)
            _discard(found)


def _retry(found: Opened) -> None:
    if found.letter.kind == "conflict" or found.is_lost:
        return
    mapping, word = "", "Retry"
    if found.is_of_import:
        word = "Retry after mapping change"
        mapping = st.text_input(
            "Another mapping",
            key=f"mapping {found.letter.name}",
            placeholder="the one it came through, as it is now",
            help="Name of a shipped mapping or path of a .yaml file on this machine.",
        )
    st.button(
        word, type="primary", on_click=letters.act, args=(partial(_send, found, mapping),)
    )


def _mend(found: Opened) -> None:
    raw = text_of(found.original, found.letter)
    if len(raw) > EDITED:
        st.html(markup.quiet("Too long to mend here: use sightline dlq retry with --edit."))
        return
    with st.expander("Mend and retry"):
        text = st.text_area(
            "The event as it should be",
            "\n".join(line.text for line in found.lines),
            key=f"mend {found.letter.name}",
            height=320,
        )
        wrong = data_letters.objection(found, text)
        status, word = ("high", "Not yet") if wrong else ("ok", "Acceptable")
        st.html(f"{markup.mark(status, word)} {markup.text(wrong)}")
        st.button(
            "Send it mended",
            disabled=bool(wrong),
            on_click=letters.act,
            args=(partial(_send_mended, found, text),),
        )


def _discard(found: Opened) -> None:
    with st.expander("Discard"):
        note = st.text_input("Why", key=f"note {found.letter.name}", placeholder="test data")
        st.button(
            "Discard it",
            disabled=not note.strip(),
            on_click=letters.act,
            args=(partial(_set_aside, found, note),),
        )


def _send(found: Opened, mapping: str) -> str:
    sent = data_letters.actions().retry([found.letter.place], mapping=mapping.strip())
    return letters.told(sent)


def _send_mended(found: Opened, text: str) -> str:
    return letters.told([data_letters.actions().send_mended(found.letter.place, text)])


def _set_aside(found: Opened, note: str) -> str:
    data_letters.actions().discard([found.letter.place], note=note)
    return f"{found.letter.name} discarded. Nothing is deleted."


def _reopen(found: Opened) -> str:
    data_letters.actions().reopen([found.letter.place])
    return f"{found.letter.name} is open again."

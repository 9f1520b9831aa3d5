# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second step of an import: what the files are, what columns mean, what is still open."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import available_timezones

import polars as pl
import streamlit as st

from dashboard import data_imports, markup, page, wording
from sightline.aid.uploads import Draft
from sightline.imports import shipped
from sightline.imports.suggest import TableGuess
from sightline.imports.suggest.asking import Question
from sightline.imports.suggest.kinds import LABELS as KINDS
from sightline.imports.suggest.looking import NEEDS_NONE
from sightline.imports.suggest.meanings import EXTRA, LABELS, SKIP, Guess

FIRST_ROWS = 8
SURE, PERHAPS = 0.8, 0.5
LEAVE_OUT = "Leave this table out"
LESS = ("source",)


def draw(draft: Draft) -> None:
    """Draw everything that can be said about the files of `draft`."""
    _head(draft)
    if not draft.looked.tables:
        _needs_none(draft)
        return
    if draft.looked.ready:
        _choice(draft)
    if draft.choice == "ready":
        _preview(draft.suggestion.tables)
        return
    for table in draft.suggestion.tables:
        _table(draft, table)
    _questions(draft)
    near = [str(each) for each in draft.suggestion.near]
    _warnings([*near, *draft.suggestion.warnings])
    _as_text(draft)


def _head(draft: Draft) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Other files", icon=":material/arrow_back:", type="tertiary", on_click=_drop,
            args=(draft.upload.name,),
        )  # fmt: skip
    names = [path.name for path in draft.upload.paths]
    st.html(f'<h2 class="sl-subject">{markup.text(wording.several(names))}</h2>')


def _drop(upload: str) -> None:
    data_imports.drop(upload)
    st.query_params.pop("upload", None)


def _needs_none(draft: Draft) -> None:
    what = NEEDS_NONE[draft.looked.ready]
    st.html(markup.banner("ok", f"This is {what}.", ["It needs no mapping."], word="Known"))
    if draft.looked.ready == shipped.EVENT_LOG:
        _process(draft)


def _choice(draft: Draft) -> None:
    """Ask whether to take the mapping that comes with Sightline or one of one's own."""
    name = draft.looked.ready
    about = shipped.load(name).about
    with page.card("A mapping that comes with Sightline fits"):
        st.html(markup.text(f"{name}: {about}."))
        chosen = st.radio(
            "Which mapping",
            ["ready", "own"],
            index=0 if draft.choice == "ready" else 1,
            format_func={"ready": f"Take {name}", "own": "Make one of my own"}.__getitem__,
            horizontal=True,
            key=f"choice {draft.upload.name}",
            label_visibility="collapsed",
        )
        if chosen != draft.choice:
            draft.choice = chosen
            st.rerun()
        if chosen == "ready" and name == shipped.EVENT_LOG:
            _process(draft)


def _process(draft: Draft) -> None:
    said = st.text_input(
        "What is the process called?",
        draft.process,
        key=f"process {draft.upload.name}",
        max_chars=100,
    )
    draft.process = said.strip() or draft.process


def _preview(tables: Sequence[TableGuess]) -> None:
    for table in tables:
        with page.card(f"First rows of {table.label}"):
            _rows(table)


def _rows(table: TableGuess) -> None:
    rows = table.seen.sample.frame.head(FIRST_ROWS)
    texts = rows.select(pl.all().map_elements(str, return_dtype=pl.String, skip_nulls=True))
    st.dataframe(
        texts.to_pandas(),
        hide_index=True,
        height="auto",
        alt=f"The first {wording.count(texts.height, 'row')} of {table.label}",
    )


def _table(draft: Draft, table: TableGuess) -> None:
    with page.card(f"What is {table.label}?"):
        _rows(table)
        _kind(draft, table)
        if table.kind is None:
            return
        if table.missing:
            st.html(
                markup.banner(
                    "high",
                    f"No column is known as {wording.several(table.missing)}.",
                    ["Choose it below, or choose another kind of file."],
                    word="Missing",
                )
            )
        rest = [each for each in table.guesses if each.meaning in {EXTRA, SKIP}]
        for guess in table.guesses:
            if guess not in rest:
                _column(draft, guess)
        if rest:
            with st.expander(
                f"{wording.count(len(rest), 'other column')}, kept as further details"
            ):
                for guess in rest:
                    _column(draft, guess)


def _kind(draft: Draft, table: TableGuess) -> None:
    options = [*KINDS, ""]
    now = table.kind.name if table.kind else ""
    key = f"kind {draft.upload.name} {table.label} {now}"
    st.selectbox(
        "What are its rows?",
        options,
        index=options.index(now),
        format_func=lambda kind: KINDS.get(kind, LEAVE_OUT),
        key=key,
        on_change=_is_a,
        args=(draft, table.label, key),
    )
    if table.kind:
        st.html(_why(table.kind.confidence, table.kind.why))


def _column(draft: Draft, guess: Guess) -> None:
    """Draw one column: its name and examples, what it means, and why."""
    left, middle, right = st.columns([3, 3, 4], vertical_alignment="center")
    with left:
        shown = " · ".join(guess.examples) or "empty"
        name = f'<strong class="sl-break">{markup.text(guess.column)}</strong>'
        st.html(f'{name}<br><span class="sl-break">{markup.quiet(shown)}</span>')
    with middle:
        options = list(LABELS)
        key = f"means {draft.upload.name} {guess.column} {guess.meaning}"
        st.selectbox(
            f"What {markup.plain(guess.column)} means",
            options,
            index=options.index(guess.meaning),
            format_func=LABELS.__getitem__,
            key=key,
            label_visibility="collapsed",
            on_change=_means,
            args=(draft, guess.column, key),
        )
    with right:
        st.html(_why(guess.confidence, guess.why))


def _why(confidence: float, why: str) -> str:
    status = "ok" if confidence >= SURE else "info" if confidence >= PERHAPS else "high"
    word = f"{wording.percent(confidence)} sure"
    return f"{markup.mark(status, word)} {markup.quiet(why)}"


def _questions(draft: Draft) -> None:
    asked = [each for each in draft.suggestion.questions if each.key not in LESS]
    if not asked:
        return
    with page.card("What the file does not say", "Defaults are assumed until you change them."):
        places = st.columns(2)
        for number, question in enumerate(asked):
            with places[number % 2]:
                _question(draft, question)


def _question(draft: Draft, question: Question) -> None:
    key = f"answer {draft.upload.name} {question.key}"
    why = f"Assumed: {markup.plain(question.why)}." if question.is_assumed else None
    known = _options(question)
    if known:
        index = known.index(question.answer) if question.answer in known else 0
        st.selectbox(
            markup.plain(question.text), known, index, key=key, help=why, on_change=_answer,
            args=(draft, question.key, key),
        )  # fmt: skip
    else:
        st.text_input(
            markup.plain(question.text), question.answer, key=key, help=why, max_chars=100,
            on_change=_answer, args=(draft, question.key, key),
        )  # fmt: skip


def _options(question: Question) -> list[str]:
    return sorted(available_timezones()) if question.key == "zone" else list(question.options)


def _warnings(warnings: Sequence[str]) -> None:
    if warnings:
        st.html(markup.banner("medium", "Please look at this.", warnings, word="Note"))


def _as_text(draft: Draft) -> None:
    """Offer the mapping as text, for those who know what they want."""
    with st.expander("The mapping as text"):
        for question in draft.suggestion.questions:
            if question.key in LESS:
                _question(draft, question)
        key = f"text {draft.upload.name} {hash(draft.suggestion.text)}"
        said = st.text_area(
            "Mapping (YAML)",
            draft.mapping_text,
            height=380,
            key=key,
            help="docs/mappings.md explains every key. Leave the field to have it checked.",
        )
        is_own = said.strip() != draft.suggestion.text.strip()
        draft.text = said if is_own else ""
        if draft.objection:
            st.html(markup.banner("high", draft.objection, [], word="Not yet"))
        elif is_own:
            st.html(markup.quiet("Your own text holds; changes above do not reach it."))
            st.button("Back to the proposed text", on_click=partial(_forget_text, draft, key))
        st.download_button(
            "Download this mapping",
            draft.mapping_text,
            file_name=f"{draft.suggestion.name}.yaml",
            mime="application/yaml",
            icon=":material/download:",
            on_click="ignore",
        )


def _forget_text(draft: Draft, key: str) -> None:
    draft.text = ""
    st.session_state[key] = draft.suggestion.text


def _is_a(draft: Draft, table: str, key: str) -> None:
    draft.is_a(table, st.session_state[key])


def _means(draft: Draft, column: str, key: str) -> None:
    draft.means(column, st.session_state[key])


def _answer(draft: Draft, name: str, key: str) -> None:
    draft.answer(name, st.session_state[key])

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The third step of an import: what would come of it, before anything is added."""

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from dashboard import data_imports, download, events_said, faults, markup, page, wording
from dashboard.markup import Column, Kpi
from sightline.aid.letters.advice import advice_for
from sightline.aid.uploads import Draft, Outcome, Run
from sightline.errors import SightlineError
from sightline.imports.rehearsal import Refusal

BEAT = "1s"
SHOWN_EVENTS, SHOWN_ROWS = 8, 3
SAID = "import said"


def draw(draft: Draft) -> None:
    """Draw the button that tries it, and what the latest try came to."""
    run = data_imports.rehearsal(draft.upload.name)
    with page.card(
        "What would come of it", "The whole import, into nothing: nothing is added."
    ):
        _said()
        if run and not run.is_over:
            progress(run)
            return
        objection = draft.objection
        st.button(
            "Try it",
            type="secondary" if _holds(run, draft) else "primary",
            disabled=bool(objection),
            help=markup.plain(objection) or None,
            on_click=partial(act, partial(data_imports.rehearse, draft)),
        )
        if run is None:
            st.html(markup.quiet(objection or "Reads every row; adds nothing."))
        elif run.state == "failed":
            st.html(markup.banner("high", run.error, [], word="Cannot be read"))
        elif run.state == "cancelled":
            st.html(markup.quiet("It was stopped."))
        elif not _holds(run, draft):
            st.html(markup.quiet("The mapping was changed since the last try: try it again."))
        elif run.outcome:
            _outcome(run, run.outcome)


def progress(run: Run) -> None:
    """Draw how far a run is, again and again, until it is over."""

    @st.fragment(run_every=BEAT)
    def beat() -> None:
        with faults.caught():
            _progress(run)
        if run.is_over:
            st.rerun()

    beat()


def act(what: Callable[[], object]) -> None:
    """Do `what`; keep what it says when it cannot be done."""
    try:
        what()
    except SightlineError as error:
        st.session_state[SAID] = str(error)


def numbers(outcome: Outcome) -> None:
    """Draw what became of the rows."""
    summary = outcome.summary
    st.html(
        markup.kpis(
            [
                _kpi("Read", summary.read, "rows"),
                _kpi("Accepted", summary.accepted, "rows", f"{_events(summary.events)}"),
                _kpi("Already there", summary.duplicates, "rows", "they add nothing"),
                _kpi("Refused", outcome.refused, "rows", "kept as dead letters"),
            ]
        )
    )


def refusals(found: list[Refusal], counts: dict[str, int], name: str) -> None:
    """Draw why rows are refused, with examples and what to do about it."""
    columns = (Column("Why"), Column("Rows", is_number=True), Column("Such as"))
    cells = [_reason(code, count, found) for code, count in counts.items() if count]
    st.html(markup.table(columns, cells, caption="Refused rows by reason"))
    rows = pd.DataFrame(
        [(e.file, e.row, e.field, e.value, e.code, e.reason) for e in found],
        columns=["file", "row", "field", "value", "reason", "why"],
    )
    if len(rows):
        download.button(rows, f"{name}-refused.csv")


def _outcome(run: Run, outcome: Outcome) -> None:
    numbers(outcome)
    for sentence in outcome.known:
        st.html(markup.banner("medium", f"{sentence}.", [], word="Note"))
    left, right = st.columns(2)
    with left:
        _first(outcome)
    with right:
        st.subheader("What is refused", anchor=False)
        if outcome.refused:
            refusals(outcome.refusals, dict(outcome.summary.rejected), "import")
        else:
            st.html(markup.mark("ok", "Nothing: every row is understood."))
    if outcome.summary.warnings:
        st.html(markup.banner("medium", "Good to know.", outcome.summary.warnings, word="Note"))
    st.button(
        f"Import {wording.count(outcome.summary.accepted, 'row')}",
        type="primary",
        icon=":material/input:",
        disabled=not outcome.summary.accepted,
        on_click=partial(act, partial(data_imports.import_as_tried, run)),
    )
    if outcome.refused and outcome.summary.accepted:
        st.html(
            markup.quiet(
                "Refused rows come with it as dead letters: they can be mended and sent later."
            )
        )


def _first(outcome: Outcome) -> None:
    st.subheader("What comes of it", anchor=False)
    kinds = [f"{wording.exact(n)} × {events_said.kind(t)}" for t, n in outcome.types.items()]  # noqa: RUF001
    st.html(markup.text(", ".join(kinds)) or markup.quiet("No event."))
    said = [events_said.sentence(event) for event in outcome.first[:SHOWN_EVENTS]]
    rows = [(markup.quiet(when), markup.text(what)) for when, what in said]
    if rows:
        st.html(
            markup.table(
                (Column("When, UTC"), Column("The first events")), rows, caption="First events"
            )
        )


def _reason(code: str, count: int, found: list[Refusal]) -> tuple[str, str, str]:
    advice = advice_for(code)
    rows = [each for each in found if each.code == code][:SHOWN_ROWS]
    examples = "<br>".join(
        markup.text(f"row {each.row}: {_what(each)}" if each.row else _what(each))
        for each in rows
    )
    why = f"{markup.text(advice.words)}<br>{markup.quiet(advice.mend)}"
    return why, markup.text(wording.exact(count)), f'<span class="sl-break">{examples}</span>'


def _what(refusal: Refusal) -> str:
    """Return what is wrong; a value that is missing is called empty."""
    if refusal.code.startswith("missing_") and not refusal.value and refusal.field:
        return f"{refusal.field} is empty"
    return refusal.reason


def _progress(run: Run) -> None:
    ahead = data_imports.queue().ahead_of(run) if run.state == "waiting" else 0
    if run.state == "waiting":
        others = wording.count(ahead, "other run")
        st.progress(0.0, f"Waiting for {others}" if ahead else "Beginning")
    elif run.total:
        share = min(run.done / run.total, 1.0)
        counted = f"{wording.exact(run.done)} of {wording.exact(run.total)}"
        st.progress(share, f"{markup.plain(run.phase)}: {counted}")
    else:
        phase = markup.plain(run.phase or "Beginning")
        st.progress(0.0, f"{phase}: {wording.exact(run.done)} rows")
    st.button("Stop", key=f"stop {run.name}", on_click=run.cancel)


def _said() -> None:
    text = st.session_state.pop(SAID, "")
    if text:
        st.html(markup.banner("high", text, [], word="Refused"))


def _holds(run: Run | None, draft: Draft) -> bool:
    return run is not None and run.state == "done" and run.key == draft.key


def _kpi(label: str, value: float, unit: str, note: str = "") -> Kpi:
    return Kpi(label, wording.number(value), unit, note, has_bar=False)


def _events(number: int) -> str:
    return f"{wording.count(number, 'event')}"

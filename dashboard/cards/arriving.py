# SPDX-License-Identifier: AGPL-3.0-or-later
"""The last step of an import: how far it is, what it came to, and where to look next."""

from functools import partial

import streamlit as st

from dashboard import data, data_imports, markup, page, wording
from dashboard.cards import trying
from sightline.aid.uploads import Outcome, Run

STOPPED = "What is in the log by now stays, and is whole: started again, it goes on from there."


def draw(run: Run) -> None:
    """Draw an import that waits, runs, or is over."""
    names = wording.several([path.name for path in run.paths])
    st.html(f'<h2 class="sl-subject">{markup.text(names)}</h2>')
    if not run.is_over:
        with page.card("Importing", "It goes on when this page is closed or loaded again."):
            trying.progress(run)
        return
    if run.state == "done" and run.outcome:
        _done(run, run.outcome)
        return
    title = "It was stopped." if run.state == "cancelled" else run.error
    status, word = ("medium", "Stopped") if run.state == "cancelled" else ("high", "Failed")
    st.html(markup.banner(status, title, [STOPPED], word=word))
    with st.container(horizontal=True):
        st.button("Go on", type="primary", on_click=partial(trying.act, _again(run)))
        st.button("Change the mapping", on_click=partial(data_imports.queue().forget, run.name))
        st.button("Drop the files", on_click=_drop, args=(run,))


def _done(run: Run, outcome: Outcome) -> None:
    summary = outcome.summary
    rows = wording.count(summary.accepted, "row")
    events = wording.count(summary.events, "event")
    title = f"{rows} accepted, {events} added."
    status = "ok" if summary.accepted or not outcome.refused else "high"
    if not summary.events and summary.duplicates:
        title = "All of it was in the log already: nothing was added."
    st.html(markup.banner(status, title, [], word="Done"))
    trying.numbers(outcome)
    page.live(_stream)
    left, right = st.columns(2)
    with left, page.card("Where to look now"):
        st.html("<br>".join(_links(run, outcome)))
    with right, page.card("For next time"):
        _mapping(run)
        st.button("Import more", type="primary", on_click=_close)
    if outcome.refused:
        tried = data_imports.rehearsal(run.upload)
        found = tried.outcome.refusals if tried and tried.outcome else []
        with page.card("What was refused"):
            trying.refusals(found, dict(summary.rejected), "import")


def _stream() -> None:
    """Say whether the tables know it yet."""
    if data.is_read():
        st.html(markup.mark("ok", "The tables know everything that is in the log."))
    elif any(job.name == "stream" for job in data.jobs()):
        st.html(markup.mark("info", "The stream is taking it in; pages show it in a moment."))
    else:
        st.html(
            markup.banner(
                "medium",
                "No stream runs in this process, so the pages do not know it yet.",
                ["Start it with `sightline up`, or process the log once: sightline run."],
                word="Waiting",
            )
        )


def _links(run: Run, outcome: Outcome) -> list[str]:
    tried = data_imports.rehearsal(run.upload)
    found = tried.outcome if tried and tried.outcome else outcome
    links = [
        markup.link("/stock", f"Stock of {item} at {loc}", {"item": item, "loc": loc})
        for item, loc in found.subjects()
    ]
    if any(name.startswith("process.") for name in found.types):
        links.append(markup.link("/process", "The processes"))
    if outcome.refused:
        links.append(
            markup.link("/letters", f"The {wording.count(outcome.refused, 'refused row')}")
        )
    links.append(markup.link("/quality", "Data quality: what is missing or doubtful"))
    return links


def _mapping(run: Run) -> None:
    text = data_imports.mapping_of(run)
    if not text:
        st.html(markup.quiet("No mapping of your own was needed."))
        return
    st.html(
        markup.quiet("Kept in the home's folder mappings; the same from a shell: ")
        + "<code>sightline import FILE --mapping MAPPING.yaml</code>"
    )
    st.download_button(
        "Download this mapping",
        text,
        file_name=f"{run.paths[0].name.split('.', 1)[0]}.yaml",
        mime="application/yaml",
        icon=":material/download:",
        on_click="ignore",
    )


def _again(run: Run) -> partial[Run]:
    return partial(data_imports.import_as_tried, run)


def _drop(run: Run) -> None:
    data_imports.drop(run.upload)
    data_imports.queue().forget(run.name)
    _close()


def _close() -> None:
    st.query_params.pop("upload", None)

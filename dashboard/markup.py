# SPDX-License-Identifier: AGPL-3.0-or-later
"""HTML pieces for `st.html`; texts that come from data are escaped here, and only here."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from itertools import zip_longest
from pathlib import Path
from urllib.parse import urlencode

from dashboard import theme, wording

STYLE = Path(__file__).with_name("static") / "sightline.css"
MARKDOWN = re.compile(
    r"[\\`*{}\[\]<>#!|~$&]|:(?=\S)|(?<![^\W_])_|_(?![^\W_])|^[-+=]|(?<=\d)[.)](?= |$)"
)
"""Where a text may begin Markdown; brackets and underscores inside words cannot."""
READ_LATER = re.compile(
    r"(?<=:)(?=\S)|(?<=www)(?=\.)|(?=@)|(?<=[-<>~])(?=[-=>])", re.IGNORECASE
)
"""Where Streamlit finds links, icons, emoji and arrows although they are escaped."""
UNSEEN = "\u2060"
"""Joins words and has no width."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """One number with what it means.

    Attributes
    ----------
    note
        What it is compared with; one short line.
    parts
        Status and size of the pieces of the bar under it; the rest of `whole` stays grey.
    """

    label: str
    value: str
    unit: str = ""
    note: str = ""
    parts: tuple[tuple[str, float], ...] = ()
    whole: float = 0.0
    has_bar: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One column of `table`: its heading, which names the unit, and whether it is a number."""

    title: str
    is_number: bool = False


def style() -> str:
    """Return the style sheet, colours of statuses included."""
    return f"<style>{theme.variables()}{STYLE.read_text(encoding='utf-8')}</style>"


def mark(status: str, word: str = "") -> str:
    """Return a status as shape, word and colour; `word` replaces the status's own."""
    look = theme.status(status)
    said = escape(word or look.word)
    return f'<span class="sl-status {_tint(status)}">{look.shape} {said}</span>'


def badge(status: str, text: str, *, hover: str = "") -> str:
    """Return `text` in a pill, its shape before it."""
    shape = theme.status(status).shape
    return (
        f'<span class="sl-badge {_tint(status)}" title="{escape(hover)}">'
        f'<span aria-hidden="true">{shape}</span>{escape(text)}</span>'
    )


def when(then: datetime, now: datetime | None) -> str:
    """Return how long before `now` `then` was, or its day without a `now`.

    Hovering shows the moment itself.
    """
    full = escape(wording.moment(then))
    said = escape(wording.day(then) if now is None else wording.ago(then, now))
    return f'<time datetime="{then.isoformat()}" title="{full}">{said}</time>'


def link(path: str, text: str, query: Mapping[str, str] | None = None) -> str:
    """Return a link inside the app; values of `query` are percent-encoded."""
    target = f"{path}?{urlencode(query)}" if query else path
    return f'<a href="{escape(target)}" target="_self">{escape(text)}</a>'


def outward(text: str, url: str) -> str:
    """Return a link to another system; it opens beside this one and learns nothing of it."""
    shown = f"{escape(text)} ↗"
    return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{shown}</a>'


def sentence(
    status: str, lead: str, rest: str = "", *, after: str = "", basis: str = ""
) -> str:
    """Return the sentence that answers the page's question.

    Parameters
    ----------
    lead, rest
        Text; the lead is bold.
    after
        HTML, such as a link.
    basis
        Text: which data it rests on.
    """
    look = theme.status(status)
    return (
        f'<p class="sl-sentence"><span class="{_tint(status)}" aria-hidden="true">{look.shape}'
        f'</span><span class="sl-hush">{escape(look.word)}:</span> '
        f"<strong>{escape(lead)}</strong> {escape(rest)} {after}</p>"
        + (f'<p class="sl-basis">{escape(basis)}</p>' if basis else "")
    )


def kpis(each: Iterable[Kpi]) -> str:
    """Return numbers side by side; on a small screen two in a row."""
    return f'<div class="sl-kpis">{"".join(map(_kpi, each))}</div>'


def _kpi(kpi: Kpi) -> str:
    unit = f'<span class="sl-unit">{escape(kpi.unit)}</span>' if kpi.unit else ""
    return (
        f'<dl class="sl-kpi"><dt>{escape(kpi.label)}</dt>'
        f'<dd class="sl-value">{escape(kpi.value)}{unit}</dd>'
        f'<dd class="sl-note">{escape(kpi.note)}</dd>{_meter(kpi)}</dl>'
    )


def _meter(kpi: Kpi) -> str:
    if not kpi.has_bar:
        return ""
    whole = max(kpi.whole, sum(size for _, size in kpi.parts))
    pieces = "".join(
        f'<span class="{_tint(status)}" style="width:{100 * size / whole:.2f}%"></span>'
        for status, size in kpi.parts
        if size > 0 and whole > 0
    )
    return f'<dd class="sl-meter" aria-hidden="true">{pieces}</dd>'


def table(columns: Sequence[Column], rows: Iterable[Sequence[str]], *, caption: str) -> str:
    """Return a small table; cells are HTML, so escape texts with `text` first.

    Parameters
    ----------
    caption
        What it shows, for screen readers.
    """
    right = [' class="sl-right"' if each.is_number else "" for each in columns]
    head = "".join(
        f"<th{r}>{escape(c.title)}</th>" for r, c in zip(right, columns, strict=True)
    )
    body = "".join(
        f"<tr>{''.join(f'<td{r}>{cell}</td>' for r, cell in zip(right, row, strict=True))}</tr>"
        for row in rows
    )
    return (
        f'<div class="sl-scroll"><table class="sl-table"><caption class="sl-hush">'
        f"{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def text(value: object) -> str:
    """Return any text of the data, safe to show."""
    return escape(str(value))


def plain(value: object) -> str:
    r"""Return any text of the data as Markdown that shows just this text.

    For labels, titles and helps of widgets, which Streamlit reads as Markdown; options of a
    selectbox it does not.

    >>> plain("![x](y) *price* in order_id")
    '\\!\\[x\\](y) \\*price\\* in order_id'
    """
    words = READ_LATER.sub(UNSEEN, " ".join(str(value).split()))
    return MARKDOWN.sub(r"\\\g<0>", words)


def coded(value: str) -> str:
    """Return our own text with what stands between backticks set as code.

    >>> coded("say `abs: true` & go")
    'say <code>abs: true</code> &amp; go'
    """
    parts = escape(value).split("`")
    return "".join(
        f"<code>{part}</code>" if index % 2 else part for index, part in enumerate(parts)
    )


def quiet(value: object) -> str:
    """Return `value`, escaped, in the colour of secondary text."""
    return f'<span class="sl-quiet">{escape(str(value))}</span>'


def bar(share: float, *, kind: str = "") -> str:
    """Return a thin bar, full at a `share` of 1; `kind` ``wait`` makes it orange."""
    width = 100 * min(max(share, 0.0), 1.0)
    return (
        f'<span class="sl-bar {"sl-wait" if kind == "wait" else ""}" aria-hidden="true">'
        f'<span style="width:{width:.1f}%"></span></span>'
    )


def row(status: str, what: str, why: str, moment: str) -> str:
    """Return one line of a list: a status, what and why (texts), when (HTML)."""
    return (
        f'<div class="sl-row">{mark(status)}<span class="sl-what"><strong>{escape(what)}'
        f"</strong><small>{escape(why)}</small></span>"
        f'<span class="sl-when">{moment}</span></div>'
    )


def steps(names: Iterable[str]) -> str:
    """Return activities in order, as boxes with arrows between them."""
    boxes = (f'<span class="sl-step">{escape(name)}</span>' for name in names)
    return '<span class="sl-arrow">→</span>'.join(boxes)


def banner(status: str, title: str, lines: Iterable[str], *, word: str = "") -> str:
    """Return a box that stands out: a title and lines (both texts); `word` as in `mark`."""
    body = "".join(f"<div>{escape(line)}</div>" for line in lines)
    return (
        f'<div class="sl-banner {_tint(status)}" role="status">'
        f'<div class="sl-title">{mark(status, word)} {escape(title)}</div>{body}</div>'
    )


def empty(lead: str, *advice: str, command: str = "", other: str = "") -> str:
    """Return what a page without data says: that it is empty, and what to do.

    Parameters
    ----------
    advice
        One text for each command, or one without.
    command, other
        What to type, and what else one may type.
    """
    said = zip_longest(advice, filter(None, (command, other)), fillvalue="")
    lines = "".join(
        f'<div><span class="sl-quiet">{escape(text)}</span>'
        f"{f' <code>{escape(typed)}</code>' if typed else ''}</div>"
        for text, typed in said
    )
    return f'<div class="sl-empty"><strong>{escape(lead)}</strong>{lines}</div>'


def fault(identifier: str, said: str) -> str:
    """Return the card of an error: what our own message says, and the id to look for."""
    what = escape(said) or "Something broke while this page was drawn. The data are unharmed."
    lead = "The data cannot be read" if said else "This page could not be shown"
    return (
        f'<div class="sl-fault sl-critical" role="alert"><div><strong>{lead}</strong></div>'
        f"<div>{what}</div><div class='sl-quiet'>Error id <code>{escape(identifier)}</code>: "
        "the log has the details under this id.</div></div>"
    )


def footer(version: str, source: str) -> str:
    """Return the last line of every page: the version, the licence and where the source is."""
    return (
        f'<div class="sl-foot">Sightline {escape(version)} · AGPL-3.0-or-later · '
        f'<a href="{escape(source)}" target="_blank" rel="noopener noreferrer">Source</a></div>'
    )


def _tint(status: str) -> str:
    return f"sl-{status.lower() if status.lower() in theme.STATUSES else 'medium'}"

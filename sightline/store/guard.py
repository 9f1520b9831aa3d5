# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person's SQL may do: read this store, in one statement.

The engine's ``readonly=1`` stops writes, settings and most table functions. It still runs
``INTO OUTFILE``, the function ``file()`` and some calls to other machines, so the text is
read here as well. What this reader is not sure to read as the engine does, it refuses, and
what it read is what runs: comments are taken out.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sightline.errors import RefusedSqlError

_TOKEN = re.compile(
    r"""
      (?P<blank>\s+|--[^\n]*|/\*(?:(?!/\*|\*/).)*\*/)
    | (?P<text>'(?:[^'\\]|\\.|'')*')
    | (?P<quoted>"(?:[^"\\]|"")*"|`(?:[^`\\]|``)*`)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?!['"`]))
    | (?P<number>0[xX][0-9A-Fa-f]+(?![\w])|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?(?![\w]))
    | (?P<sign>->|::|[-+*%=<>!|&^?:,.;()\[\]{}]|/(?![/*]))
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
_OPENINGS = frozenset(
    {"select", "with", "from", "(", "show", "describe", "desc", "explain", "exists"}
)
_FILES = frozenset({"outfile", "infile"})
_OUTSIDE = re.compile(r"file|catboostevaluate|sleep\w*|ai[a-z]+|eval\w*", re.ASCII)
_HARMLESS = frozenset(
    {
        "generate_series",
        "generateseries",
        "merge",
        "null",
        "numbers",
        "numbers_mt",
        "primes",
        "sqlstandardvalues",
        "values",
        "view",
        "zeros",
        "zeros_mt",
    }
)


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def name(self) -> str:
        """Return the lower-case name when this can be one, else ""."""
        if self.kind == "quoted":
            return self.text[1:-1].lower()
        return self.text.lower() if self.kind == "word" else ""


def checked(sql: str, *, table_functions: Collection[str]) -> str:
    """Return `sql` without comments and without a final semicolon.

    Parameters
    ----------
    table_functions
        What the engine can call after ``FROM``; only harmless ones pass.

    Raises
    ------
    RefusedSqlError
        It would do more than read, is several statements, or cannot be read with certainty.

    Examples
    --------
    >>> checked("SELECT 1 -- one", table_functions=[])
    'SELECT 1'
    >>> checked("SELECT 1 INTO /**/ OUTFILE 'x'", table_functions=[])
    Traceback (most recent call last):
    sightline.errors.RefusedSqlError: The SQL has OUTFILE, which reaches files; expected ...
    """
    tokens = list(_tokens(sql))
    said = [token for token in tokens if token.kind != "blank"]
    while said and said[-1].text == ";":
        said.pop()
    _check_shape(said)
    _check_names(said, {each.lower() for each in table_functions} - _HARMLESS)
    return _without_comments(tokens)


def _tokens(sql: str) -> Iterator[_Token]:
    at = 0
    while at < len(sql):
        match = _TOKEN.match(sql, at)
        if match is None or "\0" in match[0]:
            raise RefusedSqlError(
                f"The SQL has {sql[at : at + 12]!r} at position {at + 1}, which Sightline "
                "cannot read; expected plain SQL with -- or /* */ comments. Quote names as "
                "\"name\" and texts as 'text'."
            )
        yield _Token(match.lastgroup or "", match[0])
        at = match.end()


def _check_shape(said: list[_Token]) -> None:
    if not said:
        raise RefusedSqlError("The SQL is empty; expected SELECT … as text, or - for stdin.")
    opening = said[0].text.lower()
    if opening not in _OPENINGS:
        raise RefusedSqlError(
            f"The SQL begins with {opening[:40]!r}; expected SELECT, WITH, SHOW, DESCRIBE or "
            "EXPLAIN. Sightline's tables are written by its own commands only."
        )
    if any(token.text == ";" for token in said):
        raise RefusedSqlError(
            "The SQL has several statements; expected one. Run them one after the other."
        )
    if len(said) > 1 and said[-2].text.lower() == "format" and said[-1].kind == "word":
        raise RefusedSqlError(
            f"The SQL ends with FORMAT {said[-1].text}; expected no FORMAT. Use --format."
        )


def _check_names(said: list[_Token], calling_out: Collection[str]) -> None:
    following = [token.text for token in said[1:]] + [""]
    for token, after in zip(said, following, strict=True):
        is_call = after == "(" and token.name in calling_out
        if token.kind == "word" and token.name in _FILES:
            raise RefusedSqlError(
                f"The SQL has {token.text.upper()}, which reaches files; expected only reads "
                "of this store. Use --format and redirect the output."
            )
        if is_call or _OUTSIDE.fullmatch(token.name):
            raise RefusedSqlError(
                f"The SQL uses {token.text}, which reaches beyond this store; expected only "
                "its tables. `sightline import` brings files in."
            )


def _without_comments(tokens: list[_Token]) -> str:
    kept = "".join(
        " " if token.kind == "blank" and token.text[0] in "-/" else token.text
        for token in tokens
    )
    return kept.strip("; \t\r\n\f\v")

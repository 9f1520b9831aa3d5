# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where rows of a text end: at the end of a line that is not inside quotes.

As the reader of CSV sees it: a quote counts at the start of a value only, and inside such a
value two of them stand for one.
"""

from collections.abc import Iterator

QUOTE, NEWLINE = b'"', b"\n"


def last_end(data: bytes, delimiter: str) -> int:
    r"""Return how many bytes of `data` are whole rows.

    Parameters
    ----------
    delimiter
        Between values, "" for lines without values in quotes.

    Examples
    --------
    >>> last_end(b'a,"b\nc",d\ne,f', ","), last_end(b"a\nb", ""), last_end(b"a", "")
    (10, 2, 0)
    """
    if not delimiter or QUOTE not in data:
        return data.rfind(NEWLINE) + 1
    return max(_ends(data, delimiter.encode()), default=0)


def first_end(data: bytes, delimiter: str) -> int:
    r"""Return how many bytes of `data` are its first row; 0 when it has no end.

    >>> first_end(b'"a\nb",c\nd,e\n', ",")
    8
    """
    return next(_ends(data, delimiter.encode()), 0)


def _ends(data: bytes, delimiter: bytes) -> Iterator[int]:
    """Yield the ends of rows; `data` begins with a row."""
    at, in_quotes = 0, False
    while (end := data.find(NEWLINE, at)) >= 0:
        if in_quotes or QUOTE in data[at:end]:
            in_quotes = _is_open(data[at:end], delimiter, is_open=in_quotes)
        at = end + 1
        if not in_quotes:
            yield at


def _is_open(line: bytes, delimiter: bytes, *, is_open: bool) -> bool:
    """Tell whether a value in quotes is still open at the end of `line`."""
    at = 0
    while True:
        if not is_open:
            start = at if line.startswith(QUOTE, at) else line.find(delimiter + QUOTE, at)
            if start < 0:
                return False
            at = start + 1 if line.startswith(QUOTE, start) else start + 2
        end = line.find(QUOTE, at)
        if end < 0:
            return True
        at, is_open = end + 1, line.startswith(QUOTE, end + 1)
        if is_open:
            at += 1
            continue
        start = line.find(delimiter, at)
        if start < 0:
            return False
        at = start + 1

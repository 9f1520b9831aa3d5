# SPDX-License-Identifier: AGPL-3.0-or-later
"""Links that take a person from a message to the page where they can look and act."""

from urllib.parse import quote, urlencode


def stock_link(url: str, *, item: str, loc: str, exception_id: str) -> str:
    """Return the address of the Stock page of `item` at `loc`, opened at one exception.

    >>> stock_link("http://sight", item="A 1/2", loc="DC&1", exception_id="e1")
    'http://sight/stock?item=A%201%2F2&loc=DC%261&exception=e1'
    """
    asked = {"item": item, "loc": loc, "exception": exception_id}
    return f"{url.rstrip('/')}/stock?{urlencode(asked, quote_via=quote, safe='')}"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which names a request may call this server by.

A page from elsewhere can have its own name made to point at this machine (DNS rebinding) and
then counts as a page of this server. The name gives it away: browsers send it in ``Host``. An
address in figures cannot be made to point elsewhere.
"""

import re
from collections.abc import Collection
from ipaddress import ip_address

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HOST = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+))(?::\d{1,5})?", re.ASCII)


def host_of(said: str) -> str:
    """Return the name in a Host header, without its port; "" when it is none.

    Examples
    --------
    >>> host_of("Localhost:8501"), host_of("[::1]:8501"), host_of("evil@localhost")
    ('localhost', '::1', '')
    """
    found = HOST.fullmatch(said.strip())
    return (found[1] or found[2]).lower() if found else ""


def is_ours(said: str | None, names: Collection[str]) -> bool:
    """Tell whether a Host header names this server: by an address, or by one of `names`.

    Examples
    --------
    >>> is_ours("10.0.0.7:8501", {"localhost"}), is_ours("evil.example", {"localhost"})
    (True, False)
    """
    if said is None:
        return True  # no browser leaves it out
    host = host_of(said)
    return host in names or _is_address(host)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True

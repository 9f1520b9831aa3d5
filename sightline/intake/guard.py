# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may talk to the intake: whoever has the token; without one, programs of this machine.

A page from elsewhere can make a person's browser send requests to loopback. Browsers say so:
they name the page's origin, or the host name that was made to point here.
"""

import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from sightline.intake.declined import Declined
from sightline.intake.hosts import LOOPBACK, host_of
from sightline.settings import Settings


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets in who has `token`; where that is empty, who calls this machine by `names`."""

    token: str
    names: frozenset[str]

    @classmethod
    def of(cls, settings: Settings, token: str) -> "Guard":
        """Return the guard of the address that people use."""
        return cls(token, LOOPBACK | {settings.host, urlsplit(settings.url).hostname or ""})

    def check(self, headers: Headers) -> None:
        """Raise `Declined` unless a request with `headers` may go on."""
        if self.token:
            self._check_token(headers.get("authorization"))
            return
        if headers.get("origin") is not None:
            raise Declined(
                403,
                "A web page sent this request; expected a program on this machine. Set "
                "SIGHTLINE_INTAKE_TOKEN and send it to let pages in.",
            )
        if host_of(headers.get("host", "")) not in self.names:
            raise Declined(
                403,
                "The request names another host; expected the address in SIGHTLINE_URL or "
                "localhost.",
            )

    def trusts(self, headers: Headers) -> bool:
        """Tell whether `check` would let a request with `headers` go on."""
        try:
            self.check(headers)
        except Declined:
            return False
        return True

    def _check_token(self, said: str | None) -> None:
        scheme, _, token = (said or "").partition(" ")
        given = token.strip().encode("utf-8", "surrogateescape")
        if scheme.lower() == "bearer" and hmac.compare_digest(given, self.token.encode()):
            return
        what = "is wrong" if said else "is missing"
        raise Declined(
            401,
            f"The token {what}; expected the header `Authorization: Bearer …` with the token "
            "in SIGHTLINE_INTAKE_TOKEN.",
            {"WWW-Authenticate": 'Bearer realm="sightline"'},
        )

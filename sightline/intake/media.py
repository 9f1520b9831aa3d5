# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which way of writing events a request uses: it says so in its headers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sightline.intake import binary, body, sent
from sightline.intake.binary import Header
from sightline.intake.body import DamagedError
from sightline.intake.declined import Declined
from sightline.intake.limits import Limits
from sightline.intake.sent import Sent

Mode = Literal["structured", "batch", "plain", "lines", "binary"]
MODES: dict[str, Mode] = {
    "application/cloudevents+json": "structured",
    "application/cloudevents-batch+json": "batch",
    "application/json": "plain",
    "application/x-ndjson": "lines",
}
CHARSETS = ("utf-8", "utf8", "us-ascii", "ascii")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the events of one request are written.

    Attributes
    ----------
    content_type
        Media type of the body, without parameters.
    headers
        All headers of the request.
    """

    mode: Mode
    content_type: str
    headers: Sequence[Header]

    def sent(self, packed: bytes, encoding: str, limits: Limits) -> Sent:
        """Return the events of a body.

        Raises
        ------
        Declined
            It is too large once unpacked, or holds too many events.
        """
        try:
            plain = body.unpacked(packed, encoding, limits)
        except DamagedError as damaged:
            return sent.damaged(packed, str(damaged))
        if self.mode == "binary":
            return binary.event(self.headers, self.content_type, plain)
        if self.mode == "structured":
            return sent.one(plain)
        if self.mode == "lines":
            return sent.in_lines(plain, limits)
        return (sent.many if self.mode == "batch" else sent.one_or_many)(plain, limits)


def reading_of(headers: Sequence[Header]) -> Reading:
    """Return how a request with `headers` writes its events.

    Raises
    ------
    Declined
        In a way that is not known.
    """
    stated = [value.decode("latin-1") for name, value in headers if name == b"content-type"]
    media, *parameters = (stated[0] if stated else "").split(";")
    media = media.strip().lower()
    _check_charset(parameters, media)
    is_json = media in {"", "application/json"} or (
        media.endswith("+json") and not media.startswith("application/cloudevents")
    )
    if is_json and binary.is_binary(headers):
        return Reading("binary", media, headers)
    if media not in MODES:
        raise _unknown(media or "nothing")
    return Reading(MODES[media], media, headers)


def _check_charset(parameters: Sequence[str], media: str) -> None:
    for each in parameters:
        name, _, value = each.strip().partition("=")
        if name.lower() == "charset" and value.strip('"').lower() not in CHARSETS:
            raise _unknown(f"{media} in {value}")


def _unknown(media: str) -> Declined:
    return Declined(
        415,
        f"The body is {media[:80]!r}; expected {', '.join(MODES)}, or ce- headers with a JSON "
        "body, in UTF-8.",
        {"Accept-Post": ", ".join(MODES)},
    )

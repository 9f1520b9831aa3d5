# SPDX-License-Identifier: AGPL-3.0-or-later
"""Bodies become lines of CloudEvents; what cannot become a line is refused here."""

import codecs
from dataclasses import dataclass, field

import msgspec

from sightline.events import explain
from sightline.events.refusal import LONGEST_LINE, Fault, Refusal, refuse
from sightline.intake.declined import Declined
from sightline.intake.limits import Limits

VALUES_FOR_EACH_EVENT = 100  # a body of bare commas must not become millions of objects
UNREADABLE = (msgspec.MsgspecError, UnicodeError, RecursionError)
_SPACES = bytes.maketrans(b"\n\r\t", b"   ")  # inside JSON they stand between tokens only
_list = msgspec.json.Decoder(list[msgspec.Raw])
_one = msgspec.json.Decoder(msgspec.Raw)


@dataclass(slots=True)
class Sent:
    """What one request holds; every event is either a line or a refusal.

    Attributes
    ----------
    lines, places
        Events as single lines, and the place of each among all that were sent, from 0.
    refused
        What can be no line of the log; `index` is its place.
    """

    lines: list[bytes] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def add(self, line: bytes) -> None:
        """Add the next event."""
        if len(line) > LONGEST_LINE:
            text = f"the event has {len(line)} bytes; expected at most {LONGEST_LINE}"
            self.refuse(line, Fault("too_large", "", text))
        else:
            self.places.append(len(self))
            self.lines.append(line)

    def refuse(self, raw: bytes, fault: Fault, *, source: str = "", name: str = "") -> None:
        """Note that what comes next is no event; `name` is its id."""
        self.refused.append(refuse(len(self), raw, fault, source=source, id=name))

    def __len__(self) -> int:
        return len(self.lines) + len(self.refused)


def one(body: bytes) -> Sent:
    """Return the one event of a structured body."""
    sent = Sent()
    try:
        sent.add(_line(bytes(_one.decode(_plain(body)))))
    except UNREADABLE as error:
        sent.refuse(body, explain.unreadable(error))
    return sent


def many(body: bytes, limits: Limits) -> Sent:
    """Return the events of a JSON array.

    Raises
    ------
    Declined
        They are too many.
    """
    sent = Sent()
    _check_values(body.count(b","), limits)
    try:
        events = _list.decode(_plain(body))
    except msgspec.ValidationError:
        sent.refuse(body, Fault("not_a_list", "", "the body is no array; expected one"))
        return sent
    except UNREADABLE as error:
        sent.refuse(body, explain.unreadable(error))
        return sent
    check_count(len(events), limits)
    for event in events:
        sent.add(_line(bytes(event)))
    return sent


def one_or_many(body: bytes, limits: Limits) -> Sent:
    """Return the events of plain JSON: an array of them, or one."""
    return many(body, limits) if _plain(body).lstrip().startswith(b"[") else one(body)


def in_lines(body: bytes, limits: Limits) -> Sent:
    """Return the events of NDJSON; blank lines are none.

    Raises
    ------
    Declined
        They are too many.
    """
    _check_values(body.count(b"\n"), limits)
    lines = [line.strip(b"\r") for line in _plain(body).split(b"\n") if line.strip()]
    check_count(len(lines), limits)
    sent = Sent()
    for line in lines:
        sent.add(line)
    return sent


def damaged(body: bytes, reason: str) -> Sent:
    """Return a packed body that nobody can unpack."""
    sent = Sent()
    text = f"the body is no whole gzip stream ({reason}); expected one"
    sent.refuse(body, Fault("not_gzip", "", text))
    return sent


def json_value(body: bytes) -> bytes:
    """Return `body`, which must be one JSON value, on one line; raises one of `UNREADABLE`."""
    return _line(bytes(_one.decode(_plain(body))))


def check_count(count: int, limits: Limits) -> None:
    """Raise `Declined` when one request holds too many events."""
    if count > limits.events:
        raise Declined(
            413,
            f"The request holds {count} events; expected at most {limits.events}. Send them in "
            "parts.",
        )


def _check_values(count: int, limits: Limits) -> None:
    most = VALUES_FOR_EACH_EVENT * limits.events
    if count > most:
        raise Declined(
            413,
            f"The body has {count} values or lines; expected at most {most}, for at most "
            f"{limits.events} events. Send it in parts.",
        )


def _plain(body: bytes) -> bytes:
    return body.removeprefix(codecs.BOM_UTF8)


def _line(valid: bytes) -> bytes:
    return valid.translate(_SPACES) if b"\n" in valid or b"\r" in valid else valid

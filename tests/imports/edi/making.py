# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interchanges for tests, rightly counted unless a test says otherwise."""

import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import msgspec

from sightline.imports.edi.outputs import Named, Output, outputs
from sightline.imports.edi.profile import Profile

ORDER = (
    "BEG*00*SA*P1**20260302",
    "N1*ST*Store*92*EAST",
    "PO1*1*10*EA*2.50**VP*A100",
    "PO1*2*4*CA***VP*B200",
    "CTT*2",
)
BESTELLUNG = (
    "BGM+220+P1+9",
    "DTM+137:20260302:102",
    "NAD+DP+EAST::9",
    "LIN+1++4012345000016:SRV",
    "PIA+5+A100:SA",
    "QTY+21:10:PCE",
    "UNS+S",
    "CNT+2:1",
)


def isa(sender: str = "CUST", *, control: int = 1, signs: str = "*>~", usage: str = "P",
        version: str = "00401") -> str:  # fmt: skip
    """Return an ISA of 106 characters with element, component and segment sign."""
    element, component, end = signs
    parties = ["ZZ", f"{sender:15}", "ZZ", f"{'US':15}"]
    numbers = ["260302", "1405", "U", version, f"{control:09}", "0", usage, component]
    return element.join(["ISA", "00", " " * 10, "00", " " * 10, *parties, *numbers]) + end


def st(segments: Sequence[str], kind: str = "850", control: str = "0001") -> list[str]:
    """Return a set of `segments` with its header and trailer."""
    return [f"ST*{kind}*{control}", *segments, f"SE*{len(segments) + 2}*{control}"]


def x12(  # noqa: PLR0913  what an interchange can vary in
    *sets: Sequence[str], sender: str = "CUST", control: int = 1, signs: str = "*>~",
    usage: str = "P", after: str = "\n", version: str = "00401",
) -> bytes:  # fmt: skip
    """Return an X12 interchange of one group with `sets`."""
    body = ["GS*PO*CUST*US*20260302*1405*7*X*004010", *(each for some in sets for each in some)]
    body += [f"GE*{len(sets)}*7", f"IEA*1*{control:09}"]
    element, _, end = signs
    head = isa(sender, control=control, signs=signs, usage=usage, version=version) + after
    return (head + "".join(each.replace("*", element) + end + after for each in body)).encode()


def unh(segments: Sequence[str], kind: str = "ORDERS", control: str = "1") -> list[str]:
    """Return a message of `segments` with its header and trailer."""
    head = f"UNH+{control}+{kind}:D:96A:UN"
    return [head, *segments, f"UNT+{len(segments) + 2}+{control}"]


def edifact(  # noqa: PLR0913  what an interchange can vary in
    *messages: Sequence[str], sender: str = "KUNDE", advice: str = "", syntax: str = "UNOC:3",
    control: str = "R1", encoding: str = "latin-1", after: str = "\n",
) -> bytes:  # fmt: skip
    """Return an EDIFACT interchange; `advice` is its UNA, with which nothing is translated."""
    body = [each for some in messages for each in some]
    segments = [f"UNB+{syntax}+{sender}:14+WIR:14+260302:1405+{control}", *body]
    segments.append(f"UNZ+{len(messages)}+{control}")
    return (advice + "".join(each + "'" + after for each in segments)).encode(encoding)


def taken(content: bytes, profile: Profile | None = None) -> list[Output]:
    """Return what becomes of the rows of `content`."""
    found = outputs(
        io.BytesIO(content), Named("a.edi", "0" * 64), profile or Profile(), Path(gettempdir())
    )
    return list(found)


def events(content: bytes, profile: Profile | None = None) -> list[dict[str, Any]]:
    """Return the events in `content`, of which nothing may be refused."""
    found = taken(content, profile)
    assert [each.refusal for each in found if each.refusal] == []
    return [msgspec.json.decode(line) for each in found for line in each.events]


def refusals(content: bytes, profile: Profile | None = None) -> list[dict[str, Any]]:
    """Return what is refused of `content`."""
    found = taken(content, profile)
    return [msgspec.json.decode(each.refusal) for each in found if each.refusal]


def codes(content: bytes, profile: Profile | None = None) -> list[str]:
    """Return why things in `content` are refused, "" for rows that are taken."""
    return [each.code for each in taken(content, profile)]

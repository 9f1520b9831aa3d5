# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever happens to a file on its way: one line at most, and nothing lost in silence."""

import re
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st_

from sightline.errors import ImportFileError
from sightline.events.decode import decode_lines
from sightline.imports.edi.outputs import Output
from sightline.imports.edi.profile import Profile
from tests.imports.edi.making import edifact, st, taken, unh, x12

FOLDER = Path(__file__).parents[3] / "docs" / "examples" / "edi"
EVERYTHING = Profile(authoritative=None, takes_tests=True, location="L")
EXAMPLES = [path.read_bytes() for path in sorted(FOLDER.glob("*.edi"))]
WHOLE = re.compile(
    rb"(?:(?<=~\n)PO1\*[0-9]\*[0-9]\*EA\*\*\*VP\*(ITEM[0-9]{6}X)(?=~))"
    rb"|(?:(?<=~\n)BEG\*00\*SA\*(DOC[0-9]{6}X)(?=\*\*20260302~))"
    rb"|(?:(?<='\n)LIN\+[0-9]\+\+(ITEM[0-9]{6}X)(?=:SRV'))"
    rb"|(?:(?<='\n)BGM\+220\+(DOC[0-9]{6}X)(?=\+9'))"
)
"""Segments that nothing happened to, and the mark in each."""


def marked(standard: str, first: int) -> bytes:
    """Return an interchange of three orders in which every order and item has a mark."""
    sets = []
    for n in range(3):
        at = first + 10 * n
        if standard == "x12":
            lines = [f"PO1*{i}*{i}*EA***VP*ITEM{at + i:06}X" for i in (1, 2, 3)]
            body = [f"BEG*00*SA*DOC{at:06}X**20260302", *lines, "CTT*3"]
            sets.append(st(body, control=f"{n:04}"))
        else:
            lines = [
                each
                for i in (1, 2, 3)
                for each in (f"LIN+{i}++ITEM{at + i:06}X:SRV", f"QTY+21:{i}")
            ]
            body = [f"BGM+220+DOC{at:06}X+9", *lines, "UNS+S", "CNT+2:3"]
            sets.append(unh(body, control=str(n)))
    return x12(*sets) if standard == "x12" else edifact(*sets, advice="UNA:+.? '")


def taken_or_refused(content: bytes) -> list[Output]:
    """Return what becomes of `content`; nothing where one line refuses the file."""
    refused = ""
    try:
        return taken(content, EVERYTHING)
    except ImportFileError as error:
        refused = str(error)
    assert refused
    assert "\n" not in refused
    return []


def told(found: list[Output]) -> bytes:
    return b"\n".join([*(line for each in found for line in each.events),
                       *(each.refusal for each in found)])  # fmt: skip


WORDS = ["~", "*", "'", "+", "?", ":", "ISA", "UNA", "UNB", "ST*", "SE*", "UNH+", "UNZ", "GS*"]
SIGNS = st_.sampled_from([word.encode() for word in WORDS] + [b"\n", b" ", b"\x00", b"\xff"])
CHANGES = st_.lists(
    st_.tuples(
        st_.sampled_from(["drop", "put", "swap", "twice", "cut"]),
        st_.floats(0, 1, exclude_max=True),
        st_.integers(1, 60),
        SIGNS | st_.binary(min_size=1, max_size=4),
    ),
    max_size=4,
)


def changed(content: bytes, changes: list[tuple[str, float, int, bytes]]) -> bytes:
    for what, share, length, extra in changes:
        at = int(share * len(content))
        before, some, rest = content[:at], content[at : at + length], content[at + length :]
        content = {
            "drop": before + rest,
            "put": before + extra + some + rest,
            "swap": before + extra + some[len(extra) :] + rest,
            "twice": before + some + some + rest,
            "cut": before,
        }[what]
    return content


@settings(max_examples=200)
@given(
    parts=st_.lists(st_.sampled_from(["x12", "edifact"]), min_size=1, max_size=3),
    changes=CHANGES,
)
def test_what_is_whole_in_a_damaged_file_is_in_an_event_or_a_dead_letter(
    parts: list[str], changes: list[tuple[str, float, int, bytes]]
) -> None:
    # given interchanges that something happened to
    whole = b"".join(marked(standard, 100 * n) for n, standard in enumerate(parts))
    content = changed(whole, changes)
    # when they are taken
    found = taken_or_refused(content)
    # then no order and no line that is as it was has vanished
    said = told(found)
    marks = [mark for some in WHOLE.findall(content) for mark in some if mark]
    assert not found or [mark for mark in marks if mark not in said] == []
    assert all(bool(each.code) == (not each.events) for each in found)


@settings(max_examples=400)
@given(content=st_.sampled_from(EXAMPLES), changes=CHANGES)
def test_a_damaged_example_gives_events_refusals_or_one_line(
    content: bytes, changes: list[tuple[str, float, int, bytes]]
) -> None:
    found = taken_or_refused(changed(content, changes))
    # then what it gives can be read by the stream, which judges it again
    lines = [line for each in found for line in each.events]
    decoded = decode_lines(lines, ingest_ms=1_800_000_000_000)
    assert decoded.table.num_rows + len(decoded.refused) == len(lines)
    for each in found:
        if each.refusal:
            letter = msgspec.json.decode(each.refusal)
            assert letter["reason"].startswith(f"{each.code}: ")
            assert "\n" not in letter["reason"]


@settings(max_examples=300)
@given(content=st_.binary(max_size=600) | st_.text(max_size=300).map(str.encode), head=SIGNS)
def test_bytes_that_are_no_interchange_never_raise_anything_else(
    content: bytes, head: bytes
) -> None:
    for start in (content, head + content, EXAMPLES[1][:106] + content):
        assert all(each.events or each.code for each in taken_or_refused(start))


@settings(max_examples=150)
@given(
    sets=st_.lists(
        st_.tuples(
            st_.sampled_from(
                [
                    "good",
                    "segment_count",
                    "control_number",
                    "line_count",
                    "unknown_document",
                    "truncated",
                ]
            ),
            st_.integers(1, 4),
        ),
        min_size=1,
        max_size=6,
    ),
    signs=st_.sampled_from(["*>~", "|:\n", "\x1d\x1f\x1c", "+:'"]),
    after=st_.sampled_from(["", "\r\n"]),
)
def test_as_many_sets_as_go_in_are_taken_or_refused(
    sets: list[tuple[str, int]], signs: str, after: str
) -> None:
    bodies, expected = [], []
    for number, (fate, lines) in enumerate(sets):
        body = [f"PO1*{n}*1*EA***VP*A" for n in range(lines)]
        stated = lines + 1 if fate == "line_count" else lines
        kind = "999" if fate == "unknown_document" else "850"
        made = st(
            ["BEG*00*SA*P1**20260302", *body, f"CTT*{stated}"], kind, control=f"{number:04}"
        )
        if fate == "segment_count":
            made[-1] = f"SE*99*{number:04}"
        if fate == "control_number":
            made[-1] = f"SE*{len(made)}*X"
        bodies.append(made[:-1] if fate == "truncated" else made)
        expected += [""] * lines if fate == "good" else [fate]
    found = taken(x12(*bodies, signs=signs, after=after), EVERYTHING)
    assert [each.code for each in found] == expected

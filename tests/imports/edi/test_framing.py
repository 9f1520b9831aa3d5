# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sets that are not whole are refused one by one; the others go on."""

import pytest

from sightline.imports.edi.profile import Profile
from tests.imports.edi.making import (
    BESTELLUNG,
    ORDER,
    codes,
    edifact,
    events,
    refusals,
    st,
    unh,
    x12,
)

TWO = ["", ""]


def sets(*numbers: str) -> list[list[str]]:
    return [st(ORDER, control=number) for number in numbers]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"SE*7*0002", b"SE*8*0002", "segment_count"),
        (b"SE*7*0002", b"SE*seven*0002", "segment_count"),
        (b"SE*7*0002", b"SE**0002", "segment_count"),
        (b"SE*7*0002", b"SE*7*0009", "control_number"),
    ],
)
def test_a_wrong_trailer_refuses_the_whole_set_and_no_other(
    old: bytes, new: bytes, code: str
) -> None:
    content = x12(*sets("0001", "0002", "0003")).replace(old, new)
    assert codes(content) == [*TWO, code, *TWO]
    (refusal,) = refusals(content)
    assert refusal["raw"].startswith("ST*850*0002\nBEG*00*SA*P1")
    assert refusal["source"] == "edi://CUST"


def test_a_refused_set_keeps_every_byte_of_its_text() -> None:
    bad = edifact(unh([each.replace("A100", "MÄNNER") for each in BESTELLUNG]))
    (refusal,) = refusals(bad.replace(b"UNT+10", b"UNT+11"))
    assert "PIA+5+MÄNNER:SA" in refusal["raw"]


def test_a_lost_line_refuses_the_set_though_the_segments_are_counted_rightly() -> None:
    content = x12(st([*ORDER[:4], "CTT*3"]))
    assert codes(content) == ["line_count"]
    assert "CTT counts '3' lines, but there are 2" in refusals(content)[0]["reason"]
    message = edifact(unh([*BESTELLUNG[:-1], "CNT+2:7"]))
    assert codes(message) == ["line_count"]


def test_a_message_with_a_wrong_trailer_is_refused_alone() -> None:
    content = edifact(*(unh(BESTELLUNG, control=each) for each in "123"))
    assert codes(content.replace(b"UNT+10+2", b"UNT+11+2")) == ["", "segment_count", ""]
    assert codes(content.replace(b"UNT+10+2", b"UNT+10+9")) == ["", "control_number", ""]


def test_a_set_without_an_end_is_refused_where_the_next_begins() -> None:
    content = x12(*sets("0001", "0002")).replace(b"SE*7*0001~\n", b"")
    assert codes(content) == ["truncated", *TWO]


def test_nothing_of_an_incomplete_set_is_taken_wherever_the_file_ends() -> None:
    # given an interchange of two sets, cut off at every byte behind its header
    whole = x12(*sets("0001", "0002"))
    ends = [whole.index(b"SE*7*000%d~" % n) + len(b"SE*7*0001~") for n in (1, 2)]
    for end in range(107, whole.rindex(b"~")):
        found = codes(whole[:end])
        # then the sets that were closed by then are taken, and the lack is told
        assert found.count("") == 2 * sum(end >= each for each in ends)
        assert "truncated_interchange" in found


def test_a_truncated_message_is_refused_wherever_the_file_ends() -> None:
    whole = edifact(unh(BESTELLUNG), after="")
    for end in range(whole.index(b"UNH"), whole.index(b"UNZ")):
        found = codes(whole[:end])
        assert found.count("") == (end >= whole.index(b"UNZ"))
        assert found[-1] == "truncated_interchange"


def test_missing_sets_are_told_though_the_others_are_taken() -> None:
    content = x12(*sets("0001")).replace(b"GE*1*", b"GE*2*")
    assert codes(content) == [*TWO, "set_count"]
    assert codes(x12(*sets("0001")).replace(b"IEA*1*", b"IEA*2*")) == [
        *TWO,
        "interchange_count",
    ]
    assert codes(x12(*sets("0001")).replace(b"IEA*1*000000001", b"IEA*1*000000002")) == [
        *TWO, "interchange_count",
    ]  # fmt: skip
    assert codes(edifact(unh(BESTELLUNG)).replace(b"UNZ+1", b"UNZ+2")) == [
        "",
        "interchange_count",
    ]


def test_several_interchanges_of_both_standards_may_share_a_file() -> None:
    content = (
        x12(st(ORDER), sender="A", control=1)
        + edifact(unh(BESTELLUNG), sender="B", advice="UNA:+.? '")
        + x12(st(ORDER), sender="C", control=2, signs="|:'", after="")
        + b"\r\n\r\n"
        + edifact(unh(BESTELLUNG), sender="D")
    )
    found = [event["source"] for event in events(content)]
    assert found == ["edi://A", "edi://A", "edi://B", "edi://C", "edi://C", "edi://D"]


def test_a_second_header_ends_an_interchange_that_has_no_end() -> None:
    # given a file that was cut off, with the next one behind it
    first = x12(*sets("0001", "0002"), sender="A")
    cut = first[: first.index(b"ST*850*0002") + 40]
    cut = cut[: cut.rindex(b"~") + 1]
    content = cut + x12(st(ORDER), sender="B", signs="|:'")
    assert codes(content) == [*TWO, "truncated", "truncated_interchange", *TWO]


def test_sets_whose_envelope_is_in_doubt_are_refused() -> None:
    # given a file cut off in the middle of a segment, glued to the next one of somebody else
    first = x12(*sets("0001"), sender="A")
    cut = first[: first.index(b"PO1*2") + 6]
    content = cut + x12(st(ORDER), sender="B")
    # then the second sender's order is not taken for one of the first
    assert codes(content) == [
        "truncated", "damaged_envelope", "damaged_envelope", "interchange_count",
    ]  # fmt: skip


def test_what_belongs_to_no_set_is_refused_as_it_stands() -> None:
    content = x12(*sets("0001", "0002")).replace(b"ST*850*0002", b"S7*850*0002")
    assert codes(content) == [*TWO, "stray_segment", "stray_segment", "set_count"]
    assert "S7*850*0002\nBEG*00" in refusals(content)[0]["raw"]


def test_what_belongs_to_no_interchange_is_refused_as_it_stands() -> None:
    content = x12(*sets("0001")) + b"-- end of file 0007 --\n" + x12(*sets("0001"), control=2)
    assert codes(content) == [*TWO, "no_interchange", *TWO]
    assert refusals(content)[0]["raw"] == "-- end of file 0007 --\n"


@pytest.mark.parametrize("word", [b"ISA*", b"UNA:+.? ", b"UNB+", b"ISA", b"~", b"x"])
def test_a_long_row_of_what_looks_like_headers_is_passed_in_one_piece(word: bytes) -> None:
    # given more than one buffer full of it, between two interchanges
    noise = word * (600_000 // len(word))
    content = x12(*sets("0001")) + noise + b" " + x12(*sets("0001"), control=2)
    assert codes(content) == [*TWO, "no_interchange", *TWO]
    assert len(refusals(content)[0]["raw"]) == len(noise) + 1


def test_a_document_that_is_not_read_is_refused_by_name() -> None:
    content = x12(st(["BIG*20260302*1"], kind="810"), st(ORDER, control="0002"))
    assert codes(content) == ["unknown_document", *TWO]
    told = refusals(content)[0]["reason"]
    assert told.startswith("unknown_document: '810' is not read; expected one of 846, 850, 855")
    contrl = edifact(unh(["UCI+1+A+B+7"], kind="CONTRL"))
    assert codes(contrl) == ["unknown_document"]


def test_a_test_interchange_is_refused_unless_the_mapping_takes_it() -> None:
    content = x12(st(ORDER), usage="T")
    assert codes(content) == ["test_interchange"]
    assert codes(content, Profile(takes_tests=True)) == TWO


def test_a_set_without_lines_is_not_lost() -> None:
    assert codes(x12(st([*ORDER[:2], "CTT*0"]))) == ["no_lines"]
    assert codes(edifact(unh([*BESTELLUNG[:3], "UNS+S"]))) == ["no_lines"]


def test_groups_of_edifact_are_counted() -> None:
    plain = edifact(unh(BESTELLUNG)).decode()
    grouped = plain.replace("UNH+1", "UNG+ORDERS+A+B+260302:1405+G1+UN+D:96A'\nUNH+1")
    grouped = grouped.replace("UNZ+1", "UNE+1+G1'\nUNZ+1")
    assert codes(grouped.encode()) == [""]
    assert codes(grouped.replace("UNE+1+G1", "UNE+1+G2").encode()) == ["", "damaged_envelope"]

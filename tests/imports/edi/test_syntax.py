# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delimiters, character sets, line ends and numbers, as partners write them."""

import pytest

from sightline.imports.edi.profile import parse
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


def ids(content: bytes) -> list[str]:
    return [event["data"]["order_line"] for event in events(content)]


@pytest.mark.parametrize("signs", ["*>~", "|:\n", "^~'", "\x1d\x1f\x1c", "+:'", ",;!"])
def test_an_isa_says_with_its_places_how_x12_is_delimited(signs: str) -> None:
    assert ids(x12(st(ORDER), signs=signs, after="")) == ["P1/1", "P1/2"]


@pytest.mark.parametrize("after", ["", "\n", "\r\n", "\n\n", " \r\n\t"])
def test_line_ends_after_segments_mean_nothing(after: str) -> None:
    assert ids(x12(st(ORDER), after=after)) == ["P1/1", "P1/2"]
    assert ids(edifact(unh(BESTELLUNG), after=after)) == ["P1/1"]


def test_a_file_wrapped_at_80_columns_is_read() -> None:
    for content in (x12(st(ORDER), after=""), edifact(unh(BESTELLUNG), after="")):
        head, rest = content[:106], content[106:]
        lines = [rest[at : at + 80] for at in range(0, len(rest), 80)]
        wrapped = head + b"\r\n".join(lines)
        assert ids(wrapped) == ids(content)


@pytest.mark.parametrize("version", ["00200", "00304", "00401", "00501", "00803"])
def test_every_version_of_the_x12_envelope_is_read(version: str) -> None:
    assert ids(x12(st(ORDER), version=version)) == ["P1/1", "P1/2"]


def test_a_mark_and_blanks_before_the_first_header_mean_nothing() -> None:
    assert ids(b"\xef\xbb\xbf" + x12(st(ORDER))) == ["P1/1", "P1/2"]
    assert ids(b"\r\n  " + edifact(unh(BESTELLUNG)) + b"\r\n\x1a") == ["P1/1"]


def test_una_says_how_edifact_is_delimited() -> None:
    plain = edifact(unh(BESTELLUNG), after="").decode()
    other = plain.translate(str.maketrans({"+": "|", ":": "^", "'": "~"}))
    assert ids(f"UNA^|,? ~{other}".encode()) == ["P1/1"]
    assert ids(f"UNA^|,? ~\r\n{other}".encode()) == ["P1/1"]


def test_a_released_sign_is_text() -> None:
    # given delimiters and the release character itself in an item's code
    lines = [each.replace("A100", "A?+1?:0?'0??") for each in BESTELLUNG]
    (event,) = events(edifact(unh(lines)))
    assert event["data"]["item"] == "A+1:0'0?"


def test_without_a_release_character_a_question_mark_is_text() -> None:
    lines = [each.replace("A100", "A?100") for each in BESTELLUNG]
    (event,) = events(edifact(unh(lines), advice="UNA:+.  '"))
    assert event["data"]["item"] == "A?100"


@pytest.mark.parametrize(
    ("advice", "syntax", "text", "qty"),
    [
        ("UNA:+,? '", "UNOC:3", "12,5", "12.5"),
        ("UNA:+.? '", "UNOC:3", "12.5", "12.5"),
        ("", "UNOC:3", "12.5", "12.5"),
        ("", "UNOC:3", "12,5", "12.5"),
        ("UNA:+.? '", "UNOC:4", "12,5", "12.5"),
        ("UNA:+,? '", "UNOC:3", "012,", "12"),
        ("UNA:+,? '", "UNOC:3", ",5", "0.5"),
    ],
)
def test_decimals_stand_behind_the_mark_that_una_states(
    advice: str, syntax: str, text: str, qty: str
) -> None:
    lines = [each.replace("21:10", f"21:{text}") for each in BESTELLUNG]
    (event,) = events(edifact(unh(lines), advice=advice, syntax=syntax))
    assert event["data"]["q"]["qty"] == qty


@pytest.mark.parametrize(
    ("advice", "text"),
    [("UNA:+,? '", "1.000"), ("UNA:+.? '", "1,000"), ("", "1.000,5"), ("", "1 000"),
     ("", "1e3"), ("", "٣"), ("", ""), ("", "."), ("", "--1"), ("", "9" * 19)],
)  # fmt: skip
def test_a_number_that_could_mean_another_is_refused(advice: str, text: str) -> None:
    lines = [each.replace("21:10", f"21:{text}") for each in BESTELLUNG]
    content = edifact(unh(lines), advice=advice, syntax="UNOY:3", encoding="utf-8")
    (refusal,) = refusals(content)
    assert refusal["reason"].startswith(f"not_a_decimal: QTY 6060 (21) is {text!r}; expected")
    assert f"QTY+21:{text}" in refusal["raw"]


def test_the_profile_can_say_which_mark_a_partner_means() -> None:
    lines = [each.replace("21:10", "21:1.5") for each in BESTELLUNG]
    content = edifact(unh(lines), advice="UNA:+,? '")
    assert codes(content) == ["not_a_decimal"]
    (event,) = events(content, parse("kind: edi\ndecimal: point", "p"))
    assert event["data"]["q"]["qty"] == "1.5"


@pytest.mark.parametrize(
    ("syntax", "encoding", "name"),
    [("UNOC:3", "latin-1", "Bäcker"), ("UNOD:3", "iso8859-2", "Żabka"),
     ("UNOE:3", "iso8859-5", "Хлеб"), ("UNOF:3", "iso8859-7", "Άρτος"),
     ("UNOY:3", "utf-8", "面包"), ("UNOW:4", "utf-8", "Łódź")],
)  # fmt: skip
def test_unb_names_the_characters(syntax: str, encoding: str, name: str) -> None:
    lines = [each.replace("A100", name) for each in BESTELLUNG]
    (event,) = events(edifact(unh(lines), syntax=syntax, encoding=encoding))
    assert event["data"]["item"] == name


def test_characters_that_the_interchange_does_not_have_refuse_the_message() -> None:
    # given umlauts where UNOA allows none, in one of two messages
    bad = [each.replace("A100", "MÄNNER") for each in BESTELLUNG]
    content = edifact(unh(bad, control="1"), unh(BESTELLUNG, control="2"), syntax="UNOA:1")
    assert codes(content) == ["wrong_charset", ""]
    (refusal,) = refusals(content)
    assert "byte 0xc4" in refusal["reason"]
    assert "such as `encoding: latin-1`" in refusal["reason"]
    # then the mapping can say what they mean
    found = events(content, parse("kind: edi\nencoding: latin-1", "p"))
    assert [event["data"]["item"] for event in found] == ["MÄNNER", "A100"]


def test_x12_is_utf_8_unless_the_mapping_says_otherwise() -> None:
    content = x12(st([each.replace("A100", "Ñ1") for each in ORDER]))
    assert events(content)[0]["data"]["item"] == "Ñ1"
    old = content.decode().encode("latin-1")
    assert codes(old) == ["wrong_charset"]
    found = events(old, parse("kind: edi\nencoding: cp1252", "p"))
    assert found[0]["data"]["item"] == "Ñ1"


@pytest.mark.parametrize("odd", ["\x00", "\x07", "\x1b", "\x7f"])
def test_control_characters_refuse_the_set(odd: str) -> None:
    bad = [each.replace("A100", f"A{odd}100") for each in ORDER]
    content = x12(st(bad), st(ORDER, control="0002"))
    assert codes(content) == ["control_character", "", ""]


def test_an_empty_segment_ends_nothing() -> None:
    # given doubled terminators, at which a reader could stop or glue segments
    assert ids(x12(st(ORDER)).replace(b"BEG", b"~~BEG")) == ["P1/1", "P1/2"]
    assert ids(edifact(unh(BESTELLUNG)).replace(b"BGM", b"''\n'BGM")) == ["P1/1"]


def test_a_note_of_100_kb_is_no_reason_to_stop() -> None:
    note = "PID*F****" + "x" * 100_000
    assert ids(x12(st([*ORDER[:3], note, *ORDER[3:]]))) == ["P1/1", "P1/2"]


def test_a_segment_above_1_mb_refuses_its_set_only() -> None:
    note = "PID*F****" + "x" * 3_000_000
    content = x12(st([*ORDER[:3], note, *ORDER[3:]]), st(ORDER, control="0002"))
    assert codes(content) == ["too_large", "", ""]
    (refusal,) = refusals(content)
    assert "a segment has 3000009 bytes" in refusal["reason"]
    assert len(refusal["raw"]) < 1 << 20


def test_text_that_looks_like_a_header_is_text() -> None:
    lines = [each.replace("A100", "X?'UNA 12") for each in BESTELLUNG]
    (event,) = events(edifact(unh(lines)))
    assert event["data"]["item"] == "X'UNA 12"

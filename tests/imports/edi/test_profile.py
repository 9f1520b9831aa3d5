# SPDX-License-Identifier: AGPL-3.0-or-later
import re
from pathlib import Path

import pytest
import yaml

from sightline.errors import MappingError
from sightline.imports import shipped
from sightline.imports.edi.profile import KEYS, is_profile, load, parse
from sightline.imports.hashing import mapping_sha256

PAGE = Path(__file__).parents[3] / "docs" / "mappings.md"


def test_codes_of_digits_keep_the_zeros_in_front() -> None:
    # given a number that YAML would read as octal, and one that it would read as a float
    profile = parse("kind: edi\nus: [0012345670, 1e3]\nlocations: {007: 08}", "p")
    assert profile.us == {"0012345670", "1e3"}
    assert profile.locations == {"007": "08"}


def test_what_changes_events_changes_the_hash_and_a_comment_does_not() -> None:
    first = parse("kind: edi\nus: [A]", "p")
    assert first.sha256 == parse("# again\nus: [A]\nabout: us\nkind: edi", "p").sha256
    assert first.sha256 != parse("kind: edi\nus: [B]", "p").sha256


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: events", "p: kind is 'events'; interchanges take `kind: edi`."),
        ("us: [A]", "p: kind is ''; interchanges take `kind: edi`."),
        ("- a", "p: the mapping is ['a']; expected keys with values."),
        ("kind: edi\nlocation: [", "p, line 2, is not YAML; mend that line."),
        ("kind: edi\nlocatons: {}", "p: unknown key 'locatons' in the mapping; did you mean"),
        ("kind: edi\nlocations: [A]", "p: locations is ['A']; expected keys with values."),
        ("kind: edi\nitems: ours", "p: items is 'ours'; expected one of buyer, vendor, gtin."),
        ("kind: edi\nunits: {XQ: XQ}", "p: units.XQ is 'XQ'; expected a UNECE Rec 20 code"),
        ("kind: edi\nzone: Mars", "p: zone is 'Mars'; write it as Europe/London."),
        ("kind: edi\nzone: ../../etc/passwd", "p: zone is '../../etc/passwd'; write it as"),
        ("kind: edi\nencoding: latin-99", "p: encoding is 'latin-99'; write it as utf-8"),
        ("kind: edi\nencoding: utf-16", "p: encoding is 'utf-16'; write it as utf-8"),
        ("kind: edi\nencoding: rot13", "p: encoding is 'rot13'; write it as utf-8"),
        ("kind: edi\ndecimal: ','", "p: decimal is ','; expected one of point, comma, both."),
        ("kind: edi\nlocation: [A]", "p: location is ['A']; expected one text."),
        ("kind: edi\ncurrency: euro", "p: currency is 'euro'; expected an ISO 4217 code"),
        ("kind: edi\ntest: perhaps", "p: test is 'perhaps'; expected one of true, yes"),
    ],
)
def test_a_wrong_mapping_says_where_and_what_would_be_right(text: str, told: str) -> None:
    with pytest.raises(MappingError) as caught:
        parse(text, "p")
    assert str(caught.value).startswith(told)
    assert "\n" not in str(caught.value)


def test_a_mapping_that_is_not_there_says_so() -> None:
    with pytest.raises(MappingError, match="Cannot read the mapping online_retail"):
        load("online_retail")


def test_the_mapping_in_the_documents_works_and_shows_every_key() -> None:
    (text,) = re.findall(r"```yaml\n# partner\n(.*?)```", PAGE.read_text(), re.DOTALL)
    profile = parse(text, "docs")
    assert profile.takes_tests
    assert profile.trusts("NORTHDOCK")
    assert not profile.trusts("LAKESIDE")
    assert set(yaml.safe_load(text)) == KEYS - {"name", "about"}


def test_a_partners_mapping_is_known_by_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    for text, expected in (("kind: edi", True), ("kind: events", False), ("a: [", False),
                           ("- a", False), ("", False)):  # fmt: skip
        path.write_text(text)
        assert is_profile(str(path)) is expected
    assert not is_profile("online_retail")
    assert not is_profile(str(tmp_path))


def test_the_hash_of_a_mapping_is_that_of_its_kind(tmp_path: Path) -> None:
    path = tmp_path / "p.yaml"
    path.write_text("kind: edi\nus: [A]")
    first = mapping_sha256(str(path))
    path.write_text("kind: edi\nus: [B]")
    assert mapping_sha256(str(path)) != first
    assert mapping_sha256("online_retail") == shipped.load("online_retail").sha256

# SPDX-License-Identifier: AGPL-3.0-or-later
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from sightline.errors import MappingError
from sightline.imports import language, shipped
from sightline.imports.files import file_at
from sightline.imports.parse import parse
from sightline.imports.plan import plan_of

ROOT = Path(__file__).parents[2]
GOOD = """
source: erp://x
currency: EUR
tables:
  - time: When
    common: {item: Item, loc: {value: DC1}, uom: {value: EA}}
    rules:
      - when: {Kind: {is: sale}}
        events:
          - type: inventory.shipment
            fields: {qty: Size, order_line: "{Order}/{row}"}
      - events:
          - type: inventory.issue
            fields: {qty: Size, ext.note: Note}
"""

Write = Callable[[str, str | bytes], Path]


@pytest.mark.parametrize("name", shipped.names())
def test_every_shipped_mapping_is_ready_to_use(name: str) -> None:
    mapping = shipped.load(name)
    assert mapping.name == name
    assert mapping.about
    assert plan_of(mapping).all_steps() or mapping.kind in {"event_log", "document_flow"}


def test_the_documentation_shows_a_mapping_that_works() -> None:
    # given the full example in the documentation
    text = (ROOT / "docs/mappings.md").read_text("utf-8")
    (example,) = re.findall(r"```yaml\n# full example\n(.*?)```", text, re.DOTALL)
    # then it can be used as it stands
    assert plan_of(parse(example, "docs/mappings.md")).all_steps()


def test_the_documentation_names_every_mapping_and_key() -> None:
    text = (ROOT / "docs/mappings.md").read_text("utf-8")
    words = {*shipped.names(), *language.TOP, *language.TABLE, *language.RULE, *language.EVENT}
    words |= {*language.SPEC, *language.TESTS, *language.ROLES}
    assert sorted(word for word in words if f"`{word}`" not in text) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("source:", "sauce:", "unknown key 'sauce' in the mapping; did you mean 'source'?"),
        ("source: erp://x", "", "the mapping has no 'source'; add `source:`"),
        ("common:", "comon:", r"unknown key 'comon' in tables\[0\]; did you mean 'common'?"),
        (
            "inventory.issue",
            "inventory.isue",
            "no event type 'inventory.isue'; did you mean inv",
        ),
        ("qty: Size, ext", "qyt: Size, ext", "unknown field 'qyt' of inventory.issue.*'qty'"),
        ("qty: Size, ext", "ext", r"rules\[1\].events\[0\] has no 'qty'; add `qty:`"),
        ("{is: sale}", "{iss: sale}", r"unknown key 'iss' in tables\[0\].rules\[0\].when.Kind"),
        (
            "{value: EA}",
            "{value: Each}",
            "uom is the constant 'Each'; expected a unit of UNECE",
        ),
        (
            "time: When",
            "time: {column: When, zone: Mars}",
            "is 'Mars'; write it as Europe/Lond",
        ),
        ("time: When", "time: {column: When, repair: x}", "unknown repair 'x'"),
        ("time: When", "time: {formats: [x]}", "needs exactly one of column, columns, value"),
        ("qty: Size, ext", "qty: {column: Size, round: 9}, ext", "rounds to 9; give 0 to 4"),
        ("currency: EUR", "as_of: soon", "as_of is 'soon'; write it as 2020-05-31"),
        ("- events:", "- reject: x\n        events:", "events, reject or skip; keep one"),
        ("rules:", "rules: 1\n    flags:", "is 1; expected a list"),
        (
            "common: {",
            "common: {itm: Item, ",
            r"unknown field 'itm' in tables\[0\].common; .*'item'",
        ),
        ("{is: sale}", "{in: sale}", r"has in: 'sale'; give a list"),
        ("{is: sale}", "{above: sale}", "compares with 'sale'; give a number"),
        ("{is: sale}", "{until: as_of}", "tests Kind with until; write time: {until: as_of}"),
        ("loc: {value: DC1}", "loc: {}", "needs exactly one of column"),
        ("loc: {value: DC1}", "loc: 7", "is 7; expected keys with values"),
        ("tables:", "kind: log\ntables:", "kind is 'log'; expected one of events, event_log"),
        ("source: erp://x", "a: [", "line 4, is not YAML; mend that line"),
    ],
)
def test_a_wrong_mapping_says_where_and_what_would_be_right(
    old: str, new: str, message: str
) -> None:
    assert old in GOOD
    with pytest.raises(MappingError, match=message) as caught:
        plan_of(parse(GOOD.replace(old, new, 1), "mine.yaml"))
    assert "\n" not in str(caught.value)
    assert "mine.yaml" in str(caught.value)


def test_money_needs_a_currency() -> None:
    wrong = GOOD.replace("currency: EUR", "").replace("ext.note: Note", "unit_cost: Cost")
    with pytest.raises(MappingError, match="gives money but no currency; add `currency: EUR`"):
        parse(wrong, "mine.yaml")


def test_a_mapping_that_needs_a_day_asks_for_it() -> None:
    needs = GOOD.replace("{Kind: {is: sale}}", "{time: {until: as_of}}")
    with pytest.raises(MappingError, match="needs a day: pass --as-of 2020-05-31"):
        plan_of(parse(needs, "mine.yaml"))
    assert plan_of(parse(needs, "mine.yaml", as_of=date(2020, 5, 31))).as_of is not None


def test_the_hash_covers_what_changes_events_and_only_that() -> None:
    plain = parse(GOOD, "mine.yaml").sha256
    assert parse("about: other words\n" + GOOD, "other.yaml").sha256 == plain
    assert parse(GOOD.replace("DC1", "DC2"), "mine.yaml").sha256 != plain
    assert parse(GOOD, "mine.yaml", as_of=date(2020, 1, 1)).sha256 != plain


def test_a_file_finds_its_mapping_by_its_columns(write: Write) -> None:
    def detected(header: list[str]) -> str:
        row = ",".join("1" for _ in header)
        text = ",".join(f'"{name}"' for name in header) + "\n" + row + "\n"
        return shipped.detect(file_at(write("a.csv", text)))

    for name in shipped.names():
        for table in shipped.load(name).tables:
            assert detected(table.columns()) == name
    assert detected(["case_id", "activity", "timestamp"]) == "event_log"
    with pytest.raises(MappingError, match="no shipped mapping fits its columns"):
        detected(["x"])


def test_a_file_that_fits_two_mappings_asks_which(write: Write) -> None:
    tables = [shipped.load(name).tables[0] for name in ("online_retail", "scms_delivery")]
    header = dict.fromkeys(name for table in tables for name in table.columns())
    file = write("a.csv", ",".join(f'"{name}"' for name in header) + "\n")
    with pytest.raises(MappingError, match="online_retail and scms_delivery fit its columns"):
        shipped.detect(file_at(file))


def test_the_shipped_files_are_plain_yaml() -> None:
    for name in shipped.names():
        text = (ROOT / f"sightline/imports/mappings/{name}.yaml").read_text("utf-8")
        assert yaml.safe_load(text)["name"] == name

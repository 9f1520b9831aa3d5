# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every reason that the code can give is told in plain words, with a way out."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from sightline.aid.letters.advice import ADVICE, advice_for

ROOT = Path(__file__).parents[2]
SLOTS = {"Fault": 0, "Problem": 1, "Unreadable": 1, "Impossible": 0, "Refused": 0}
"""What makes a reason → which of its arguments is the code."""


def _codes() -> Iterator[str]:
    for path in [*ROOT.glob("sightline/**/*.py"), *ROOT.glob("streams/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                yield from _code_of(node)
    for path in ROOT.glob("sightline/imports/mappings/**/*.yaml"):
        for table in yaml.safe_load(path.read_text()).get("tables", []):
            yield from (rule["reject"] for rule in table["rules"] if "reject" in rule)
            yield from filter(None, [table.get("unique_reason")])


def _code_of(call: ast.Call) -> Iterator[str]:
    slot = SLOTS.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
    if slot is None:
        return
    named = [each.value for each in call.keywords if each.arg == "code"]
    given = call.args[slot] if len(call.args) > slot else (named or [None])[0]
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        yield given.value


CODES = sorted({*_codes(), "no_offset", "not_a_time", "unreadable", "conflict", "wrong_type"})


def test_codes_are_found_in_the_code() -> None:
    assert {"negative", "no_conversion", "not_json", "wrong_columns", "no_rule"} <= {*CODES}


@pytest.mark.parametrize("code", CODES)
def test_every_reason_has_words_and_a_way_out(code: str) -> None:
    advice = advice_for(code)
    known = code in ADVICE or code.startswith(("missing_", "unknown_"))
    assert known, f"{code} needs an entry in sightline/aid/letters/advice.py"
    assert advice.words[0].isupper()
    assert advice.mend.endswith(".")


def test_a_reason_of_a_mapping_of_one_s_own_is_told_by_its_name() -> None:
    assert advice_for("test_order").words == "Test order"
    assert "mapping rejects" in advice_for("test_order").mend
    assert advice_for("missing_loc").words == "No loc"
    assert advice_for("unknown_disposition").words == "An unknown disposition"

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the documents show as examples works as shown."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from sightline.cli import main
from sightline.log import open_log
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle

ROOT = Path(__file__).parents[2]
LAB = ROOT / "docs" / "lab" / "events.ndjson"
DOCS = ROOT / "docs"


@pytest.fixture
def lab_day(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> tuple[Store, str]:
    """Import and process the lab day as its document says; give what the import printed."""
    monkeypatch.setenv("SIGHTLINE_HOME", str(settings.home))
    printed = CliRunner().invoke(main, ["import", str(LAB)]).output
    log = open_log(settings)
    try:
        run_until_idle(settings, store, log)
    finally:
        log.close()
    return store, printed


def test_the_lab_day_comes_out_as_its_document_says(lab_day: tuple[Store, str]) -> None:
    store, printed = lab_day
    text = (DOCS / "lab.md").read_text()
    # given the table of the document
    lines = re.findall(r"^\| .*", text, re.MULTILINE)
    head, *rows = [line.strip("| ").split(" | ") for line in lines]
    # when the positions are asked for
    found = store.read("positions", item="", loc="")
    # then they are that table, and the import says what the text says
    shown = [[_plain(row[name]) for name in head] for _, row in found.iterrows()]
    assert shown == rows
    assert re.search(r"`(24 rows: .* rejected)`", text)[1] in printed  # type: ignore[index]


def test_the_example_query_keeps_its_own_contract(lab_day: tuple[Store, str]) -> None:
    store, _ = lab_day
    # given the file that the document shows
    text = (DOCS / "add-a-query.md").read_text()
    sql = re.search(r"```sql\n(.*?)```", text, re.DOTALL)[1]  # type: ignore[index]
    promised = re.findall(r"^-- {3}(\w+) +", sql, re.MULTILINE)
    # when it runs, with the parameter that the document passes
    tolerance = re.search(r"\{tolerance:[^}]*\)\}", sql)
    assert tolerance
    found = store.ask(sql.replace(tolerance[0], str(Decimal(0))))
    # then it returns the columns of its header; nothing was short on the lab day
    assert found.column_names == promised
    assert found.num_rows == 0


def _plain(value: object) -> str:
    return str(value) if isinstance(value, str) else f"{float(value):.0f}"  # type: ignore[arg-type]

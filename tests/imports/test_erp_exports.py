# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exports of SAP, Odoo and ERPNext through their mappings, positions worked out by hand."""

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sightline.imports import Summary, shipped
from sightline.log.sqlite import SqliteLog

SIGHTLINE = str(Path(sys.executable).with_name("sightline"))
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
SAP = EXAMPLES / "sap" / "mseg.csv"
Bring = Callable[..., Summary]


def ask(home: Path, *words: str | Path) -> Any:
    """Return the JSON that ``sightline WORDS`` prints."""
    found = subprocess.run(  # noqa: S603  our own command
        [SIGHTLINE, *map(str, words), "--format", "json"],
        env=os.environ | {"SIGHTLINE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return json.loads(found.stdout)


def positions(home: Path, *files: Path) -> dict[tuple[str, str], dict[str, float]]:
    """Import `files` one after the other, run, and return what is not 0 of every position."""
    for file in files:
        ask(home, "import", file)
    told = ask(home, "run", "--until-idle")
    assert told["dead_letters"] == 1 or "odoo" in str(files[0]), told
    names = ("on_hand", "hold", "on_order", "in_transit", "outstanding", "backordered")
    return {
        (row["item"], row["loc"]): {
            name: float(row[name]) for name in names if float(row[name])
        }
        for row in ask(home, "positions")
    }


SAP_POSITIONS = {
    # 100 + 40 + 10 + 20 - 25 - 3 - 2 - 5 - 10 - 8 - 12 + 2 + 1 - 3 - 1 + 1; the receipt of 50,
    # the delivery of 30 and the issue of 7 were reversed. On hold: 20 - 15 in quality, and the
    # 1 that a customer sent back to be inspected
    ("4711", "1000"): {"on_hand": 105, "hold": 6},
    # 10 in one step, 6 of 8 in two steps, 12 by a stock transport order, 1 found
    ("4711", "2000"): {"on_hand": 29, "in_transit": 2},
    ("4712", "2000"): {"on_hand": 5},
}


def test_sap_movements_give_the_positions_of_the_plants(tmp_path: Path) -> None:
    assert positions(tmp_path, SAP) == SAP_POSITIONS


ENGLISH = {
    "MBLNR": "Material Document", "MJAHR": "Material Doc. Year", "ZEILE": "Material Doc.Item",
    "BWART": "Movement type", "MATNR": "Material", "WERKS": "Plant",
    "MENGE": "Quantity", "MEINS": "Base Unit of Measure", "SHKZG": "Debit/Credit Ind.",
    "BUDAT": "Posting Date", "CPUTM": "Time of Entry", "UMWRK": "Receiving plant",
}  # fmt: skip


def as_workbook(path: Path) -> Path:
    """Write the same movements as a list with English headings, dates and numbers."""
    book = openpyxl.Workbook()
    with SAP.open(encoding="utf-8", newline="") as source:
        for i, row in enumerate(csv.DictReader(source)):
            if not i:
                book.active.append([ENGLISH.get(name, name) for name in row])
            told = row | {
                "BUDAT": date.fromisoformat(row["BUDAT"]),
                "CPUTM": time.fromisoformat(row["CPUTM"]),
                "MENGE": float(row["MENGE"]),
            }
            book.active.append([value or None for value in told.values()])
    book.save(path)
    return path


def test_exports_of_sap_may_overlap_in_any_format(tmp_path: Path) -> None:
    # given a file of the first days, and a workbook of all of them with other headings
    lines = SAP.read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "first.csv").write_text("".join(lines[:20]), "utf-8")
    book = as_workbook(tmp_path / "all.xlsx")
    # when both are imported, then everything counts once
    home = tmp_path / "home"
    assert ask(home, "import", book)["accepted"] == 33
    assert positions(home, tmp_path / "first.csv") == SAP_POSITIONS


def test_reversals_of_sap_that_name_no_document_take_the_quantity_back(
    bring: Bring, log: SqliteLog, write: Any, events_in: Any
) -> None:
    head = "MBLNR,MJAHR,ZEILE,BWART,MATNR,WERKS,MENGE,MEINS,SHKZG,BUDAT\n"
    rows = "1,2024,1,102,A,P,4,ST,H,20240102\n2,2024,1,262,A,P,3,KG,S,02.01.2024\n"
    assert bring(write("a.csv", head + rows)).accepted == 2
    told = sorted(events_in(log).to_pylist(), key=lambda each: each["id"])
    assert [(each["id"], str(each["base_qty"]), each["base_uom"]) for each in told] == [
        ("2024/1/1", "-4.0000", "EA"), ("2024/2/1", "3.0000", "KGM"),
    ]  # fmt: skip
    assert {each["reason_code"] for each in told} == {"reversal_without_document"}


@pytest.mark.parametrize(
    ("code", "side", "types"),
    [
        ("101", "S", ["inventory.receipt"]),
        ("122", "H", ["inventory.adjusted"]),
        ("124", "H", ["inventory.adjusted", "inventory.hold_changed"]),
        ("201", "H", ["inventory.issue"]),
        ("309", "H", ["inventory.adjusted"]),
        ("333", "H", ["inventory.issue"]),
        ("349", "H", ["inventory.hold_changed", "inventory.hold_changed"]),
        ("553", "H", ["inventory.hold_changed", "inventory.issue"]),
        ("561", "S", ["inventory.adjusted"]),
        ("565", "S", ["inventory.adjusted", "inventory.hold_changed"]),
        ("657", "S", ["inventory.returned"]),
        ("707", "S", ["inventory.adjusted", "inventory.hold_changed"]),
        ("708", "H", ["inventory.adjusted", "inventory.hold_changed"]),
    ],
)
def test_each_movement_type_of_sap_can_be_undone(  # noqa: PLR0913, PLR0917
    code: str,
    side: str,
    types: list[str],
    bring: Bring,
    log: SqliteLog,
    write: Any,
    events_in: Any,
) -> None:
    # given a movement, and the one that reverses it by its document
    undo = {"707": "708", "708": "707"}.get(code, str(int(code) + 1))
    back = {"S": "H", "H": "S"}[side]
    head = "MBLNR,MJAHR,ZEILE,BWART,MATNR,WERKS,MENGE,MEINS,SHKZG,BUDAT,SMBLN,SJAHR,SMBLP\n"
    first = f"1,2024,1,{code},A,P,4,ST,{side},20240102,,,\n"
    second = f"2,2024,1,{undo},A,P,4,ST,{back},20240103,1,2024,1\n"
    assert bring(write("a.csv", head + first + second)).accepted == 2
    # then every event of the first has one that undoes it
    events = events_in(log).to_pylist()
    short = {each["id"]: each["type"][13:-3] for each in events}
    done = sorted(name for name in short if name.startswith("2024/1/"))
    undone = sorted(each["reverses"] for each in events if each["id"].startswith("2024/2/"))
    assert sorted(short[name] for name in done) == types
    assert undone == done
    assert {short[name] for name in short.keys() - done} == {"inventory.reversed"}


def test_odoo_lists_give_the_positions_of_the_warehouses(tmp_path: Path) -> None:
    assert positions(tmp_path, *sorted((EXAMPLES / "odoo").glob("*.csv"))) == {
        # 40 + 60 - 25 + 2 - 15 - 1 - 4 - 6; 80 - 60 on order; 30 - 25 and 5 ordered
        ("FURN_7777", "Chicago"): {
            "on_hand": 51, "on_order": 20, "outstanding": 10, "backordered": 10,
        },
        ("FURN_7777", "Denver"): {"on_hand": 12},
    }  # fmt: skip


ERPNEXT_POSITIONS = {
    # 20 + 30 - 12 + 2 - 8 - 3; 40 - 30 on order; 15 - 12 and 5 ordered
    ("SKU001", "Stores - SD"): {
        "on_hand": 29, "on_order": 10, "outstanding": 8, "backordered": 8,
    },
    ("SKU001", "Shop - SD"): {"on_hand": 7},
}  # fmt: skip


def test_erpnext_lists_give_the_positions_of_the_warehouses(tmp_path: Path) -> None:
    files = sorted((EXAMPLES / "erpnext").glob("*.csv"))
    assert positions(tmp_path, *files) == ERPNEXT_POSITIONS


def test_an_entry_of_erpnext_that_is_cancelled_later_is_undone(tmp_path: Path) -> None:
    # given an export from before the delivery was cancelled, with a larger second order
    entries = (EXAMPLES / "erpnext" / "stock_ledger_entry.csv").read_text("utf-8")
    kept = [line for line in entries.splitlines() if not line.startswith(("MAT-SLE-2024-00008",
            "MAT-SLE-2024-00011"))]  # fmt: skip
    early = tmp_path / "entries.csv"
    early.write_text("\n".join(kept).replace(",27.0,Nos,1,", ",27.0,Nos,0,"), "utf-8")
    orders = (EXAMPLES / "erpnext" / "sales_order_item.csv").read_text("utf-8")
    larger = tmp_path / "orders.csv"
    larger.write_text(orders.replace(",5.0,Nos,2024-05-08", ",6.0,Nos,2024-05-08"), "utf-8")
    # when the later export is imported, too
    later = sorted((EXAMPLES / "erpnext").glob("*.csv"))
    # then positions are those of the later one
    assert positions(tmp_path / "home", early, larger, *later) == ERPNEXT_POSITIONS


@pytest.mark.parametrize("name", ["sap_movements", "odoo", "erpnext"])
def test_every_example_finds_its_mapping(name: str, bring: Bring) -> None:
    folder = EXAMPLES / name.split("_", maxsplit=1)[0]
    files = [SAP] if name == "sap_movements" else sorted(folder.glob("*.csv"))
    for file in files:
        columns = file.read_text("utf-8").splitlines()[0].split(",")
        assert shipped.best(file, [columns]) == name
    summary = bring(*files)
    assert summary.read == summary.accepted + sum(summary.rejected.values())

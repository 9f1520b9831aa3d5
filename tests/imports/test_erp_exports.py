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


@pytest.mark.slow
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


Movement = tuple[str, str, int, str, str, str]
"""Type, side, quantity, stock type, plant that supplies, item of the document it undoes."""
HEAD = (
    "MBLNR,MJAHR,ZEILE,BWART,MATNR,WERKS,MENGE,MEINS,SHKZG,INSMK,RESWK,SMBLP,BUDAT,EBELN,EBELP,"
    "SMBLN,SJAHR"
)


def sap(path: Path, items: dict[str, list[Movement]]) -> Path:
    """Write movements of items, one document for each item and one line for each movement."""
    rows = [
        f"{item},2024,{n},{code},{item},P,{qty},ST,{side},{kind},{source},{undone},202401{n:02},"
        + (f"{item},10,{item},2024" if undone else f"{item},10,,")
        for item, movements in items.items()
        for n, (code, side, qty, kind, source, undone) in enumerate(movements, 1)
    ]
    path.write_text("\n".join([HEAD, *rows, ""]), "utf-8")
    return path


def stock(home: Path, file: Path, rejected: dict[str, int]) -> dict[str, tuple[float, float]]:
    """Import `file`, run, and return item → what is on hand and on hold in plant P."""
    assert ask(home, "import", file, "--mapping", "sap_movements")["rejected"] == rejected
    assert ask(home, "run", "--until-idle")["dead_letters"] == 0
    return {
        row["item"]: (float(row["on_hand"]), float(row["hold"]))
        for row in ask(home, "positions")
        if row["loc"] == "P"
    }


UNNAMED: list[tuple[list[tuple[str, str, int, str, str]], int, int]] = [
    # 100 into quality, 20 of them taken back, and 30 into blocked, 10 of them taken back
    ([("101", "S", 100, "X", ""), ("102", "H", 20, "X", ""),
      ("501", "S", 30, "S", ""), ("502", "H", 10, "3", "")], 100, 100),
    # the same in other ways to receive, all of it taken back
    ([("511", "S", 9, "2", ""), ("512", "H", 9, "2", ""), ("521", "S", 8, "3", ""),
      ("522", "H", 8, "S", ""), ("531", "S", 7, "X", ""), ("532", "H", 7, "X", ""),
      ("581", "S", 6, "X", ""), ("582", "H", 6, "X", "")], 0, 0),
    # free stock has no hold to take back
    ([("101", "S", 100, "", ""), ("102", "H", 20, "", "")], 80, 0),
    # from another plant into quality, 4 of them taken back
    ([("101", "S", 10, "X", "Q"), ("102", "H", 4, "X", "Q")], 6, 6),
    # 40 in quality, 15 of them back to the supplier, of which 5 came back
    ([("101", "S", 40, "X", ""), ("122", "H", 15, "X", ""), ("123", "S", 5, "X", "")], 30, 30),
    # 20 blocked at receipt, 8 into quality, of which 3 are blocked again
    ([("103", "S", 20, "", ""), ("105", "S", 8, "X", ""), ("106", "H", 3, "X", "")], 20, 20),
    # 20 blocked at receipt, 8 into what is blocked all the same
    ([("103", "S", 20, "", ""), ("105", "S", 8, "S", "")], 20, 20),
    # 20 blocked at receipt, 6 sent back, of which 2 came again
    ([("103", "S", 20, "", ""), ("124", "H", 6, "", ""), ("125", "S", 2, "", "")], 16, 16),
    # scrapped and sampled out of quality and blocked stock, and put back
    ([("563", "S", 50, "X", ""), ("565", "S", 30, "S", ""), ("553", "H", 5, "X", ""),
      ("554", "S", 2, "X", ""), ("555", "H", 4, "S", ""), ("556", "S", 1, "S", ""),
      ("331", "H", 3, "X", ""), ("332", "S", 1, "X", ""), ("335", "H", 2, "S", ""),
      ("336", "S", 2, "S", "")], 72, 72),
    # opening balances on hold, taken back
    ([("563", "S", 5, "X", ""), ("564", "H", 5, "X", ""), ("565", "S", 4, "S", ""),
      ("566", "H", 3, "S", "")], 1, 1),
    # 261 and 551 with a stock type take what is on hold, and 262 puts it back there
    ([("101", "S", 30, "X", ""), ("261", "H", 6, "X", ""), ("262", "S", 2, "X", ""),
      ("551", "H", 5, "X", ""), ("552", "S", 1, "X", "")], 22, 22),
    # without one they take free stock
    ([("101", "S", 30, "", ""), ("261", "H", 6, "", ""), ("262", "S", 2, "", "")], 26, 0),
    # returns of customers that are inspected, blocked or free, each taken back in part
    ([("655", "S", 9, "", ""), ("656", "H", 4, "", ""), ("657", "S", 8, "", ""),
      ("658", "H", 3, "", ""), ("651", "S", 5, "", ""), ("652", "H", 5, "", ""),
      ("653", "S", 7, "", ""), ("654", "H", 1, "", "")], 16, 10),
]  # fmt: skip
"""Movements of an item whose reversals name no document; what is on hand and on hold then."""


@pytest.mark.slow
def test_what_is_on_hold_in_sap_goes_with_its_hold_though_no_document_is_named(
    tmp_path: Path,
) -> None:
    # given one item for each way to come on hold and off again
    items: dict[str, list[Movement]] = {
        f"I{n:02}": [(*each, "") for each in movements]
        for n, (movements, _, _) in enumerate(UNNAMED)
    }
    file = sap(tmp_path / "mseg.csv", items)
    # then stock and hold are what they are when they are counted by hand
    assert stock(tmp_path / "home", file, {"still_blocked": 1}) == {
        f"I{n:02}": (on_hand, hold) for n, (_, on_hand, hold) in enumerate(UNNAMED)
    }


@pytest.mark.slow
def test_a_document_that_is_undone_takes_the_hold_of_its_stock_type_back(
    tmp_path: Path,
) -> None:
    # given 50 in quality, and a movement of 8 of them that is reversed by its document
    done = [("101", "S", "X", "Q"), ("122", "H", "S", ""), ("261", "H", "X", ""),
            ("551", "H", "3", "")]  # fmt: skip
    back = {"S": "H", "H": "S"}
    items: dict[str, list[Movement]] = {
        f"I{code}": [
            ("501", "S", 50, "X", "", ""),
            (code, side, 8, kind, source, ""),
            (str(int(code) + 1), back[side], 8, kind, source, "2"),
        ]
        for code, side, kind, source in done
    }
    # then it is as if it had never been
    found = stock(tmp_path / "home", sap(tmp_path / "mseg.csv", items), {})
    assert found == dict.fromkeys(items, (50, 50))


@pytest.mark.slow
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


@pytest.mark.slow
def test_erpnext_lists_give_the_positions_of_the_warehouses(tmp_path: Path) -> None:
    files = sorted((EXAMPLES / "erpnext").glob("*.csv"))
    assert positions(tmp_path, *files) == ERPNEXT_POSITIONS


@pytest.mark.slow
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

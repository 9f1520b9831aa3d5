# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a suggestion makes of files of other systems: meanings, kinds, events, sums."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml

from sightline.errors import ImportFileError
from sightline.imports.rehearsal import rehearsed
from sightline.imports.suggest import Said, Suggestion, check, suggest
from sightline.settings import Settings
from tests.imports.files_of_others import CASES, Case

Write = Callable[[str, str | bytes], Path]
LEAST_RIGHT = 0.98  # of all columns of all files; it was 143 of 143 when this was written
REAL = {
    "online_retail_II_2009-12_2010-12.parquet": (
        "sales",
        {"InvoiceDate": "time", "StockCode": "item", "Quantity": "qty", "Price": "price",
         "Invoice": "order", "Customer ID": "customer", "Country": "region"},
    ),
    "scms_delivery_history_to_2012H1.parquet": (
        "receipts",
        {"PO / SO #": "po", "Vendor": "supplier", "Delivered to Client Date": "received_date",
         "Line Item Quantity": "qty", "Pack Price": "price", "Line Item Value": "amount",
         "Scheduled Delivery Date": "requested", "Item Description": "item"},
    ),
    "inventory_stock.parquet": (
        "stock_list",
        {"SKU ID": "item", "Current Stock Quantity": "on_hand", "Units (Nos/Kg)": "uom"},
    ),
    "inventory_past_orders.parquet": (
        "orders",
        {"Order Date": "time", "SKU ID": "item", "Order Quantity": "qty"},
    ),
    "completejourney_sample75k.parquet": (
        "sales",
        {"transaction_timestamp": "time", "product_id": "item", "quantity": "qty",
         "store_id": "loc", "basket_id": "order", "sales_value": "amount"},
    ),
    "sap_vbfa_docflow.parquet": (
        "movements",
        {"MATNR": "item", "BWART": "code", "RFMNG": "qty", "MEINS": "uom", "ERDAT": "time",
         "ERZET": "time_of_day"},
    ),
    "PurchasingExample.csv.gz": (
        "event_log",
        {"case_id": "case", "activity": "activity", "end_time": "end", "start_time": "start"},
    ),
    "bpic2012.parquet": (
        "event_log",
        {"case:concept:name": "case", "concept:name": "activity", "org:resource": "resource"},
    ),
    "wabo_receipt.parquet": (
        "event_log",
        {"case:concept:name": "case", "concept:name": "activity", "org:resource": "resource"},
    ),
    "traffic_fines_10k_cases.parquet": (
        "event_log",
        {"case_id": "case", "activity": "activity", "timestamp": "time"},
    ),
}  # fmt: skip
REFUSED_AT_MOST = {
    "sap_vbfa_docflow.parquet": 0.8,  # most rows of a document flow move nothing
    "completejourney_sample75k.parquet": 0.01,
}


def file_of(case: Case, write: Write) -> Path:
    return write(case.name, case.text.encode(case.encoding))


def positions_of(found: Suggestion, home: Settings, write: Write) -> dict[str, list[float]]:
    """Import through what is proposed, run, and return item at place → what lies there.

    It lies there, is on hold there and is on its way there.
    """
    mapping = write("proposed.yaml", found.text)
    command = str(Path(sys.executable).with_name("sightline"))
    for words in (
        ["import", *map(str, found.files), "--mapping", str(mapping)],
        ["run", "--until-idle"],
        ["positions"],
    ):
        done = subprocess.run(  # noqa: S603  our own command
            [command, *words, "--format", "json"],
            env=os.environ | {"SIGHTLINE_HOME": str(home.home)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return {
        f"{row['item']} {row['loc']}": [
            float(row[each]) for each in ("on_hand", "hold", "in_transit")
        ]
        for row in json.loads(done.stdout)
    }


def meanings_in(found: Suggestion) -> dict[str, str]:
    return {guess.column: guess.meaning for table in found.tables for guess in table.guesses}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_file_is_understood_and_its_mapping_imports_it(
    case: Case, write: Write, home: Settings
) -> None:
    # given a file of another system
    found = suggest([file_of(case, write)])
    # when it is imported through the mapping that is proposed
    assert check(found.text, case.name) == ""
    mapping = write("mapping.yaml", found.text)
    with rehearsed([file_of(case, write)], str(mapping), home) as tried:
        # then it is of the kind that it is, and every row becomes what it means
        assert found.tables[0].kind is not None
        assert found.tables[0].kind.name == case.kind
        assert tried.types == case.events
        assert +tried.summary.rejected == case.refused
        units: Counter[str] = Counter()
        for event in tried.first(1000):
            short = event["type"].removeprefix("io.sightline.").removesuffix(".v1")
            if "q" in event["data"]:
                units[short] += Decimal(event["data"]["q"]["qty"])  # type: ignore[assignment]
        assert dict(units) == case.sums
    # and it says how the file is written
    told = yaml.safe_load(found.text)
    assert {key: str(told.get(key)) for key in case.says} == {
        key: str(value) for key, value in case.says.items()
    }


def test_meanings_are_right_in_nearly_all_columns(write: Write) -> None:
    # given all files, and what a person says of their columns
    right, wrong = Counter[str](), Counter[str]()
    for case in CASES:
        found = meanings_in(suggest([file_of(case, write)]))
        # when every guess is scored by the meaning that it should have been
        for column, meaning in case.meanings.items():
            (right if found[column] == meaning else wrong)[meaning] += 1
    # then nearly all are right, and those that every event needs are all right
    assert right.total() / (right.total() + wrong.total()) >= LEAST_RIGHT
    assert {each for each in wrong if each in {"item", "qty", "time", "loc", "code"}} == set()
    # and the score covers what columns can mean
    assert len(right) >= 35


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize("name", REAL)
def test_real_files_are_understood(name: str, data: Path, write: Write, home: Settings) -> None:
    # given a file that was not made for us
    kind, meanings = REAL[name]
    found = suggest([data / name])
    # when it is imported through what is proposed
    mapping = write("mapping.yaml", found.text)
    with rehearsed([data / name], str(mapping), home) as tried:
        refused = sum(tried.summary.rejected.values()) / tried.summary.read
    # then its columns mean what they mean, and few rows are refused
    assert found.tables[0].kind is not None
    assert found.tables[0].kind.name == kind
    assert {column: meanings_in(found)[column] for column in meanings} == meanings
    assert refused <= REFUSED_AT_MOST.get(name, 0.001)


@pytest.mark.data
def test_a_shipped_mapping_that_fits_is_named_first(data: Path) -> None:
    assert suggest([data / "inventory_stock.parquet"]).ready == "stock_orders"
    assert suggest([data / "PurchasingExample.csv.gz"]).ready == "event_log"
    assert suggest([data / "bpic2020_DomesticDeclarations.parquet"]).ready == "event_log"


def test_units_that_mean_something_else_in_the_recommendation_are_mapped(write: Write) -> None:
    # given SAP's pieces and kilograms, which are sheets and kegs elsewhere
    lines = "1;2024-01-01;A;3;ST\n2;2024-01-02;B;4;KG\n"
    file = write("orders.csv", f"Auftrag;Datum;Material;Menge;ME\n{lines}")
    # then they stand for what people mean by them
    tree = yaml.safe_load(suggest([file]).text)
    assert tree["tables"][0]["common"]["uom"]["map"] == {"ST": "EA", "KG": "KGM"}


@pytest.mark.parametrize(
    ("dates", "formats", "is_asked"),
    [
        (["3/4/2024", "13/4/2024"], ["%d/%m/%Y"], False),
        (["3/4/2024", "4/13/2024"], ["%m/%d/%Y"], False),
        (["03.04.2024", "04.04.2024"], ["%d.%m.%Y"], False),
        (["1/4/2024", "2/4/2024", "3/4/2024", "5/4/2024", "9/4/2024"], ["%d/%m/%Y"], False),
        (["9/1/2024", "2/3/2024", "6/2/2024"], ["%m/%d/%Y"], True),
    ],
)
def test_day_and_month_are_told_apart_or_asked_for(
    write: Write, dates: list[str], formats: list[str], *, is_asked: bool
) -> None:
    # given dates that show which comes first, or do not
    rows = "".join(f"{i},{day},A,3\n" for i, day in enumerate(dates))
    found = suggest([write("orders.csv", f"Order,Order Date,SKU,Quantity\n{rows}")])
    # then the format follows, and what the file does not say is a question
    assert yaml.safe_load(found.text)["tables"][0]["time"]["formats"] == formats
    assert any(each.key == "dates" for each in found.questions) == is_asked


def test_an_answer_changes_the_mapping_and_is_no_assumption_any_more(write: Write) -> None:
    # given a file that does not say which number is the month
    file = write(
        "orders.csv", "Order,Order Date,SKU,Quantity\n1,9/1/2024,A,3\n2,2/3/2024,B,4\n"
    )
    # when that and the location are said
    found = suggest([file], Said({"dates": "day", "loc": "DC7"}))
    # then they stand in the mapping, as said
    table = yaml.safe_load(found.text)["tables"][0]
    assert table["time"]["formats"] == ["%d/%m/%Y"]
    assert table["common"]["loc"] == {"value": "DC7"}
    assumed = {each.key for each in found.questions if each.is_assumed}
    assert {"dates", "loc"} & assumed == set()
    assert "loc: {value: DC7}  # you said so" in found.text


def test_an_answer_that_is_no_option_does_not_count(write: Write) -> None:
    file = write(
        "orders.csv", "Order,Order Date,SKU,Quantity\n1,9/1/2024,A,3\n2,2/3/2024,B,4\n"
    )
    found = suggest([file], Said({"dates": "whenever"}))
    assert next(each for each in found.questions if each.key == "dates").is_assumed


def test_a_meaning_that_a_person_states_holds(write: Write) -> None:
    # given columns that nobody would understand
    file = write("x.csv", "alpha,beta,gamma,delta\n1,7,2024-01-01,L1\n2,9,2024-01-02,L2\n")
    said = Said(meanings={"delta": "item", "beta": "qty"}, kinds={"x.csv": "sales"})
    # when a person says what two of them mean, and what the rows are
    found = suggest([file], said)
    # then the rest follows
    common = yaml.safe_load(found.text)["tables"][0]["common"]
    assert (common["item"], common["qty"]) == ("delta", "beta")
    assert yaml.safe_load(found.text)["tables"][0]["time"] == "gamma"


def test_what_nobody_can_tell_has_no_mapping_but_a_reason(write: Write) -> None:
    found = suggest([write("x.csv", "alpha,beta\nred,blue\ngreen,yellow\n")])
    assert found.text == ""
    assert any("nobody can tell what its rows are" in each for each in found.warnings)


def test_what_is_missing_is_named(write: Write) -> None:
    file = write("x.csv", "Customer,Note\nAda,hello\nBob,you\n")
    found = suggest([file], Said(kinds={"x.csv": "sales"}))
    assert found.tables[0].missing == ["item code", "quantity", "date or time of the row"]


def test_an_amount_is_found_by_what_it_is(write: Write) -> None:
    # given a column whose name says nothing, and which is quantity times price
    rows = "".join(f"{i},2024-01-0{i},A{i},{i},2.50,{i * 2.5}\n" for i in range(1, 9))
    found = suggest([write("o.csv", f"Order,Date,Item,Qty,Price,Zzz\n{rows}")])
    guess = next(each for each in found.tables[0].guesses if each.column == "Zzz")
    assert (guess.meaning, guess.why) == ("amount", "Qty × Price in 100% of the rows")  # noqa: RUF001


def test_numbers_that_could_mean_two_things_are_asked_for(write: Write) -> None:
    # given thousands or thousandths
    rows = "".join(f"{i};2024-01-0{i};A{i};{i}.250\n" for i in range(1, 9))
    file = write("a.csv", f"Auftrag;Datum;Artikel;Menge\n{rows}")
    # then it is a question, and both answers are followed
    assert any(each.key == "number" for each in suggest([file]).questions)
    point = yaml.safe_load(suggest([file], Said({"number": "1,234.56"})).text)
    comma = yaml.safe_load(suggest([file], Said({"number": "1.234,56"})).text)
    assert (point["number"], comma["number"]) == ("1,234.56", "1.234,56")


def test_sheets_of_a_workbook_become_tables_of_one_mapping(
    tmp_path: Path, home: Settings, write: Write
) -> None:
    # given a workbook with a stock list, orders, and a sheet of notes
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    stock = book.active
    stock.title = "Stock 2024-05-31"
    for row in (("Item", "Warehouse", "On Hand"), ("A", "W1", 5), ("B", "W1", 7)):
        stock.append(row)
    orders = book.create_sheet("Orders")
    for row in (
        ("Order No", "Order Date", "Item", "Qty", "Customer", "Warehouse"),
        ("S1", "2024-06-01", "A", 2, "C1", "W1"),
    ):
        orders.append(row)
    book.create_sheet("Notes").append(("remember the milk",))
    path = tmp_path / "all.xlsx"
    book.save(path)
    # when it is looked at
    found = suggest([path])
    # then one mapping explains both tables, and imports them
    kinds = [table.kind.name if table.kind else "" for table in found.tables]
    assert kinds[:2] == ["stock_list", "orders"]
    assert str(yaml.safe_load(found.text)["as_of"]) == "2024-05-31"
    mapping = write("all.yaml", found.text)
    with rehearsed([path], str(mapping), home) as tried:
        assert tried.types == {"inventory.counted": 2, "demand.line_placed": 1}


def test_events_and_event_logs_need_no_mapping(write: Write) -> None:
    events = write("e.ndjson", '{"specversion": "1.0", "type": "x", "id": "1"}\n')
    log = write("log.xes", "<log></log>")
    assert suggest([events]).ready == "cloudevents"
    assert suggest([log]).ready == "event_log"
    with pytest.raises(ImportFileError, match="are of different kinds"):
        suggest([events, write("a.csv", "Item,Qty\nA,1\n")])


def test_a_column_whose_name_is_a_template_is_quoted(write: Write, home: Settings) -> None:
    # given names with what templates and YAML are made of
    head = "Order {No},Date,Item: Code,Qty #,[x]"
    file = write("orders.csv", f"{head}\n1,2024-01-01,A,3,y\n2,2024-01-02,B,4,z\n")
    # when the proposed mapping is used
    mapping = write("m.yaml", suggest([file]).text)
    with rehearsed([file], str(mapping), home) as tried:
        # then every row is accepted
        assert tried.summary.accepted == 2


def test_rare_rows_further_on_are_looked_at(write: Write) -> None:
    # given a file whose only return stands behind the first rows
    rows = "".join(f"{i},2024-01-01,A{i % 50},{3},9\n" for i in range(7000))
    file = write("sales.csv", f"Order,Date,Item,Qty,Customer\n{rows}7001,2024-01-02,A1,-1,9\n")
    # then the mapping knows that there are returns
    assert "inventory.returned" in suggest([file]).types


def test_a_parquet_file_is_understood_by_its_types(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "sku": ["A", "B"],
            "units_sold": [1.5, 2.0],
            "sold_at": pl.Series(["2024-01-01 08:00", "2024-01-01 09:00"]).str.to_datetime(),
            "store": ["S1", "S2"],
        }
    )
    path = tmp_path / "sales.parquet"
    frame.write_parquet(path)
    table = yaml.safe_load(suggest([path]).text)["tables"][0]
    assert table["time"] == "sold_at"
    assert table["common"]["qty"] == "units_sold"


ODOO_MOVES = """\
id,product_id,location_id,location_dest_id,product_uom_qty,quantity_done,product_uom,state,date
1,A1,Partners/Vendors,WH/Stock,10,8,Units,done,2026-03-02 08:00:00
2,A1,WH/Stock,Partners/Customers,3,3,Units,done,2026-03-02 09:00:00
3,A1,WH/Stock,Partners/Customers,2,1,Units,done,2026-03-02 10:00:00
4,A1,WH/Stock,WH2/Stock,1,1,Units,done,2026-03-02 11:00:00
5,B2,Partners/Vendors,WH/Stock,50,50,Units,done,2026-03-03 08:00:00
6,B2,Partners/Customers,WH/Customer returns,2,2,Units,done,2026-03-03 09:00:00
7,B2,WH/Stock,Partners/Vendors,4,4,Units,done,2026-03-03 10:00:00
8,B2,WH/Stock,Virtual Locations/Scrap,3,3,Units,done,2026-03-03 11:00:00
9,B2,WH/Stock,Virtual Locations/Production,5,5,Units,done,2026-03-03 12:00:00
10,C3,Virtual Locations/Production,WH/Stock,6,6,Units,done,2026-03-03 13:00:00
11,C3,Virtual Locations/Inventory adjustment,WH/Stock,2,2,Units,done,2026-03-03 14:00:00
12,C3,WH/Stock,Virtual Locations/Inventory adjustment,1,1,Units,done,2026-03-03 15:00:00
13,C3,Partners/Vendors,Partners/Customers,9,9,Units,done,2026-03-03 16:00:00
14,C3,WH/Stock,Partners/Customers,7,0,Units,assigned,2026-03-03 17:00:00
15,C3,WH/Stock,Partners/Customers,7,7,Units,waiting,2026-03-03 18:00:00
"""


@pytest.mark.slow
def test_odoos_moves_are_known_by_their_places_and_count_when_they_are_done(
    write: Write, home: Settings
) -> None:
    # given moves of a list of Odoo: what was planned and what was done, partners as places
    found = suggest([write("od.csv", ODOO_MOVES)])
    # then vendors and customers have no stock, and only what was done counts
    assert positions_of(found, home, write) == {
        "A1 WH/Stock": [3, 0, 0],  # 8 - 3 - 1 - 1
        "A1 WH2/Stock": [1, 0, 0],
        "B2 WH/Stock": [38, 0, 0],  # 50 - 4 - 3 - 5
        "B2 WH/Customer returns": [2, 0, 0],
        "C3 WH/Stock": [7, 0, 0],  # 6 + 2 - 1
    }
    # and it says what it took for no place of theirs, and which mapping knows Odoo better
    told = next(each for each in found.warnings if "no places of yours" in each)
    assert "'Partners/Vendors' (vendor)" in told
    assert "Customer returns" not in told
    assert [(near.mapping, near.table) for near in found.near] == [("odoo", "stock_moves")]
    assert "location_id/usage" in found.near[0].missing


def test_moves_that_are_all_planned_move_nothing(write: Write, home: Settings) -> None:
    lines = ODOO_MOVES.splitlines()
    file = write("od.csv", "\n".join([lines[0], lines[14], lines[15]]))
    with rehearsed([file], str(write("m.yaml", suggest([file]).text)), home) as tried:
        assert (tried.types, +tried.summary.rejected) == ({}, {"not_done": 2})


def test_a_person_who_says_transfers_is_warned_of_partners(write: Write) -> None:
    file = write("od.csv", ODOO_MOVES)
    found = suggest([file], Said(kinds={"od.csv": "transfers"}))
    assert any(
        "'Partners/Vendors'" in each and "look like vendors" in each for each in found.warnings
    )


SAP_MOVES = """\
Material,Plant,UMWRK,BWART,Quantity,Base Unit,SHKZG,Posting Date,Material Document,KDAUF
A,P1,,101,100,ST,S,2024-01-02,1,
A,P1,,103,30,ST,S,2024-01-03,2,
A,P1,,105,10,ST,S,2024-01-04,3,
A,P1,,104,5,ST,H,2024-01-04,4,
A,P1,,601,7,ST,H,2024-01-05,5,
A,P1,,601,3,ST,H,2024-01-05,6,77
A,P1,P2,303,20,ST,H,2024-01-06,7,
A,P2,P1,303,20,ST,S,2024-01-06,7,
A,P2,P1,305,12,ST,S,2024-01-07,8,
A,P1,P2,301,9,ST,H,2024-01-08,9,
A,P2,P1,301,9,ST,S,2024-01-08,9,
A,P1,,343,4,ST,H,2024-01-09,10,
A,P1,,343,4,ST,S,2024-01-09,10,
"""


@pytest.mark.slow
def test_movements_of_sap_are_blocked_on_their_way_and_without_orders(
    write: Write, home: Settings
) -> None:
    # given movements with blocked receipts, two plants, and deliveries without orders
    found = suggest([write("mb51.csv", SAP_MOVES)])
    assert positions_of(found, home, write) == {
        # 100 + 30 - 5 - 7 - 3 - 20 - 9; blocked 30 - 10 - 5 - 4
        "A P1": [86, 11, 0],
        # 12 of 20, and 9 in one step; 8 are on their way
        "A P2": [21, 0, 8],
    }
    # and the mapping for SAP is named, with what it lacks
    (near,) = found.near
    assert (near.mapping, near.missing) == ("sap_movements", ("MJAHR", "ZEILE"))


def test_what_is_on_its_way_to_nowhere_is_told(write: Write) -> None:
    # given movements of two steps without the plant that they are for
    rows = "A,P1,303,20,ST,2024-01-06,7\nA,P2,305,20,ST,2024-01-07,8\n"
    head = "Material,Plant,Movement Type,Quantity,Base Unit,Posting Date,Material Document\n"
    found = suggest([write("mb51.csv", head + rows)])
    assert any("303" in each and "not in transit" in each for each in found.warnings)


def test_a_shipped_mapping_of_a_system_is_not_named_for_other_files(write: Write) -> None:
    names = {case.name: suggest([file_of(case, write)]).near for case in CASES}
    assert {name for name, near in names.items() if near} == {
        "mb51_export.csv", "Stock Ledger Entry.csv",
    }  # fmt: skip

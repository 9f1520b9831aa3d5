# SPDX-License-Identifier: AGPL-3.0-or-later
"""What follows what in a document flow, item by item, and which rows are one posting."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sightline.errors import ImportFileError, MappingError
from sightline.imports import Summary
from tests.flow.conftest import EXAMPLE

Ask = Callable[[str], list[tuple[Any, ...]]]
Flow = Callable[..., Summary]
PATHS = (
    "SELECT case_id, groupArray(activity) FROM (SELECT * FROM v_transitions ORDER BY seq) "
    "GROUP BY case_id ORDER BY case_id"
)
ABOUT = (
    "SELECT otype, oid, qualifier FROM e2o INNER JOIN events ON events.id = e2o.event_id "
    "WHERE activity = '{}' AND otype != 'case' ORDER BY ALL"
)


def test_the_example_gives_chains_from_order_to_invoice(
    bring: Callable[..., Summary], ask: Ask
) -> None:
    summary = bring(EXAMPLE)
    assert (summary.read, summary.accepted) == (13, 13)
    assert dict(summary.noted) == {
        "documents created": 11,
        "documents known by reference only": 3,
        "links between documents": 13,
    }
    order = "order 0000004711"
    quotation = ["quotation", "order", "delivery", "goods issue", "goods issue cancellation"]
    assert dict(ask(PATHS)) == {
        f"{order}/000010": ["order", "delivery", "picking", "goods issue", "invoice"],
        f"{order}/000020": ["order", "delivery", "goods issue", "invoice"],
        "quotation 0020000005/000010": quotation,
    }


def test_rows_of_one_posting_are_one_step_at_the_earliest_time(flow: Flow, ask: Ask) -> None:
    # given a goods issue told from the order and, two seconds earlier, from the delivery
    flow(
        "1,10,C,2,10,J,20260302,080000,",
        "1,10,C,49,1,R,20260302,140002,601",
        "2,10,J,49,1,R,20260302,140000,601",
    )
    # then it is one step, after both
    steps = ask("SELECT activity, toString(time) FROM events WHERE activity != '' ORDER BY 2")
    assert steps[-1] == ("goods issue", "2026-03-02 14:00:00.000")
    assert len(steps) == 3
    found = ask(ABOUT.format("goods issue"))
    assert found == [
        ("delivery", "2/10", "follows"),
        ("goods movement", "49/1/2026", "creates"),
        ("order", "1/10", "follows"),
    ]


def test_everything_before_a_document_belongs_to_its_step(flow: Flow, ask: Ask) -> None:
    # given an invoice that only names the delivery, which only names the order
    flow("1,10,C,2,10,J,20260302,080000,", "2,10,J,9,10,M,20260303,080000,")
    found = ask(ABOUT.format("invoice"))
    assert found == [
        ("delivery", "2/10", "follows"),
        ("invoice", "9/10", "creates"),
        ("order", "1/10", "belongs to"),
    ]


def test_a_number_that_begins_anew_each_year_is_another_document(flow: Flow, ask: Ask) -> None:
    flow("1,10,C,49,1,R,20240302,080000,601", "2,10,C,49,1,R,20260302,080000,601")
    assert ask("SELECT DISTINCT oid FROM v_o2o ARRAY JOIN [to_id] AS oid ORDER BY 1") == [
        ("49/1/2024",),
        ("49/1/2026",),
    ]
    assert len(ask(PATHS)) == 2


def test_one_number_twice_is_two_postings_and_is_reported(flow: Flow, ask: Ask) -> None:
    summary = flow("1,10,C,9,10,M,20260302,080000,", "2,10,C,9,10,M,20260305,080000,")
    assert any("created more than once" in each for each in summary.warnings)
    assert summary.flagged["several_origins"] == 1
    assert ask("SELECT count() FROM events WHERE activity = 'invoice'") == [(2,)]


def test_transfer_orders_of_two_warehouses_with_one_number_stay_apart(
    flow: Flow, ask: Ask
) -> None:
    flow(
        "1,10,C,2,10,J,20260302,080000,",
        "3,10,C,4,10,J,20260302,080000,",
        "2,10,J,77,1,Q,20260302,090000,",
        "4,10,J,77,1,Q,20260302,090100,",
    )
    assert [path for _, path in ask(PATHS)] == [["order", "delivery", "transfer order"]] * 2


def test_status_rows_without_a_document_are_known_by_what_they_follow(
    flow: Flow, ask: Ask
) -> None:
    # given two deliveries picked at one moment, one with the time in the item number only
    flow(
        "2,10,J,20260302,101500,Q,20260302,101500,",
        "4,10,J,20260302,101500,Q,20260302,000000,",
    )
    assert [path for _, path in ask(PATHS)] == [["delivery", "picking"]] * 2
    assert ask("SELECT DISTINCT toString(time) FROM events") == [("2026-03-02 10:15:00.000",)]


@pytest.mark.parametrize(
    ("movement", "step"),
    [
        ("601", "goods issue"),
        ("602", "goods issue reversal"),
        ("651", "returns receipt"),
        ("999", "goods movement 999"),
        ("", "goods movement"),
    ],
)
def test_a_goods_movement_is_called_by_its_movement_type(
    flow: Flow, ask: Ask, movement: str, step: str
) -> None:
    flow(f"2,10,J,49,1,R,20260302,140000,{movement}")
    assert (step,) in ask("SELECT activity FROM events WHERE activity != ''")


def test_documents_at_one_moment_come_in_the_order_of_the_flow(flow: Flow, ask: Ask) -> None:
    at = "20260302,080000,"
    flow(
        f"2,10,J,9,10,M,{at}",
        f"1,10,C,9,10,M,{at}",
        f"7,10,B,1,10,C,{at}",
        f"1,10,C,2,10,J,{at}",
    )
    assert ask(PATHS)[0][1] == ["quotation", "order", "delivery", "invoice"]


def test_a_circle_ends(flow: Flow, ask: Ask) -> None:
    flow("1,10,C,2,10,C,20260302,080000,", "2,10,C,1,10,C,20260303,080000,")
    assert sum(len(path) for _, path in ask(PATHS)) == 2


def test_rows_that_tell_no_document_or_no_time_are_rejected_and_kept(
    flow: Flow, ask: Ask
) -> None:
    summary = flow(
        "1,10,C,,10,J,20260302,080000,",
        "1,10,C,2,10,J,00000000,080000,",
        "1,10,C,2,10,J,20260302,256161,",
        ",,,2,10,J,20260302,080000,",
    )
    assert dict(summary.rejected) == {"missing_document": 1, "bad_time": 2}
    assert (summary.read, summary.accepted) == (4, 1)
    assert summary.flagged["no_predecessor"] == 1
    reasons = ask("SELECT reason FROM dlq ORDER BY reason")
    assert reasons[0] == (
        "bad_time: ERDAT, ERZET are '00000000', '080000'; expected YYYYMMDD, HHMMSS",
    )


def test_the_flow_moves_no_stock(bring: Callable[..., Summary], ask: Ask) -> None:
    bring(EXAMPLE)
    assert ask("SELECT count() FROM v_positions") == [(0,)]
    assert ask("SELECT DISTINCT type FROM events ORDER BY type") == [
        ("io.sightline.master.record_changed.v1",),
        ("io.sightline.process.activity.v1",),
    ]


def test_a_file_that_was_imported_adds_nothing_and_an_export_that_grew_adds_the_rest(
    bring: Callable[..., Summary], tmp_path: Path, ask: Ask
) -> None:
    bring(EXAMPLE)
    again = bring(EXAMPLE)
    assert (again.duplicates, again.events) == (13, 0)
    # given the same table a day later
    grown = tmp_path / "later.csv"
    more = "0000004712,000010,C,0090000100,000010,M,1.0,ST,90.0,EUR,20260306,060000,,\n"
    grown.write_text(EXAMPLE.read_text() + more)
    before = ask("SELECT count() FROM events")[0][0]
    bring(grown)
    assert ask("SELECT count() FROM events") == [(before + 2,)]
    assert ask("SELECT sum(dead_letters) FROM v_progress") == [(0,)]


def test_a_mapping_of_ones_own_names_documents_and_their_zone(
    flow: Flow, tmp_path: Path, ask: Ask
) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(
        "{name: mine, kind: document_flow, process: versand, source: 'sap://prod', "
        "zone: Europe/Berlin, documents: {J: Lieferung, C: Auftrag}}"
    )
    flow("1,10,C,2,10,J,20260302,080000,", mapping=str(mine))
    assert ask("SELECT DISTINCT process, toString(time) FROM events WHERE activity != ''") == [
        ("versand", "2026-03-02 07:00:00.000")
    ]
    assert ask(PATHS) == [("Auftrag 1/10", ["Auftrag", "Lieferung"])]


def test_an_option_names_the_process(flow: Flow, ask: Ask) -> None:
    flow("1,10,C,2,10,J,20260302,080000,", process="shipping")
    assert ask("SELECT DISTINCT process FROM v_cases") == [("shipping",)]


def test_a_file_without_a_column_or_without_rows_is_refused(
    flow: Flow, bring: Callable[..., Summary], tmp_path: Path
) -> None:
    path = tmp_path / "short.csv"
    path.write_text("VBELV,VBELN\n1,2\n")
    with pytest.raises(MappingError, match="no column POSNV and no VBTYP_V"):
        bring(path, mapping="sap_vbfa_docflow")
    with pytest.raises(ImportFileError, match="no rows"):
        flow()

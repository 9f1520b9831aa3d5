# SPDX-License-Identifier: AGPL-3.0-or-later
"""The worked example of docs/counts.md, played line by line."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sightline.desk import Desk, Episode
from sightline.events.publish import to_piece
from sightline.log import open_log
from sightline.rules.evaluate import evaluate
from sightline.rules.judgement import Occasion, Posting
from sightline.settings import Settings
from sightline.store import Store
from streams.runner import run_until_idle
from tests.strategies.clouds import Cloud, cloud
from tests.streams.stage import check, play

PAGE = Path(__file__).parents[2] / "docs" / "counts.md"
HERE: dict[str, Any] = {"item": "A100", "loc": "DC1"}
ERP, WMS, NORTH = "erp://main", "wms://dc1", "3pl://north"
STATED: dict[str, Any] = {"source": NORTH, "authoritative": False, **HERE}
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SIX = datetime(2026, 3, 2, 6, tzinfo=UTC)
PO: dict[str, Any] = {"po_line": "PO1/1", "source": ERP, **HERE}
EVENTS = [
    cloud("inventory.receipt", id="r1", minute=117, q=20, source=ERP, **HERE),
    cloud("inventory.counted", id="c1", minute=120, q=100, source=WMS, **HERE),
    cloud(
        "inventory.shipment", id="s1", minute=126, q=5, order_line="SO1/1", source=ERP, **HERE
    ),
    cloud("inventory.counted", id="st1", minute=180, q=110, **STATED),
    cloud("inventory.counted", id="st2", minute=300, q=95, **STATED),
    cloud("supply.asn", id="a1", minute=360, q=24, asn_line="N1", **PO),
    cloud("inventory.counted", id="st3", minute=480, q=119, **STATED),
    cloud("inventory.receipt", id="r2", minute=450, recorded_after=90, q=24, **PO),
]
RELEASED = cloud("supply.po_released", id="p1", minute=-60, q=24, version=1, **PO)


def told() -> list[tuple[str, list[Decimal]]]:
    """Return time, and on hand with its range, of each line of the page's table."""
    lines = [line.split("|")[1:-1] for line in PAGE.read_text().splitlines()]
    rows = [
        [cell.strip() for cell in line] for line in lines if line and line[0].strip().isdigit()
    ]
    return [(row[1], [Decimal(cell) for cell in row[4:7]]) for row in rows]


@pytest.mark.parametrize("number", range(len(EVENTS)))
def test_each_line_of_the_example_is_what_comes_of_the_events_so_far(number: int) -> None:
    # given the events up to a line of the page
    known = EVENTS[: number + 1]
    time, figures = told()[number]
    assert (SIX + timedelta(minutes=_minute(known[-1]))).strftime("%H:%M") == time
    # when they are played
    stage = play(known, cuts=range(len(known)))
    # then the position says what the page says, and the oracle agrees
    row = stage.current["main", "A100", "DC1"]
    assert [row[name] for name in ("on_hand", "on_hand_low", "on_hand_high")] == figures
    check(stage, known)


def test_the_example_opens_one_drift_that_its_late_receipt_withdraws(
    store: Store, settings: Settings
) -> None:
    # given the example up to the statement of 14:00
    first = _judged(store, settings, [RELEASED, *EVENTS[:-1]])
    # then a drift of 24 is open, and the line that explains it stands first
    assert (first.state, first.facts["drift_units"]) == ("open", "24")
    best = first.facts["causes"][0]
    found = (best["cause"], best["document"], best["quantity"], best["fit"], best["event"])
    assert found == ("supply_not_received", "PO1/1", "24", 1.0, "a1")
    # when the late receipt comes
    second = _judged(store, settings, EVENTS[-1:])
    # then it is over, for what is known now agrees with the statement
    assert (second.exception_id, second.resolution) == (first.exception_id, "withdrawn")


def _judged(store: Store, settings: Settings, clouds: list[Cloud]) -> Episode:
    """Take in `clouds`, let the rules look, and return the only drift there ever was."""
    log, desk = open_log(settings), Desk.open(settings)
    try:
        log.append(to_piece(clouds, log.partitions))
        run_until_idle(settings, store, log)
        evaluate(store, desk, Occasion(NOON, NOON, Posting()))
        (drift,) = [each for each in desk.episodes() if each.rule == "position_drift"]
    finally:
        desk.close()
        log.close()
    return drift


def _minute(event: Cloud) -> float:
    return (datetime.fromisoformat(event["time"]) - SIX) / timedelta(minutes=1)

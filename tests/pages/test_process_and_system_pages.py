# SPDX-License-Identifier: AGPL-3.0-or-later
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import data, headline
from sightline import jobs, timings
from sightline.log import Piece
from sightline.store import Store

Open = Callable[..., AppTest]
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


def dot(page: AppTest) -> str:
    (chart,) = page.get("graphviz_chart")
    return str(chart.proto.spec)


def test_the_process_page_shows_what_mining_found(full: Store, open_page: Open) -> None:
    # given 120 mined approvals
    assert full
    # when Process opens
    page = open_page("process")
    shown = html(page)
    # then cases, variants and the map agree with the queries
    (found,) = data.processes().to_dict("records")
    assert ">120<" in shown
    assert f">{len(data.of_process('variants', found['process']))}<" in shown
    assert "Finance approval" in dot(page)
    assert "Paths by total wait" in shown


def test_coverage_and_labels_come_from_the_url(full: Store, open_page: Open) -> None:
    # given the map of the most frequent paths, labelled with waits
    assert full
    usual = dot(open_page("process"))
    # when more coverage and counts are asked for
    asked = dot(open_page("process", cover="100", label="Times"))
    # then there are more paths, and their labels are counts
    assert asked.count("->") > usual.count("->")
    assert 'label="  144  "' in asked
    assert 'label="  144  "' not in usual


def test_an_unknown_process_in_the_url_falls_back_to_the_first(
    full: Store, open_page: Open
) -> None:
    assert full
    page = open_page("process", process="no such process")
    assert not page.exception
    assert page.selectbox[0].value == "purchase_approval"


def test_system_counts_what_arrived(full: Store, open_page: Open) -> None:
    # given partitions whose counts add up to 568 028 accepted, 32 doubled, 8 refused
    assert full
    # when System opens
    shown = html(open_page("system"))
    # then these are the numbers, and the reasons are grouped
    for number in ("568k", "32", "8"):
        assert f'<dd class="sl-value">{number}<' in shown
    assert re.search(r"negative_magnitude.*?data\.q.*?>4<", shown)


def test_a_refused_event_is_shown_as_text(full: Store, open_page: Open) -> None:
    # given a refused event whose item is <b>A</b>
    assert full
    # when System opens
    shown = html(open_page("system"))
    # then its raw text is visible and harmless
    assert "&lt;b&gt;A&lt;/b&gt;" in shown
    assert "<b>A" not in shown


def test_a_partition_behind_the_log_is_said_to_be_behind(
    full: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a log with batches for partition 2 that the stream has left unread for a while
    assert full
    monkeypatch.setattr(data, "SWIFT", timedelta(0))
    for _ in range(12):
        data.log().append([Piece(part=2, fmt="ndjson", events=1, body=b"{}")])
    # when System opens
    shown = html(open_page("system"))
    # then it says how much waits, and that numbers will change
    assert "The stream has not read 1 log partition to the end." in shown
    assert "8 batches wait" in shown


def test_what_came_just_now_is_not_behind(full: Store, open_page: Open) -> None:
    # given batches that the stream has not had time to read
    assert full
    for _ in range(12):
        data.log().append([Piece(part=2, fmt="ndjson", events=1, body=b"{}")])
    # when System opens, then it does not complain, though not all is read
    assert "has not read" not in html(open_page("system"))
    assert not data.is_read()


def test_jobs_show_their_last_failure(full: Store, open_page: Open) -> None:
    # given a stream that works and a miner that failed
    assert full
    jobs.started("stream")
    jobs.succeeded("stream", data.now())
    jobs.failed("miner", data.now(), "cannot read <events>\nTraceback …")
    # when System opens
    shown = html(open_page("system"))
    # then both are there, and only the first line of the error
    assert "miner failed." in shown
    assert "cannot read &lt;events&gt;" in shown
    assert "Traceback" not in shown


def test_jobs_count_their_runs() -> None:
    # given a job that ran twice and failed once
    jobs.forget()
    jobs.started("stream")
    jobs.succeeded("stream", NOW)
    jobs.failed("stream", NOW, "boom\nmore")
    jobs.started("stream")
    # then everything is known of it
    (job,) = jobs.known()
    assert (job.state, job.runs, job.last_ok, job.last_error) == ("running", 2, NOW, "boom")
    jobs.stopped("stream")
    assert jobs.known()[0].state == "stopped"
    jobs.forget()


@pytest.mark.parametrize("name", ["feeds", "lag"])
def test_empty_reads_have_their_columns(open_page: Open, name: str) -> None:
    open_page("system")
    assert list(getattr(data, name)().columns)


@pytest.mark.parametrize(
    ("p50", "said"),
    [
        (7_200_000.0, "Half of the cases of x/item take up to 2 h, 95 % up to 3 d."),
        (0.0, "At least half of the cases of x/item begin and end at one moment"),
    ],
)
def test_cases_of_one_moment_are_not_said_to_take_no_time(p50: float, said: str) -> None:
    cycle = pd.Series({"cases": 9.0, "p50_ms": p50, "p95_ms": 3 * 86_400_000.0})
    nothing = pd.DataFrame({"wait_sum_ms": []})
    assert headline.process("x/item", cycle, nothing).lead.startswith(said)


def test_the_system_page_tells_what_came_out_of_order_and_how_long_things_take(
    full: Store, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a source with late events, and inserts that took 30 ms
    assert full
    feeds = data.feeds()
    feeds.loc[0, ["late", "reused", "restated"]] = [4321, 0, 7]
    monkeypatch.setattr(data, "feeds", lambda: feeds)
    timings.took("store_insert", 0.03, "positions")
    # when System opens
    shown = html(open_page("system"))
    # then both are told
    assert ">4,321<" in shown
    assert "What came out of order, by source" in shown
    assert re.search(r"Insert of positions.*?\d+ ms", shown, re.DOTALL)


def test_the_system_page_counts_what_is_set_aside_and_leads_there(
    full: Store, open_page: Open
) -> None:
    # given two suspect quantities, one of them settled
    states = pa.array(["open", "as_stated"])
    names = pa.array(["odd-1", "odd-2"])
    full.insert_arrow("suspects", pa.table({"event_id": names, "state": states}))
    # when System opens
    shown = html(open_page("system"))
    # then the open one is counted, with the way to it
    assert re.search(r"Set aside</dt><dd class=\"sl-value\">1<", shown)
    assert "1 suspect quantity to settle" in shown
    assert "finding=suspect_quantity" in shown

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What Prometheus reads is what happened."""

from collections.abc import Callable

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sightline import jobs
from sightline.clock import wall_clock
from tests.intake.conftest import BATCH, Site, event, wire

TOKEN = "correct-horse-battery"  # noqa: S105 - not a secret
Series = dict[tuple[str, ...], float]


def read(site: Site) -> Series:
    """Return every series by its name and the values of its labels."""
    answer = site.ask("GET", "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name.removeprefix("sightline_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.body.decode())
        for sample in family.samples
    }


def test_requests_and_events_are_counted_by_what_was_told(site: Site) -> None:
    site.send(wire([event("a"), event("b"), {}]), BATCH)
    site.send(b"{")
    site.send(b"{", "text/plain")
    found = read(site)
    assert [found["intake_requests_total", code] for code in ("202", "400", "415")] == [1, 1, 1]
    assert found["intake_events_total", "accepted"] == 2
    assert found["intake_events_total", "refused"] == 2
    assert found["intake_bytes_total",] > 100


def test_what_waits_for_the_stream_is_told_and_gone_when_it_has_read(site: Site) -> None:
    for number in range(3):
        site.send(wire([event(f"e{number}"), event(f"e{number}")]), BATCH)
    part = str(site.log.newest(1)[0].part)
    before = read(site)
    assert before["stream_waiting_batches", part] == 3
    assert before["stream_lag_seconds", part] >= 0
    assert ("stream_offset", part) not in before
    assert before["log_commit_seconds_count",] >= 3
    site.process()
    site.intake.lag._looked = 0  # noqa: SLF001
    after = read(site)
    assert after["stream_waiting_batches", part] == 0
    assert after["stream_lag_seconds", part] == 0
    assert after["stream_offset", part] == after["log_head_offset", part]
    assert after["store_insert_seconds_count", "events"] >= 1


def test_every_source_tells_its_counts_and_how_far_it_is(site: Site) -> None:
    site.send(wire([event("a"), event("a"), event("b", source="wms://1")]), BATCH)
    site.send(wire([event("a", time="2026-03-02T09:00:00Z")]), BATCH)
    site.process()
    found = read(site)
    names = ("events", "duplicates", "dead_letters", "late", "reused", "restated")
    told = {
        source: [found[f"source_{name}_total", source] for name in names]
        for source in ("erp://a", "wms://1")
    }
    assert told == {"erp://a": [1, 1, 1, 0, 0, 0], "wms://1": [1, 0, 0, 0, 0, 0]}
    assert found["source_watermark_seconds", "wms://1"] == 1772431200


def test_an_event_far_behind_its_source_counts_as_late(site: Site) -> None:
    site.send(wire(event("b", time="2026-03-20T08:00:00Z")))
    site.send(wire(event("a", time="2026-03-02T08:00:00Z")))
    site.process()
    assert read(site)["source_late_total", "erp://a"] == 1


def test_what_the_stream_does_for_its_own_sake_is_timed(site: Site) -> None:
    site.send(wire(event("a")))
    site.process()
    found = read(site)
    assert found["stream_epoch_seconds_count",] >= 1
    assert found["stream_snapshot_seconds_count", "PartitionState"] >= 1
    assert found["stream_snapshot_bytes_total", "PartitionState"] > 100


def test_refused_events_are_counted_by_reason(site: Site) -> None:
    site.send(b"{")
    site.process()
    reasons = {key[1]: value for key, value in read(site).items() if key[0] == "dead_letters"}
    assert reasons == {"not_json": 1}
    assert read(site)["suspects", "open"] == 0


def test_jobs_tell_their_state(site: Site) -> None:
    jobs.started("stream")
    jobs.started("rules")
    jobs.failed("rules", wall_clock(), "no")
    found = read(site)
    assert (found["job_state", "stream", "running"], found["job_state", "rules", "failed"]) == (
        1,
        1,
    )
    assert (found["job_state", "rules", "running"], found["job_runs_total", "rules"]) == (0, 1)
    assert found["store_up",] == 1


def test_histograms_add_up(site: Site) -> None:
    site.send(wire(event()))
    found = read(site)
    buckets = [value for key, value in found.items() if key[0] == "log_commit_seconds_bucket"]
    assert buckets == sorted(buckets)
    assert buckets[-1] == found["log_commit_seconds_count",]
    assert found["log_commit_seconds_sum",] > 0


@pytest.mark.parametrize("path", ["/metrics", "/api/schema", "/api/openapi.json"])
def test_where_there_is_a_token_it_is_needed(opened: Callable[..., Site], path: str) -> None:
    site = opened(token=TOKEN)
    assert site.ask("GET", path).status == 401
    friend = {"Authorization": f"Bearer {TOKEN}"}
    assert site.ask("GET", path, headers=friend).status == 200

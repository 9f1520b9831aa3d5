# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a monitoring system reads: counts of the intake, and the state of everything else."""

from collections import Counter as Counts
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import (
    CollectorRegistry,
    Counter,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from sightline import jobs, timings
from sightline.errors import SightlineError
from sightline.intake.lag import Lag
from sightline.intake.reply import Reply
from sightline.log import EventLog
from sightline.store import Store

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
MOST_SOURCES = 200  # names of sources come from outside
COMMIT, INSERT = "log_commit", "store_insert"
EPOCH, SNAPSHOT, SNAPSHOT_BYTES = "stream_epoch", "stream_snapshot", "stream_snapshot_bytes"
MOST_REASONS = 50
COUNTS = {
    "events": "Events of a source that were accepted, since the log began.",
    "duplicates": "Repeats of a source that were dropped.",
    "dead_letters": "Events of a source that were refused, made good since or not.",
    "late": "Accepted events further behind the watermark of their source than the horizon.",
    "reused": "Duplicates whose id came first longer ago than the horizon.",
    "restated": "Accepted events that count for another quantity than they came with.",
}
STATES = ("running", "idle", "failed", "stopped")
disable_created_metrics()  # type: ignore[no-untyped-call]  # series that nobody asks for


@dataclass(slots=True)
class Meters:
    """Counters of one intake, in a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    requests: Counter = field(init=False)
    events: Counter = field(init=False)
    volume: Counter = field(init=False)

    def __post_init__(self) -> None:
        names = ("requests", "Requests that brought events, by status.", ["status"])
        self.requests = self._counter(*names)
        names = ("events", "Events that were read, by what the sender was told.", ["outcome"])
        self.events = self._counter(*names)
        self.volume = self._counter("bytes", "Bytes of bodies that were read.", [])
        for outcome in ("accepted", "refused"):
            self.events.labels(outcome)

    def kept(self, told: Reply) -> None:
        """Count the events of one request."""
        self.events.labels("accepted").inc(told.accepted)
        self.events.labels("refused").inc(told.refused_count)

    def text(self) -> bytes:
        """Return everything in the registry as Prometheus reads it."""
        return generate_latest(self.registry)

    def _counter(self, name: str, told: str, labels: list[str]) -> Counter:
        return Counter(f"sightline_intake_{name}", told, labels, registry=self.registry)


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings(Collector):
    """What is read at the moment somebody asks: log, stream, sources, timings, jobs."""

    log: EventLog
    store: Store
    lag: Lag

    def describe(self) -> list[Metric]:
        """Return nothing: names are known once somebody asks for values."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Yield everything; what does not answer is left out, and said to be."""
        self.lag.look()
        yield from self._partitions()
        try:
            yield from _sources(self.store)
            yield from _letters(self.store)
            yield _suspects(self.store)
            answers = 1
        except SightlineError:
            answers = 0
        yield _gauge("store_up", "Whether the store answers.", answers)
        yield _histogram("log_commit_seconds", "Commits of the log.", timings.timed(COMMIT), "")
        inserts = timings.timed(INSERT)
        yield _histogram("store_insert_seconds", "Inserts, by table.", inserts, "table")
        yield from _stream()
        yield from _jobs()

    def _partitions(self) -> Iterator[Metric]:
        heads, offsets, waiting = self.log.heads(), self.lag.offsets, self.lag.waiting
        batches = {p: waiting[p].batches if p in waiting else 0 for p in heads}
        seconds = {p: self.lag.seconds(p) for p in heads}
        yield _by_part("log_head_offset", "Last offset in the log.", heads)
        yield _by_part("stream_offset", "Last offset that the stream has read.", offsets)
        yield _by_part("stream_waiting_batches", "Batches that wait for the stream.", batches)
        yield _by_part("stream_lag_seconds", "How long the oldest of them waits.", seconds)


def _sources(store: Store) -> Iterator[Metric]:
    rows = store.read_arrow("system_feeds").to_pylist()[:MOST_SOURCES]
    watermark = GaugeMetricFamily(
        "sightline_source_watermark_seconds",
        "Latest business time of a source, seconds since 1970.",
        labels=["source"],
    )
    for row in rows:
        if at := row["watermark"].timestamp():  # of dead letters alone there is none
            watermark.add_metric([row["source"]], at)
    yield watermark
    for name, told in COUNTS.items():
        family = CounterMetricFamily(f"sightline_source_{name}", told, labels=["source"])
        for row in rows:
            family.add_metric([row["source"]], row[name])
        yield family


def _letters(store: Store) -> Iterator[Metric]:
    """Yield the refused events that stand, by reason: units in doubt are one of them."""
    standing: Counts[str] = Counts()
    for row in store.read_arrow("system_dead_reasons", most=MOST_REASONS).to_pylist():
        standing[row["reason"]] += row["n"]
    told = "Refused events that still stand, by reason."
    family = GaugeMetricFamily("sightline_dead_letters", told, labels=["reason"])
    for reason, number in standing.items():
        family.add_metric([reason], number)
    yield family


def _suspects(store: Store) -> Metric:
    """Return how many quantities look like a mistaken pack; none are open in peace."""
    told = "Accepted events whose quantity looks like a mistaken pack, by state."
    family = GaugeMetricFamily("sightline_suspects", told, labels=["state"])
    found = {row["state"]: row["n"] for row in store.read_arrow("system_suspects").to_pylist()}
    for state, number in ({"open": 0} | found).items():
        family.add_metric([state], number)
    return family


def _stream() -> Iterator[Metric]:
    """Yield how long the stream's own housekeeping takes."""
    told = "Epochs of the stream: after a crash at most one is done again."
    yield _histogram("stream_epoch_seconds", told, timings.timed(EPOCH), "")
    told = "Snapshots, by state."
    yield _histogram("stream_snapshot_seconds", told, timings.timed(SNAPSHOT), "state")
    told = "Bytes of snapshots, without the blocks that earlier ones had written."
    family = CounterMetricFamily("sightline_stream_snapshot_bytes", told, labels=["state"])
    for state, number in sorted(timings.counts(SNAPSHOT_BYTES).items()):
        family.add_metric([state], number)
    yield family


def _jobs() -> Iterator[Metric]:
    state = GaugeMetricFamily(
        "sightline_job_state", "1 for the state that a job is in.", labels=["job", "state"]
    )
    runs = CounterMetricFamily(
        "sightline_job_runs", "Runs of a job that ended, well or not.", labels=["job"]
    )
    for job in jobs.known():
        runs.add_metric([job.name], job.runs)
        for each in STATES:
            state.add_metric([job.name, each], float(job.state == each))
    yield state
    yield runs


def _gauge(name: str, told: str, value: float) -> Metric:
    return GaugeMetricFamily(f"sightline_{name}", told, value=value)


def _by_part(name: str, told: str, values: Mapping[int, float]) -> Metric:
    family = GaugeMetricFamily(f"sightline_{name}", told, labels=["part"])
    for part, value in sorted(values.items()):
        family.add_metric([str(part)], value)
    return family


def _histogram(name: str, told: str, found: Mapping[str, timings.Timing], label: str) -> Metric:
    family = HistogramMetricFamily(f"sightline_{name}", told, labels=[label] if label else None)
    for about, timing in sorted(found.items()):
        total, buckets = 0, []
        for bound, count in zip((*timings.BOUNDS, "+Inf"), timing.buckets, strict=True):
            total += count
            buckets.append((str(bound), total))
        family.add_metric([about] if label else [], buckets, timing.seconds)
    return family

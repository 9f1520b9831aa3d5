# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever bytes are sent: never a 500, and whatever was read is accounted for."""

import gzip
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sightline.events.catalogue import TYPES
from sightline.events.examples import example
from tests.intake.conftest import BATCH, LINES, ONE, PLAIN, Answer, Site

MEDIA = (ONE, BATCH, LINES, PLAIN, "text/plain", "", "application/x+json")
PATIENT = settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.from_regex(r"\A[a-z][a-z0-9-]{0,15}\Z").map(lambda name: f"ce-{name}")
VALUES = st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=30)


def _keys() -> list[str]:
    found = {"data", *example(next(iter(TYPES.values())))}
    for kind in TYPES.values():
        found |= set(example(kind)["data"])
    return sorted(found)


@st.composite
def events(draw: st.DrawFn) -> Any:
    """Draw a good event in which some fields were replaced by anything."""
    event = example(draw(st.sampled_from(list(TYPES.values()))))
    for name, value in draw(
        st.dictionaries(st.sampled_from(_keys()), JSON, max_size=3)
    ).items():
        place = event["data"] if isinstance(event["data"], dict) and name != "data" else event
        place[name] = value
    return event


def _checked(answer: Answer) -> None:
    assert answer.status in {202, 400, 413, 415}
    told = answer.json
    if answer.status in {202, 400}:
        assert told["received"] == told["accepted"] + told["refused_count"]
        assert (answer.status == 400) == (told["received"] > 0 and not told["accepted"])
        assert all(0 <= each["index"] < told["received"] for each in told["refused"])
        assert all(": " in each["reason"] for each in told["refused"])


@PATIENT
@given(
    body=st.binary(max_size=300) | JSON.map(json.dumps).map(str.encode),
    media=st.sampled_from(MEDIA),
    packing=st.sampled_from(["", "gzip", "zipped", "br"]),
    headers=st.dictionaries(NAMES, VALUES, max_size=4),
)
def test_any_bytes_are_answered_and_counted(
    site: Site, body: bytes, media: str, packing: str, headers: dict[str, str]
) -> None:
    packed = gzip.compress(body) if packing == "zipped" else body
    named = {"Content-Encoding": "gzip" if packing == "zipped" else packing}
    before = sum(stat.events for stat in site.log.stat())
    answer = site.ask(
        "POST", "/api/events", packed, {"Content-Type": media, **named, **headers}
    )
    _checked(answer)
    received = answer.json.get("received", 0)
    assert sum(stat.events for stat in site.log.stat()) == before + received


@settings(PATIENT, max_examples=40)
@given(sent=st.lists(events(), max_size=6), lines=st.booleans())
def test_what_was_told_of_changed_events_is_what_the_stream_finds(
    site: Site, sent: list[Any], *, lines: bool
) -> None:
    texts = [json.dumps(each).encode() for each in sent]
    body, media = (
        (b"\n".join(texts), LINES) if lines else (b"[" + b",".join(texts) + b"]", BATCH)
    )
    answer = site.send(body, media)
    _checked(answer)
    assert answer.json["received"] in {len(sent), 1}  # NaN is no JSON: the array falls as one


def test_what_came_of_all_of_it_adds_up(site: Site) -> None:
    received = 0

    @settings(max_examples=30, database=None)
    @given(st.lists(events(), min_size=1, max_size=6))
    def send(sent: list[Any]) -> None:
        nonlocal received
        body = b"\n".join(json.dumps(each).encode() for each in sent)
        received += site.send(body, LINES).json["received"]

    send()
    found = site.process()
    assert found.events + found.duplicates + found.dead_letters == received > 30

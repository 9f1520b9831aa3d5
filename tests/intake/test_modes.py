# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every way of writing events over HTTP leads to the same events in the log."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.intake.conftest import BATCH, LINES, ONE, PLAIN, Site, event, wire

TWO = [event("e1"), event("e2", time="2026-03-02T07:00:00Z")]
BINARY = {
    "ce_specversion": "1.0",
    "ce_id": "e1",
    "ce_source": "erp://a",
    "ce_type": "io.sightline.inventory.issue.v1",
    "ce_time": "2026-03-02T06:00:00Z",
}
DATA = wire(TWO[0]["data"])


def ids(site: Site) -> list[str]:
    return sorted(row["id"] for row in site.accepted())


@pytest.mark.parametrize(
    ("media", "body", "wanted"),
    [
        (ONE, wire(TWO[0]), ["e1"]),
        (f"{ONE}; charset=UTF-8", wire(TWO[0]), ["e1"]),
        (ONE, json.dumps(TWO[0], indent=2).encode(), ["e1"]),
        (ONE, json.dumps(TWO[0], indent="\t").replace("\n", "\r\n").encode(), ["e1"]),
        (ONE, b"\xef\xbb\xbf" + wire(TWO[0]), ["e1"]),
        (BATCH, wire(TWO), ["e1", "e2"]),
        (BATCH, json.dumps(TWO, indent=4).encode(), ["e1", "e2"]),
        (PLAIN, wire(TWO), ["e1", "e2"]),
        (PLAIN, b" \n" + wire(TWO[0]), ["e1"]),
        (LINES, wire(TWO[0]) + b"\r\n\n  \n" + wire(TWO[1]), ["e1", "e2"]),
        (LINES, wire(TWO[0]) + b"\n", ["e1"]),
    ],
)
def test_events_in_a_body_are_in_the_log_when_the_answer_comes(
    site: Site, media: str, body: bytes, wanted: list[str]
) -> None:
    # when a body is sent
    answer = site.send(body, media)
    # then the answer counts its events, and the log holds them
    assert (answer.status, answer.headers["content-type"]) == (202, "application/json")
    told = {"received": len(wanted), "accepted": len(wanted), "refused_count": 0}
    assert answer.json == {**told, "refused": []}
    assert ids(site) == wanted
    # and a second log that opens the same file sees them too
    assert sum(stat.events for stat in site.log.stat()) == len(wanted)


@pytest.mark.parametrize(("media", "body"), [(BATCH, b"[]"), (LINES, b""), (LINES, b"\n\n")])
def test_nothing_sent_is_nothing_refused(site: Site, media: str, body: bytes) -> None:
    answer = site.send(body, media)
    assert answer.status == 202
    assert answer.json == {"received": 0, "accepted": 0, "refused_count": 0, "refused": []}
    assert site.log.top() == 0


def test_what_is_written_over_several_lines_keeps_its_texts(site: Site) -> None:
    sent = event(data={**TWO[0]["data"], "lot": "a\nb\tc  d", "reason_code": "\u00e9\u2028"})
    site.send(json.dumps(sent, indent=1, ensure_ascii=False).encode())
    assert json.loads(site.logged()[0]) == sent


def test_attributes_come_in_headers_and_data_in_the_body(site: Site) -> None:
    # given an event in binary mode, with what HTTP headers cannot carry as it is
    answer = site.send(
        DATA,
        PLAIN,
        **BINARY | {"ce_subject": "caf%C3%A9%20%E2%82%AC", "ce_severitynumber": "9"},
        ce_partitionkey='"a \\"quoted\\" key"',
    )
    assert answer.json["accepted"] == 1
    # then the log has one event, with the same words and numbers
    found = json.loads(site.logged()[0])
    assert found["subject"] == "caf\u00e9 \u20ac"
    assert found["partitionkey"] == 'a "quoted" key'
    assert found["severitynumber"] == 9
    assert found["datacontenttype"] == PLAIN
    assert found["data"] == TWO[0]["data"]


@pytest.mark.parametrize("media", [PLAIN, "application/vnd.acme.stock+json", ""])
def test_data_is_json_of_any_name(site: Site, media: str) -> None:
    assert site.send(DATA, media, **BINARY).json["accepted"] == 1


@pytest.mark.parametrize(
    ("changed", "body", "field", "code"),
    [
        ({}, b"{", "data", "not_json"),
        ({}, b"", "data", "missing"),
        ({}, DATA + b" 1", "data", "not_json"),
        ({}, b"\xff", "data", "not_json"),
        ({"ce_id": "%FF"}, DATA, "id", "not_utf8"),
        ({"ce_data": "x"}, DATA, "data", "not_allowed"),
        ({"ce_severitynumber": "much"}, DATA, "severitynumber", "wrong_type"),
        ({"ce_type": "io.sightline.none.v1"}, DATA, "type", "unknown_type"),
    ],
)
def test_a_fault_in_binary_mode_is_named(
    site: Site, changed: dict[str, str], body: bytes, field: str, code: str
) -> None:
    answer = site.send(body, PLAIN, **BINARY | changed)
    assert answer.status == 400
    refused = answer.json["refused"][0]
    assert (refused["index"], refused["field"]) == (0, field)
    assert refused["reason"].startswith(f"{code}: ")
    # and the event waits among the dead letters
    assert site.process().dead_letters == 1


@pytest.mark.parametrize(
    "packed", [gzip.compress, lambda b: gzip.compress(b[:9]) + gzip.compress(b[9:])]
)
def test_a_body_may_be_packed(site: Site, packed: Callable[[bytes], bytes]) -> None:
    answer = site.send(packed(wire(TWO)), BATCH, content_encoding="gzip")
    assert answer.json["accepted"] == 2
    assert ids(site) == ["e1", "e2"]


def test_all_modes_give_the_same_event(site: Site) -> None:
    # given one event in every mode
    site.send(wire(TWO[0]), ONE)
    site.send(wire(TWO[:1]), BATCH)
    site.send(wire(TWO[0]), LINES)
    site.send(DATA, PLAIN, **BINARY)
    site.send(gzip.compress(wire(TWO[0])), PLAIN, content_encoding="gzip")
    # when the stream has read them
    found = site.process()
    # then it is one event, and the others repeat it
    assert (found.events, found.duplicates, found.dead_letters) == (1, 4, 0)


def test_events_of_one_item_stay_in_their_order(site: Site) -> None:
    sent = [event(f"e{number:03}") for number in range(300)]
    for first in range(0, 300, 50):
        site.send(wire(sent[first : first + 50]), BATCH)
    assert [row["id"] for row in site.accepted()] == [each["id"] for each in sent]


def test_unknown_fields_are_kept(site: Site) -> None:
    data: dict[str, Any] = {**TWO[0]["data"], "colour": "red"}
    assert site.send(wire(event(data=data, myextension="x"))).status == 202
    assert json.loads(site.accepted()[0]["data"])["ext"] == {"colour": "red"}

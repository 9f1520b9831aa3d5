# SPDX-License-Identifier: AGPL-3.0-or-later
"""A refused event is named in the answer, and waits among the dead letters."""

import gzip
import json
from typing import Any

import pytest

from sightline.events.refusal import LONGEST_LINE
from tests.intake.conftest import BATCH, LINES, ONE, PLAIN, Site, event, wire

NEGATIVE = event("bad", data={**event()["data"], "q": {"qty": "-3", "uom": "EA"}})
NO_UNIT = event("wait", data={**event()["data"], "q": {"qty": "3", "uom": "XX"}})


def letters(site: Site) -> list[dict[str, Any]]:
    """Return the dead letters, as a person reads them."""
    rows: list[dict[str, Any]] = site.store.ask(
        "SELECT kind, reason, field, source, id, raw FROM dlq ORDER BY part, off"
    ).to_pylist()
    return rows


def test_the_answer_names_what_is_wrong_where_and_why(site: Site) -> None:
    # given good events with three bad ones between them
    sent = [event("a"), NEGATIVE, event("b"), {"id": "x"}, NO_UNIT, event("c")]
    answer = site.send(wire(sent), BATCH)
    # then the good ones are accepted and each bad one is named by its place
    assert answer.status == 202
    assert (answer.json["received"], answer.json["accepted"]) == (6, 3)
    assert answer.json["refused_count"] == 3
    negative, nameless, unknown = answer.json["refused"]
    assert negative == {
        "index": 1,
        "id": "bad",
        "field": "data.q.qty",
        "reason": "negative: data.q.qty is '-3'; expected a magnitude of at least 0; direction "
        "comes from the type",
        "kind": "malformed",
    }
    assert (nameless["index"], nameless["id"], nameless["field"]) == (3, "x", "type")
    assert (unknown["index"], unknown["kind"]) == (4, "quarantine")
    # and the stream finds the same: three events, three dead letters with the same words
    found = site.process()
    assert (found.events, found.duplicates, found.dead_letters) == (3, 0, 3)
    assert sorted(row["reason"] for row in letters(site)) == sorted(
        each["reason"] for each in answer.json["refused"]
    )
    assert wire(NEGATIVE).decode() in {row["raw"] for row in letters(site)}


def test_when_none_is_accepted_the_answer_is_400_in_the_same_form(site: Site) -> None:
    answer = site.send(wire([NEGATIVE]), BATCH)
    assert answer.status == 400
    assert set(answer.json) == {"received", "accepted", "refused_count", "refused"}
    assert (answer.json["received"], answer.json["accepted"]) == (1, 0)
    assert site.process().dead_letters == 1


@pytest.mark.parametrize(
    ("media", "body", "code"),
    [
        (ONE, b"", "not_json"),
        (ONE, b"{", "not_json"),
        (ONE, b'{"id":"a\nb"}', "not_json"),
        (ONE, b"[1]", "not_an_object"),
        (ONE, b'{"id":"\xff","type":"io.sightline.inventory.issue.v1"}', "not_utf8"),
        (ONE, b'{"a":' * 5000, "too_deep"),
        (ONE, b"null", "not_an_object"),
        (BATCH, b'{"id":"x"}', "not_a_list"),
        (BATCH, b"[", "not_json"),
        (BATCH, b"[1,]", "not_json"),
        (BATCH, b"[" * 5000, "too_deep"),
        (PLAIN, b"12", "not_an_object"),
        (PLAIN, b"\x00\x01", "not_json"),
        (LINES, b"{\n", "not_json"),
        (LINES, b"\x00", "not_json"),
    ],
)
def test_a_body_that_holds_no_event_is_one_refused_entry(
    site: Site, media: str, body: bytes, code: str
) -> None:
    answer = site.send(body, media)
    assert (answer.status, answer.json["received"]) == (400, 1)
    assert answer.json["refused"][0]["reason"].startswith(f"{code}: ")
    assert site.process().dead_letters == 1
    assert letters(site)[0]["reason"] == answer.json["refused"][0]["reason"]


DAMAGED = {
    "empty": b"",
    "other": b"no gzip at all",
    "cut": gzip.compress(b"[]")[:-3],
    "followed": gzip.compress(b"[]") + b"rest",
    "cut early": gzip.compress(wire([event()]) * 50)[:60],
    "countless": gzip.compress(b"") * 200_000,
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_packed_body_is_one_refused_entry(site: Site, body: bytes) -> None:
    answer = site.send(body, BATCH, content_encoding="gzip")
    assert (answer.status, answer.json["refused_count"]) == (400, 1)
    assert answer.json["refused"][0]["reason"].startswith("not_gzip: ")
    assert site.process().dead_letters == 1


def test_an_event_that_is_too_long_leaves_its_neighbours_alone(site: Site) -> None:
    long = event("long", data={**event()["data"], "note": "x" * LONGEST_LINE})
    answer = site.send(wire([event("a"), long, event("b"), NEGATIVE]), BATCH)
    assert answer.json["accepted"] == 2
    assert [each["index"] for each in answer.json["refused"]] == [1, 3]
    assert answer.json["refused"][0]["reason"].startswith("too_large: ")
    found = site.process()
    assert (found.events, found.dead_letters) == (2, 2)


def test_many_refused_events_are_all_counted_and_the_first_hundred_named(site: Site) -> None:
    answer = site.send(wire([{"id": f"{number}"} for number in range(250)]), BATCH)
    assert (answer.status, answer.json["refused_count"]) == (400, 250)
    assert [each["id"] for each in answer.json["refused"]] == [str(n) for n in range(100)]
    assert site.process().dead_letters == 250


def test_what_was_sent_is_accepted_repeated_or_a_dead_letter(site: Site) -> None:
    # given new events, repeats, contradictions and every kind of bad input
    sent = [event(f"e{n}") for n in range(50)]
    other = event("e1", time="2026-03-02T09:00:00Z")
    bodies = [
        (wire(sent), BATCH),
        (wire(sent[10:30]), BATCH),
        (b"\n".join(map(wire, [*sent[:5], NEGATIVE, other, ["x"]])), LINES),
        (b"{", ONE),
        (wire([NO_UNIT, {"a": 1}]), PLAIN),
    ]
    answers = [site.send(body, media).json for body, media in bodies]
    # when the stream has read the log
    found = site.process()
    # then nothing is missing and nothing is counted twice
    received = sum(told["received"] for told in answers)
    assert received == 50 + 20 + 8 + 1 + 2
    assert found.events + found.duplicates + found.dead_letters == received
    assert found.events == 50
    assert found.duplicates == 25
    # a contradiction is known to the stream alone; all else was told to the sender
    assert found.dead_letters == sum(told["refused_count"] for told in answers) + 1
    rows = site.store.ask("SELECT id, count() AS n FROM events GROUP BY id").to_pylist()
    assert {row["id"]: row["n"] for row in rows} == {each["id"]: 1 for each in sent}


def test_a_refused_line_is_kept_whole(site: Site) -> None:
    site.send(json.dumps(NEGATIVE, indent=2).encode())
    assert json.loads(site.logged()[0]) == NEGATIVE

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever lies in the log becomes rows or dead letters, each at its offset."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.log import INDEX_BITS
from streams.logic.chunk import STREAM_SCHEMA, Chunk, Decoded, Raw, decode
from tests.strategies.clouds import INGEST_MS, cloud, table_of

FIRST = 3 << INDEX_BITS
TOLD = {"kind": "quarantine", "reason": "unknown_unit: no", "field": "uom", "source": "file://a",
        "id": "7", "raw": "the row"}  # fmt: skip


def counted(name: str, **data: Any) -> dict[str, Any]:
    return cloud("inventory.counted", id=name, item="A", loc="DC1", q=5, **data)


def packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)
    return bytes(sink.getvalue())


def raw(fmt: str, events: int, body: bytes, first: int = FIRST) -> Raw:
    return Raw(fmt, events, body, first, INGEST_MS, append_row=first >> INDEX_BITS)


def decoded(*raws: Raw) -> Decoded:
    found = decode(Chunk(2, list(raws), 9))
    assert found.table.schema.equals(STREAM_SCHEMA)
    assert (found.part, found.frontier) == (2, 9)
    return found


def offsets(found: Decoded) -> list[int]:
    """Return the offsets of all rows and letters, in order."""
    rows: list[int] = found.table["off"].to_pylist()
    return sorted([*rows, *(letter.off for letter in found.letters)])


ARROW = packed(table_of([counted(str(number)) for number in range(20)]))


def test_columns_come_with_their_offsets_and_the_time_they_entered() -> None:
    found = decoded(raw("arrow", 20, ARROW))
    assert found.table["id"].to_pylist() == [str(number) for number in range(20)]
    assert offsets(found) == list(range(FIRST, FIRST + 20))
    assert found.last == FIRST + 19
    entered = datetime.fromtimestamp(INGEST_MS / 1000, UTC)
    assert set(found.table["ingest_time"].to_pylist()) == {entered}


def test_lines_that_are_refused_leave_a_gap_in_the_offsets_of_the_others() -> None:
    # given a piece whose first and third lines are no events
    good = [json.dumps(counted(name)).encode() for name in ("a", "b")]
    body = b"\n".join([b"no json", good[0], b"{}", good[1]]) + b"\n"
    # when it is decoded
    found = decoded(raw("ndjson", 4, body))
    # then rows and letters stand where their lines stood
    assert found.table["off"].to_pylist() == [FIRST + 1, FIRST + 3]
    assert [(letter.off, letter.raw) for letter in found.letters] == [
        (FIRST, "no json"),
        (FIRST + 2, "{}"),
    ]
    assert found.last == FIRST + 3


def test_refused_rows_keep_what_the_import_said_about_them() -> None:
    body = b"\n".join([json.dumps(TOLD).encode(), b"broken", b"[]", b'{"reason":null}'])
    letters = decoded(raw("refused", 4, body)).letters
    assert letters[0] == (
        FIRST, "quarantine", "unknown_unit: no", "uom", "file://a", "7", "the row", INGEST_MS,
    )  # fmt: skip
    assert [letter.off for letter in letters] == [FIRST, FIRST + 1, FIRST + 2, FIRST + 3]
    assert [letter.kind for letter in letters[1:]] == ["malformed"] * 3
    assert letters[1].raw == "broken"


def test_pieces_of_all_kinds_come_in_order_of_the_log() -> None:
    line = json.dumps(counted("z")).encode()
    found = decoded(
        raw("arrow", 20, ARROW),
        raw("refused", 1, json.dumps(TOLD).encode(), FIRST + (1 << INDEX_BITS)),
        raw("ndjson", 1, line, FIRST + (2 << INDEX_BITS)),
    )
    assert found.table["id"].to_pylist()[-1] == "z"
    assert found.table["off"].to_pylist() == sorted(found.table["off"].to_pylist())
    assert found.last == FIRST + (2 << INDEX_BITS)


def test_a_chunk_of_nothing_only_moves_the_frontier() -> None:
    found = decoded()
    assert (len(found.table), found.letters, found.last) == (0, [], -1)


@pytest.mark.parametrize(
    ("fmt", "events", "body", "reason"),
    [
        ("arrow", 20, ARROW[:700], "expected an Arrow batch of canonical columns"),
        ("arrow", 20, b"", "expected an Arrow batch of canonical columns"),
        ("arrow", 3, packed(pa.table({"id": ["a", "b", "c"]})), "expected an Arrow batch"),
        ("arrow", 21, ARROW, "unreadable: 20 rows; expected 21"),
        (
            "avro",
            2,
            b"Obj",
            "unreadable: format 'avro'; expected one of arrow, ndjson, refused",
        ),
    ],
    ids=["cut off", "empty", "other columns", "too few", "unknown format"],
)
def test_a_piece_that_cannot_be_read_is_a_dead_letter_for_each_of_its_events(
    fmt: str, events: int, body: bytes, reason: str
) -> None:
    found = decoded(raw(fmt, events, body))
    assert offsets(found) == list(range(FIRST, FIRST + events))
    assert {letter.kind for letter in found.letters} == {"malformed"}
    assert all(reason in letter.reason for letter in found.letters)
    assert [letter.raw for letter in found.letters[1:]] == [""] * (events - 1)


def test_what_is_kept_of_a_refused_event_is_bounded() -> None:
    (letter,) = decoded(raw("ndjson", 1, b"x" * 2_000_000)).letters
    assert len(letter.raw) == 64 * 1024


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["arrow", "ndjson", "refused"]), st.binary(max_size=200))
def test_no_bytes_make_it_raise(fmt: str, body: bytes) -> None:
    events = 1 if fmt == "arrow" else body.removesuffix(b"\n").count(b"\n") + 1
    found = decoded(raw(fmt, events, body))
    assert offsets(found) == list(range(FIRST, FIRST + events))


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_damage_to_an_arrow_piece_makes_it_raise(dice: random.Random) -> None:
    # given a good piece with a few bytes changed, now and then cut off
    body = bytearray(ARROW)
    for _ in range(dice.randint(1, 3)):
        body[dice.randrange(len(body))] = dice.randrange(256)
    if dice.random() < 0.1:
        del body[dice.randrange(len(body)) :]
    # then each event of it is still a row or a letter
    found = decoded(raw("arrow", 20, bytes(body)))
    assert offsets(found) == list(range(FIRST, FIRST + 20))


def test_lines_of_many_pieces_decode_as_each_piece_alone() -> None:
    # given pieces that came one after the other, with events, bad lines and refused rows
    bodies = [[_line(f"e{n}"), *([b"{"] if n % 3 == 0 else [])] for n in range(7)]
    raws = [
        Raw("ndjson", len(body), b"\n".join(body), (n + 1) << 16, 1_000 * n, n + 1)
        for n, body in enumerate(bodies)
    ]
    raws.insert(3, Raw("refused", 1, b'{"reason":"r: x"}', 50 << 16, 9_000, 50))
    # when they are decoded together, and one by one
    together = decode(Chunk(0, raws, 60))
    alone = [decode(Chunk(0, [raw], 60)) for raw in raws]
    # then offsets, arrival, flags and dead letters are the same
    assert together.table.equals(pa.concat_tables([each.table for each in alone]))
    assert together.letters == [letter for each in alone for letter in each.letters]
    assert together.table["ingest_time"].to_pylist()[-1].timestamp() == 6


def _line(name: str) -> bytes:
    return (
        b'{"specversion":"1.0","id":"%b","source":"erp://a","time":"1970-01-01T00:05:03Z",'
        b'"type":"io.sightline.inventory.issue.v1",'
        b'"data":{"item":"I1","loc":"DC1","q":{"qty":"3","uom":"EA"}}}' % name.encode()
    )

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whatever the bytes, decoding never raises, loses nothing and does not depend on company."""

import json
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.events import decode as decoding
from sightline.events.catalogue import TYPES
from sightline.events.columns import SCHEMA
from sightline.events.decode import Decoded, check_lines, decode_lines
from sightline.events.encode import envelope_of
from sightline.events.examples import example

INGEST_MS = 1_772_500_000_000
EXAMPLES = [example(kind) for kind in TYPES.values()]
LINES = [json.dumps(event).encode() for event in EXAMPLES]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(
        ["", "-3", "0", "1e5", "9" * 40, "2026-03-02", "2026-03-02T06:00:00Z", "EA"]
    )
)
anything = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutated_events(draw: st.DrawFn) -> bytes:
    """Draw the example of some type with one to three values replaced, added or dropped."""
    event: dict[str, Any] = json.loads(draw(st.sampled_from(LINES)))
    for _ in range(draw(st.integers(1, 3))):
        place = event
        while True:
            key = draw(st.sampled_from([*sorted(place), "strange"]))
            inner = place.get(key)
            if not isinstance(inner, dict) or draw(st.booleans()):
                break
            place = inner
        if draw(st.booleans()):
            place.pop(key, None)
        else:
            place[key] = draw(anything)
    separators = draw(st.sampled_from([(",", ":"), (", ", ": ")]))
    return json.dumps(event, separators=separators).encode("utf-8", "surrogatepass")


@st.composite
def damaged_lines(draw: st.DrawFn) -> bytes:
    """Draw an example with some bytes overwritten or cut off."""
    line = bytearray(draw(st.sampled_from(LINES)))
    for _ in range(draw(st.integers(0, 4))):
        line[draw(st.integers(0, len(line) - 1))] = draw(st.integers(0, 255))
    return bytes(line[: draw(st.integers(0, len(line)))])


lines = st.lists(
    st.binary(max_size=60) | mutated_events() | damaged_lines() | st.sampled_from(LINES),
    max_size=8,
)


def decode(*given: bytes) -> Decoded:
    return decode_lines(given, ingest_ms=INGEST_MS)


@settings(deadline=None, max_examples=400)
@given(lines)
def test_every_line_becomes_a_row_or_a_refusal(given: list[bytes]) -> None:
    decoded = decode(*given)
    numbers = [*decoded.index.tolist(), *(refusal.index for refusal in decoded.refused)]
    assert sorted(numbers) == list(range(len(given)))
    assert decoded.table.schema == SCHEMA
    decoded.table.validate(full=True)
    for refusal in decoded.refused:
        assert refusal.reason.partition(": ")[2]
        assert refusal.raw == given[refusal.index]


@settings(deadline=None, max_examples=200)
@given(lines)
def test_what_becomes_of_a_line_does_not_depend_on_its_company(given: list[bytes]) -> None:
    together = decode(*given)
    rows = dict(zip(together.index.tolist(), together.table.to_pylist(), strict=True))
    reasons = {refusal.index: refusal.reason for refusal in together.refused}
    for number, line in enumerate(given):
        alone = decode(line)
        assert alone.table.to_pylist() == ([rows[number]] if number in rows else [])
        assert [r.reason for r in alone.refused] == (
            [reasons[number]] if number in reasons else []
        )


@given(lines)
def test_a_check_refuses_what_decoding_refuses(given: list[bytes]) -> None:
    assert check_lines(given) == decode(*given).refused


@given(st.permutations(range(len(LINES))), st.integers(1, 60))
@settings(deadline=None, max_examples=30)
def test_the_cut_into_chunks_changes_nothing(order: list[int], size: int) -> None:
    given = [LINES[i] for i in order]
    whole = decode(*given)
    usual, decoding.CHUNK = decoding.CHUNK, size
    try:
        assert decode(*given).table.equals(whole.table)
    finally:
        decoding.CHUNK = usual


def shuffled(value: Any, order: random.Random) -> Any:
    if isinstance(value, dict):
        items = list(value.items())
        order.shuffle(items)
        return {key: shuffled(inner, order) for key, inner in items}
    return [shuffled(inner, order) for inner in value] if isinstance(value, list) else value


@given(mutated_events() | st.sampled_from(LINES), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=200)
def test_the_order_of_keys_is_no_content(line: bytes, order: random.Random) -> None:
    event = json.loads(line)
    turned = json.dumps(shuffled(event, order), ensure_ascii=order.random() < 0.5)
    one, other = decode(line), decode(turned.encode("utf-8", "surrogatepass"))
    names = ["content", "data", "id", "type", "time"]
    assert one.table.select(names).equals(other.table.select(names))
    assert len(one.refused) == len(other.refused)


@given(mutated_events() | st.sampled_from(LINES))
@settings(deadline=None, max_examples=300)
def test_a_row_written_as_an_event_decodes_to_itself(line: bytes) -> None:
    first = decode(line)
    again = decode(*(envelope_of(row) for row in first.table.to_pylist()))
    assert again.refused == []
    assert again.table.equals(first.table)

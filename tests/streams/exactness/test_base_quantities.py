# SPDX-License-Identifier: AGPL-3.0-or-later
"""I11: a base quantity is exactly quantity times numerator over denominator, or none at all."""

import json
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from streams.logic.chunk import Chunk, Raw, decode
from streams.logic.intake import IntakeState
from tests.strategies.clouds import INGEST_MS, Cloud, cloud

QUANTITIES = st.decimals("0.0001", "99999", places=4)
PARTS = st.integers(1, 10_000) | st.sampled_from([1, 3, 7, 12, 144, 1000])
SCALE, LIMIT = 10_000, 10**15


def _taken(*events: Cloud) -> tuple[list[Decimal], list[str]]:
    """Return the base quantities of what is accepted, and why the rest is not."""
    body = b"\n".join(json.dumps(each).encode() for each in events)
    raw = Raw("ndjson", len(events), body, 0, INGEST_MS, 0)
    fresh = IntakeState(0, 1).apply(decode(Chunk(0, [raw], 0)))
    found = fresh.table["base_qty"].drop_null().to_pylist()
    return found, [letter.reason.partition(":")[0] for letter in fresh.letters]


def _exact(qty: Decimal, num: int, den: int) -> Decimal | str:
    scaled = Fraction(qty) * num / den * SCALE
    if scaled.denominator != 1:
        return "not_representable"
    if scaled >= LIMIT:
        return "too_large_a_number"
    return Decimal(scaled.numerator) / SCALE


def _agrees(found: tuple[list[Decimal], list[str]], wanted: Decimal | str) -> None:
    assert found == (([], [wanted]) if isinstance(wanted, str) else ([wanted], []))


@given(qty=QUANTITIES, num=PARTS, den=PARTS)
def test_a_factor_that_the_event_states_gives_the_exact_quantity_or_a_dead_letter(
    qty: Decimal, num: int, den: int
) -> None:
    # given a shipment in cases that states its own factor
    event = cloud("inventory.shipment", id="s", item="A", loc="L", order_line="O/1")
    event["data"]["q"] = {
        "qty": f"{qty:f}", "uom": "CS", "base_uom": "EA", "conv_num": num, "conv_den": den,
    }  # fmt: skip
    # when it is taken in / then nothing is rounded
    _agrees(_taken(event), _exact(qty, num, den))


@given(qty=QUANTITIES, num=PARTS, den=PARTS)
def test_a_factor_from_master_data_gives_the_exact_quantity_or_a_dead_letter(
    qty: Decimal, num: int, den: int
) -> None:
    # given the item's base unit, the factor of its cases, and a shipment in cases
    item = {"entity": "item", "key": "A", "fields": {"base_uom": "EA"}}
    case = {"item": "A", "uom": "CS", "num": num, "den": den}
    records = (item, {"entity": "item_uom", "key": "A/CS", "fields": case})
    told = [
        cloud("master.record_changed", id=str(nth), minute=-60, **record)
        for nth, record in enumerate(records)
    ]
    event = cloud("inventory.shipment", id="s", item="A", loc="L", order_line="O/1")
    event["data"]["q"] = {"qty": f"{qty:f}", "uom": "CS"}
    # when they are taken in / then nothing is rounded
    _agrees(_taken(*told, event), _exact(qty, num, den))

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Records of objects: what they may say, and which object they are about."""

from collections.abc import Callable
from typing import Any

import pytest

from sightline.events.decode import Decoded

Decode = Callable[..., Decoded]
Make = Callable[..., dict[str, Any]]

ORDER = {"type": "order", "id": "O/7"}


def record(make: Make, key: str, fields: Any) -> dict[str, Any]:
    return make(
        "master.record_changed", entity="object", key=key, fields=fields, valid_from=...
    )


def test_a_record_is_related_to_the_object_that_it_declares(decode: Decode, make: Make) -> None:
    # given an object with attributes of every kind and relations both ways
    fields = ORDER | {
        "attributes": {"price": 12.5, "paid": True, "note": "x", "lines": [1, 2]},
        "relations": [
            {"type": "item", "id": "I1", "qualifier": "contains"},
            {"type": "customer", "id": "C1", "direction": "from"},
        ],
    }
    # when it is decoded
    decoded = decode(record(make, "order/O/7", fields))
    # then it is accepted, about that object and no other
    assert decoded.refused == []
    (row,) = decoded.table.to_pylist()
    assert row["objects"] == [{"type": "order", "id": "O/7", "qualifier": ""}]


@pytest.mark.parametrize(
    ("key", "fields", "reason"),
    [
        ("order/7", None, "missing: data.fields.type is missing"),
        ("order/7", {"type": "order"}, "missing: data.fields.id is missing"),
        ("order/7", {"type": "order", "id": 7}, "wrong_type: data.fields.id is 7"),
        ("order/", {"type": "order", "id": ""}, "wrong_type: data.fields.id is ''"),
        ("7", {"type": "order", "id": "7"}, "wrong_key: data.key is '7'; expected 'order/7'"),
        ("order/O/7", ORDER | {"attributes": []}, "wrong_type: data.fields.attributes is "),
        ("order/O/7", ORDER | {"relations": {}}, "wrong_type: data.fields.relations is "),
        ("order/O/7", ORDER | {"relations": [1]}, "wrong_type: data.fields.relations.0 is 1"),
        (
            "order/O/7",
            ORDER | {"relations": [{"type": "item"}]},
            "missing: data.fields.relations.0.id is missing",
        ),
        (
            "order/O/7",
            ORDER | {"relations": [{"type": "i", "id": "1", "direction": "up"}]},
            "wrong_type: data.fields.relations.0.direction is 'up'; expected to or from",
        ),
    ],
)
def test_what_is_wrong_with_an_object_is_named(
    decode: Decode, make: Make, key: str, fields: Any, reason: str
) -> None:
    decoded = decode(record(make, key, fields))
    assert decoded.table.num_rows == 0
    assert decoded.refused[0].reason.startswith(reason)

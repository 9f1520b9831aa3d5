# SPDX-License-Identifier: AGPL-3.0-or-later
"""A value comes out the same from every format of a log."""

from typing import Any

import pytest

from sightline.imports.ocel import plain


@pytest.mark.parametrize(
    ("stated", "kind", "wanted"),
    [
        (129.0, "REAL", 129),
        ("129.0", "float", 129),
        (0.1, "REAL", 0.1),
        (1, "BOOLEAN", True),
        ("false", "boolean", False),
        ("maybe", "boolean", "maybe"),
        (True, "", True),
        ("2023-04-03 12:00:00", "TIMESTAMP", "2023-04-03T12:00:00Z"),
        ("2023-04-03T14:00:00.5+02:00", "time", "2023-04-03T12:00:00.500Z"),
        ("soon", "time", "soon"),
        ("0010", "TEXT", "0010"),
        ("abc", "integer", "abc"),
        ("1_0", "integer", "1_0"),
        ("nan", "float", "nan"),
        (float("inf"), "", "inf"),
        (10**30, "", str(10**30)),
        (b"\xff\x00", "BLOB", "ff00"),
        (None, "REAL", None),
    ],
)
def test_a_value_is_written_in_one_way(stated: Any, kind: str, wanted: Any) -> None:
    found = plain.value(stated, kind)
    assert (found, type(found)) == (wanted, type(wanted))


@pytest.mark.parametrize(
    ("said", "since"),
    [
        ("1970-01-01 01:00:00", 0),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:00:00Z", 0),
        ("1950-05-05", 0),
        (None, 0),
        ("1970-01-02T00:00:00Z", 86_400_000),
    ],
)
def test_what_holds_since_the_first_day_of_1970_holds_always(
    said: str | None, since: int
) -> None:
    assert plain.since(said) == since

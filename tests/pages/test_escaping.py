# SPDX-License-Identifier: AGPL-3.0-or-later
"""Item codes are text, whatever they look like."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import markup
from sightline.store import Store

Open = Callable[..., AppTest]
NASTY = ["<b>x</b>", "*x*", "$a$", ":red[x]", "A->B", "a&b", '"q"', "<script>alert(1)</script>"]
TIME = pa.timestamp("ms", tz="UTC")
NOW = datetime.now(UTC)


def html(page: AppTest) -> str:
    return "\n".join(str(each.proto.body) for each in page.get("html"))


@pytest.fixture
def nasty(store: Store, home: object, request: pytest.FixtureRequest) -> str:
    """Write one position, its shortage and its source under the code of the test."""
    del home
    code: str = request.param
    opened = pa.array([NOW - timedelta(hours=1)], TIME)
    units = pa.array([Decimal(-3)], pa.decimal128(18, 4))
    text = pa.array([code])
    facts = json.dumps([{"name": "short_units", "value": "3"}, {"name": code, "value": code}])
    store.insert_arrow(
        "positions",
        pa.table({"item": text, "loc": text, "on_hand": units, "as_of": opened}),
    )
    store.insert_arrow(
        "exceptions",
        pa.table(
            {
                **dict.fromkeys(("exception_id", "item", "loc", "rule", "kind"), text),
                "severity": ["critical"],
                "state": ["open"],
                "revision": pa.array([1], pa.uint64()),
                "time": opened,
                "opened": opened,
                "drivers": [facts],
            }
        ),
    )
    store.insert_arrow(
        "feeds",
        pa.table(
            {
                "source": text,
                "part": pa.array([0], pa.uint8()),
                "watermark": opened,
                "ingested": opened,
            }
        ),
    )
    return code


@pytest.mark.parametrize("nasty", NASTY, indirect=True)
@pytest.mark.parametrize("name", ["health", "stock", "system"])
def test_a_code_never_becomes_markup(nasty: str, name: str, open_page: Open) -> None:
    # given an item, location, kind and source with that code
    # when a page shows them
    page = open_page(name)
    # then the code stands there escaped, in HTML, and in no Markdown
    shown = html(page)
    assert not page.exception
    assert "Error id" not in shown
    assert markup.text(nasty) in shown or name == "stock"
    assert not any(nasty in shown for sign in "<&" if sign in nasty)
    assert not any(nasty in str(each.value) for each in page.markdown)


@pytest.mark.parametrize("nasty", NASTY, indirect=True)
def test_a_code_in_the_url_is_only_text(nasty: str, open_page: Open) -> None:
    # given the address of such a position
    # when it is opened
    page = open_page("stock", item=nasty, loc=nasty, exception=nasty)
    # then its heading is the code
    assert not page.exception
    assert f'<h2 class="sl-subject">{markup.text(nasty)} ' in html(page)
    assert not any(nasty in str(each.value) for each in page.markdown)


def test_a_link_keeps_codes_whole() -> None:
    linked = markup.link("/stock", "<i>", {"item": 'a&b="c"', "loc": "Ü 1/2"})
    assert linked == (
        '<a href="/stock?item=a%26b%3D%22c%22&amp;loc=%C3%9C+1%2F2" '
        'target="_self">&lt;i&gt;</a>'
    )

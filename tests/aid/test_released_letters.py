# SPDX-License-Identifier: AGPL-3.0-or-later
"""A letter that waits for a unit is taken in by the record, and then stands no more."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from sightline.aid.doctor.tables import offsets
from sightline.aid.letters import Wanted
from sightline.settings import Settings
from sightline.store import Store
from tests.aid.letters_home import Home, event, opened, qty


@pytest.fixture
def home(store: Store, tmp_path: Path) -> Iterator[Home]:
    with opened(Settings(home=tmp_path / "home"), store) as found:
        yield found


def record(name: str, entity: str, key: str, **fields: object) -> bytes:
    """Return a master record that holds always."""
    data = {"entity": entity, "key": key, "valid_from": "1970-01-01", "fields": fields}
    whole = json.loads(event(name)) | {"type": "io.sightline.master.record_changed.v1"}
    return json.dumps(whole | {"data": data}).encode()


def test_what_waits_is_not_sent_again_and_what_was_released_neither(home: Home) -> None:
    # given two lines in cases of an item of pieces, one of which somebody mends
    home.append(record("i", "item", "A", base_uom="EA"))
    home.append(event("e1", q=qty("2", "CS")), event("e2", q=qty("3", "CS")))
    home.run()
    first, second = sorted(home.open(), key=lambda each: each.id)
    (outcome,) = home.sender.send([first])
    assert not outcome.sent
    assert outcome.said.startswith("it waits for a record of its unit")
    home.sender.send_mended(second, event("e2", q=qty("36")))
    # when the unit comes
    home.append(record("u", "item_uom", "A/CS", item="A", uom="CS", num=12, den=1))
    home.run()
    # then the one that waited is released, the mended one counts, and its letter is settled
    (letter,) = home.letters.at(home.letters.places(Wanted(state="released")))
    assert (letter.id, letter.state, letter.released) == ("e1", "released", "u")
    assert home.open() == []
    assert home.ids() == ["e1", "e2", "i", "u"]
    assert home.letters.counts(Wanted(state="all")) == {
        "no_conversion": {"released": 1, "retried": 1}
    }
    (outcome,) = home.sender.send([letter])
    assert (outcome.sent, outcome.said[:23]) == (False, "its event was taken in ")
    # and the doctor finds every line of the log once
    (found,) = offsets(home.settings, home.store)
    assert found.status == "ok", found

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The product reads every event of replenishment, and nothing of it is unknown to it."""

import json

import numpy as np
import pytest

from sightline.events.decode import decode_lines
from sightline.sim.engine.book import Changes
from sightline.sim.engine.world import Hour
from sightline.sim.systems.recorder import Recorder
from tests.sim.procure.bought import life

OWN = ("supply.", "inventory.", "decision.", "model.", "master.")


@pytest.mark.parametrize("code", ["X7c", "X12", "X14"])
def test_the_product_refuses_none_and_knows_every_field(code: str) -> None:
    story = life(code)
    facts = [fact for fact in story.facts if fact.kind.startswith(OWN)]
    empty = np.empty(0, np.int64)
    nothing = Changes(empty, empty, np.empty((0, 7), np.int64))
    recorder = Recorder(story.world.cast, story.world.labels, story.world.run)
    lines = recorder.lines(Hour(story.world.run.start, facts, [], nothing, []))
    # when the product decodes what the systems made of them
    decoded = decode_lines(lines.line.to_pylist(), ingest_ms=story.world.run.end // 1_000)
    # then it takes all of them, and nothing goes to ext
    assert decoded.refused == []
    assert decoded.table.num_rows == len(facts) > 5_000
    extras = {
        tuple(json.loads(data).get("ext", ())) for data in decoded.table["data"].to_pylist()
    }
    assert extras == {()}

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Facts that come one by one become lines of CloudEvents."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa

from sightline.events.routing import item_of
from sightline.sim.engine.draws import Keys, Stream, key_of, mixed
from sightline.sim.engine.facts import Fact
from sightline.sim.engine.labels import Labels
from sightline.sim.systems import ids
from sightline.sim.systems.envelopes import sequences, ties_of
from sightline.sim.systems.recorded import FULL, KIND_AT, Recorded
from sightline.sim.systems.sources import Sources
from sightline.sim.systems.spelling import stamps


class OneByOne:
    """Records facts; their attributes are made for all of an hour at once."""

    def __init__(self, sources: Sources, delay: Stream, labels: Labels) -> None:
        self._sources = sources
        self._delay = delay
        self._labels = labels

    def lines(self, facts: Sequence[Fact], first: int) -> Recorded:
        """Return the events of one or more `facts`, recorded at `first` or later."""
        at = np.array([fact.at for fact in facts], dtype=np.int64)
        source = np.array([self._sources.index[fact.source] for fact in facts], np.int64)
        kind = np.array([KIND_AT[fact.kind] for fact in facts], dtype=np.int64)
        found = ids.digests([f"{fact.source}/{fact.name}".encode() for fact in facts])
        bits, texts = ids.bits_of(found), ids.texts_of(found)
        delay = self._delay.bits(mixed(_together(facts), at.astype(np.uint64)), 0)
        recorded = np.maximum(at + self._sources.delays(source, delay), first)
        tie = ties_of(kind, bits)
        keys = [
            item_of(FULL[row], fact.data) or fact.key
            for row, fact in zip(kind, facts, strict=True)
        ]
        stated = zip(
            *(facts, texts.to_pylist(), keys, stamps(at).to_pylist()),
            *(stamps(recorded).to_pylist(), sequences(recorded, tie).to_pylist()),
            strict=True,
        )
        lines = [_line(*each) for each in stated]
        self._saw(facts, texts)
        return Recorded(
            *(at, recorded, tie, bits, source, kind, texts, pa.array(keys, pa.string())),
            pa.array(lines, pa.binary()),
        )

    def _saw(self, facts: Sequence[Fact], texts: pa.Array) -> None:
        for row, fact in enumerate(facts):
            for label in fact.labels:
                self._labels.saw(label, texts[row].as_py(), fact.at)


def _together(facts: Sequence[Fact]) -> Keys:
    return np.array([key_of(fact.flow or fact.key) for fact in facts], dtype=np.uint64)


def _line(  # noqa: PLR0913, PLR0917  one for each attribute
    fact: Fact, event_id: str, key: str, time: str, recorded: str, sequence: str
) -> bytes:
    envelope: dict[str, Any] = {
        "specversion": "1.0",
        "id": event_id,
        "source": fact.source,
        "type": FULL[KIND_AT[fact.kind]],
        "time": time,
        "recordedtime": recorded,
        "sequence": sequence,
        "partitionkey": key,
    }
    if fact.flow:
        envelope["correlationid"] = fact.flow
    if fact.cause:
        envelope["causationid"] = fact.cause
    objects = [{"type": kind, "id": name} for kind, name in fact.about.items()]
    envelope["data"] = fact.data | {"objects": objects, "synthetic": True}
    return msgspec.json.encode(envelope) + b"\n"

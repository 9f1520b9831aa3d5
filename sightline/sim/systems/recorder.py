# SPDX-License-Identifier: AGPL-3.0-or-later
"""The company's systems take down what happened: facts become lines of CloudEvents."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sightline.sim.engine.draws import Keys, Stream, mixed
from sightline.sim.engine.facts import Many
from sightline.sim.engine.labels import Labels
from sightline.sim.engine.moments import Ints
from sightline.sim.engine.world import Hour
from sightline.sim.profile import Run
from sightline.sim.systems import ids
from sightline.sim.systems.envelopes import sequences, ties
from sightline.sim.systems.item_kinds import ItemKinds
from sightline.sim.systems.naming import Naming
from sightline.sim.systems.one_by_one import OneByOne
from sightline.sim.systems.order_kinds import OrderKinds
from sightline.sim.systems.recorded import FULL, KIND_AT, Recorded, none_recorded
from sightline.sim.systems.sources import Sources
from sightline.sim.systems.spelling import Piece, joined, looked_up, stamps
from sightline.sim.systems.spelt import Spelt

if TYPE_CHECKING:
    from sightline.sim.cast.cast import Cast

MOST_AT_ONCE = 1 << 16


class Recorder:
    """Records the facts of an hour.

    Nothing is taken down before the hour that brings it, so what one call returns is never
    older than what an earlier one did.
    """

    def __init__(self, cast: "Cast", labels: Labels, run: Run) -> None:
        self.sources = Sources(cast)
        self._labels = labels
        self._delay = Stream(run.seed, "record/delay")
        self._naming = Naming(cast)
        self._source_texts = pa.array(self.sources.names)
        self._spell = (
            OrderKinds(cast, self.sources, self._naming).by_kind
            | ItemKinds(cast, self.sources, self._naming).by_kind
        )
        self._one_by_one = OneByOne(self.sources, self._delay, labels)

    def lines(self, hour: Hour) -> Recorded:
        """Return the events of `hour`, in no order."""
        parts = [self._one_by_one.lines(hour.one, hour.at)] if hour.one else []
        for many in hour.many:
            parts += [self._many(part, hour.at) for part in _cut(many)]
        return Recorded.joined(parts) if parts else none_recorded()

    def _many(self, many: Many, first: int) -> Recorded:
        spelt = self._spell[many.kind](many.at, many.columns)
        source = looked_up(self._source_texts, spelt.source)
        names = joined(source, "/", *spelt.name).cast(pa.binary()).to_pylist()
        found = ids.digests(names)
        bits, texts = ids.bits_of(found), ids.texts_of(found)
        self._saw(many, texts)
        recorded = self.recorded(many.at, spelt.source, spelt.together, first)
        tie = ties(many.kind, bits)
        kind = np.full(len(tie), KIND_AT[many.kind])
        key = looked_up(self._naming.items, spelt.item)
        stated = (texts, source, FULL[kind[0]], stamps(many.at), stamps(recorded))
        line = joined(*_enveloped(*stated, sequences(recorded, tie), key, spelt))
        return Recorded(
            *(many.at, recorded, tie, bits, spelt.source, kind, texts, key),
            line.cast(pa.binary()),
        )

    def recorded(self, at: Ints, source: Ints, together: Keys, first: int) -> Ints:
        """Return when each is recorded, µs."""
        bits = self._delay.bits(mixed(together, at.astype(np.uint64)), 0)
        return np.asarray(np.maximum(at + self.sources.delays(source, bits), first))

    def _saw(self, many: Many, texts: pa.Array) -> None:
        for row, label in many.labels.items():
            self._labels.saw(label, texts[row].as_py(), int(many.at[row]))


def _cut(many: Many) -> list[Many]:
    """Return `many` in parts that are not too large for one array of texts."""
    if len(many.at) <= MOST_AT_ONCE:
        return [many]
    return [_slice(many, at, at + MOST_AT_ONCE) for at in range(0, len(many.at), MOST_AT_ONCE)]


def _slice(many: Many, first: int, last: int) -> Many:
    columns: Mapping[str, Ints] = many.columns
    return Many(
        many.kind,
        many.at[first:last],
        {name: values[first:last] for name, values in columns.items()},
        {row - first: label for row, label in many.labels.items() if first <= row < last},
    )


def _enveloped(  # noqa: PLR0913, PLR0917  one for each attribute
    event_id: pa.Array,
    source: pa.Array,
    full: str,
    time: pa.Array,
    recorded: pa.Array,
    sequence: pa.Array,
    key: pa.Array,
    spelt: Spelt,
) -> list[Piece]:
    flow: list[Piece] = ['","correlationid":"', spelt.flow] if len(spelt.flow) else []
    return [
        '{"specversion":"1.0","id":"',
        event_id,
        '","source":"',
        source,
        f'","type":"{full}","time":"',
        time,
        '","recordedtime":"',
        recorded,
        '","sequence":"',
        sequence,
        '","partitionkey":"',
        key,
        *flow,
        '","data":{',
        *spelt.data,
        ',"synthetic":true}}\n',
    ]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Exact inventory positions of one log partition, a batch at a time.

The state is a function of the set of events seen (EVENTS §4): movements add up, documents
are read as a whole by their laws, counts are anchors. What a batch changes is posted as
signed changes per item-location and business hour, so that late events restate history.
"""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa

from streams.logic import lines, report
from streams.logic.anchors import Moment
from streams.logic.batch import journal_rows, kinds, long_ties, relevant
from streams.logic.changes import Changes
from streams.logic.counting import Counting
from streams.logic.deltas import Deltas
from streams.logic.fields import Field
from streams.logic.journal import Journal, reversible
from streams.logic.kinds import LINE_COLUMN, Doc, Kind
from streams.logic.ledger import Ledger
from streams.logic.line_names import LineNames, by_document
from streams.logic.lines import Opened, OpenLines, Undone
from streams.logic.lookback import Lookback
from streams.logic.movements import movements, post
from streams.logic.near_counts import NearCounts
from streams.logic.open_supply import OpenSupply
from streams.logic.pairs import Names, Pairs
from streams.logic.reconciling import Statements
from streams.logic.recount import recount
from streams.logic.restated import latest
from streams.logic.restating import Moved
from streams.logic.rows import HOUR_MS
from streams.logic.runs import Block, take
from streams.logic.stated import reconciliations


@dataclass(slots=True)
class PartitionState:
    """Everything that one log partition knows about its item-locations.

    Attributes
    ----------
    part, gen
        Log partition and stream generation, repeated on every row.
    again
        As in `streams.logic.deltas.Deltas`, for the next batch.
    targets
        Keys of `reversed_at`, in order: looked up by every batch, whatever their number.
    suspects
        Pairs of events that are set aside as suspect, by the events' keys.
    """

    part: int
    gen: int
    pairs: Pairs = field(default_factory=Pairs)
    sources: Names = field(default_factory=Names)
    journal: Journal = field(default_factory=Journal)
    ledger: Ledger = field(default_factory=Ledger)
    names: dict[Doc, LineNames] = field(default_factory=by_document)
    reversed_at: dict[int, int] = field(default_factory=dict)
    targets: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    counting: Counting = field(default_factory=Counting)
    near: NearCounts = field(default_factory=NearCounts)
    statements: Statements = field(default_factory=Statements)
    lookback: Lookback = field(default_factory=Lookback)
    seen: report.Seen = field(default_factory=report.Seen)
    suspects: dict[int, int] = field(default_factory=dict)
    again: bool = False

    def apply(self, table: pa.Table, restated: Block | None = None) -> Changes:
        """Take in a batch of fresh events; return the rows that changed.

        Parameters
        ----------
        table
            Canonical columns plus ``off``; without duplicates of earlier events. May be empty.
        restated
            Quantities that events of this batch or of earlier ones have from now on: arrays
            ``event`` (key), ``q`` and ``short`` (ten-thousandths), ``off`` of the cause, and
            ``gone`` where it counts for nothing, as if it had never come.
        """
        out = Deltas(again=self.again)
        opened = self._take_in(table, out)
        if restated is not None and len(restated["event"]):
            opened += self._restate(latest(restated), out)
        return self._report(out, opened)

    def _take_in(self, table: pa.Table, out: Deltas) -> list[Opened]:
        """Take in the events of a batch."""
        table = relevant(table)
        kind = kinds(table)
        if not kind.all():
            table, kind = table.filter(pa.array(kind != 0)), kind[kind != 0]
        if not len(kind):
            return []
        batch = journal_rows(table, kind, self.pairs, self.sources)
        self._grow()
        for name in ("pair", "to"):
            out.touch(batch[name], batch["time"] // HOUR_MS, batch["off"])
        is_reversal = batch["kind"] == Kind.REVERSED
        rows = take(batch, ~is_reversal)
        undone = self._undo(take(batch, is_reversal))
        revoked = self._revoked(take(batch, is_reversal), undone)
        for names in self.names.values():
            names.learn(table, batch)
        self.journal.append(rows)
        self.journal.long_ties |= long_ties(table, batch["event"])
        opened = self._post_lines(batch, revoked, undone, out)
        self._post_movements(rows, revoked, int(batch["off"].max()), out)
        self.seen.note(batch)
        return opened

    def current(self) -> pa.Table:
        """Return the position of every item-location of this partition."""
        return report.positions(self, np.arange(len(self.pairs)))

    def _grow(self) -> None:
        self.ledger.grow(len(self.pairs))
        self.seen.grow(len(self.pairs))
        self.counting.grow(len(self.pairs))
        self.near.grow(len(self.pairs))
        self.statements.grow(len(self.pairs))
        self.lookback.grow(self.counting.last_seen)

    def _undo(self, reversals: Block) -> Undone:
        """Remember the reversals of a batch; the earliest one of an event counts."""
        if not len(reversals["time"]):
            return Undone(self.reversed_at, self.reversed_at)
        before = dict(self.reversed_at)
        targets, times = reversals["target"].tolist(), reversals["time"].tolist()
        for target, time in zip(targets, times, strict=True):
            self.reversed_at[target] = min(time, self.reversed_at.get(target, time))
        self.targets = np.union1d(self.targets, reversals["target"])
        return Undone(before, self.reversed_at)

    def _revoked(self, reversals: Block, undone: Undone) -> Block | None:
        """Return known rows whose reversal is new or now earlier, with its offset."""
        target = np.unique(reversals["target"])
        changed = [t for t in target.tolist() if undone.before.get(t) != undone.after[t]]
        rows = self.journal.where("event", np.array(changed, np.uint64)) if changed else None
        if rows is None:
            return None
        rows = take(rows, reversible(rows))
        known = np.array([each in undone.before for each in rows["event"].tolist()], bool)
        order = np.argsort(reversals["target"], kind="stable")
        at = np.searchsorted(reversals["target"][order], rows["event"], "right") - 1
        return rows | {"was_reversed": known, "by": reversals["off"][order][at]}

    def _post_lines(
        self, batch: Block, revoked: Block | None, undone: Undone, out: Deltas
    ) -> list[Opened]:
        read = partial(self.journal.read, sources=self.sources)
        posting = lines.Posting(out, undone, read, self.pairs.loc)
        by = dict[int, int]()
        if revoked is not None:
            by = dict(zip(revoked["event"].tolist(), revoked["by"].tolist(), strict=True))
        opened = list[Opened]()
        for doc in LINE_COLUMN:
            touched = [b["doc"][b["docs"] == doc] for b in (batch, revoked) if b is not None]
            keys = np.unique(np.concatenate(touched))
            every = self.journal.of_lines(doc, keys[keys != 0])
            if every is None or not len(every["off"]):
                continue
            is_new = every["off"] >= batch["off"][0]
            every["is_new"] = is_new
            every["reversed"] = self.is_reversed(every)
            every["touched_by"] = lines.touched_by(every, is_new, by)
            opened += lines.post(doc, every, posting)
        return opened

    def _restate(self, news: Block, out: Deltas) -> list[Opened]:
        """Read known events with other quantities: post the difference to what was read."""
        touched = self.journal.as_written("event", news["event"])
        if touched is None:
            self.journal.restated.learn(news)
            return []
        cause = news["off"][np.searchsorted(news["event"], touched["event"])]
        touched["touched_by"] = cause
        written = self._lines_of(touched)
        old, before = self._counting_for(touched, written)
        self.journal.restated.learn(news)
        new, after = self._counting_for(touched, written)
        self._move_anew(old, new, out)
        self._note_suspects(touched, news)
        read = partial(self.journal.read, sources=self.sources)
        undone = Undone(self.reversed_at, self.reversed_at)
        posting = lines.Posting(out, undone, read, self.pairs.loc)
        return [
            line
            for doc in written
            for line in lines.reread(doc, before[doc], after[doc], touched, posting)
        ]

    def _note_suspects(self, rows: Block, news: Block) -> None:
        """Note which item-locations have an event that is set aside as suspect."""
        if "why" not in news:
            return
        at = np.searchsorted(news["event"], rows["event"])
        told = news["why"][at].tolist()
        events, pairs = rows["event"].tolist(), rows["pair"].tolist()
        for event, pair, why in zip(events, pairs, told, strict=True):
            if why == "suspect":
                self.suspects[event] = pair
            elif why == "settled":
                self.suspects.pop(event, None)
        self.seen.touch(rows["pair"], rows["touched_by"])

    def _counting_for(
        self, rows: Block, written: dict[Doc, Block]
    ) -> tuple[Block, dict[Doc, Block]]:
        """Return rows and lines as they count by what is restated so far."""
        read = self.journal.restated.read
        return read(rows), {doc: read(every) for doc, every in written.items()}

    def _lines_of(self, rows: Block) -> dict[Doc, Block]:
        """Return every event of the lines that `rows` belong to, as it was written."""
        found = {}
        for doc in LINE_COLUMN:
            keys = np.unique(rows["doc"][(rows["docs"] == doc) & (rows["doc"] != 0)])
            every = self.journal.lines_as_written(doc, keys)
            if every is not None:
                found[doc] = every
        return found

    def _move_anew(self, old: Block, new: Block, out: Deltas) -> None:
        """Post movements as they now are instead of as they were."""
        concerned = [np.zeros(0, np.int64)]
        for sign, rows in ((-1, old), (1, new)):
            alive = take(rows, ~self.is_reversed(rows))
            post(alive, movements(alive), sign, alive["touched_by"], out)
            counted = rows["pair"][rows["kind"] == Kind.COUNTED]
            concerned += [movements(rows).pair, counted]
            self.statements.note(rows, movements(rows), known=True)
        odd = np.unique(np.concatenate(concerned))
        last = max(int(rows["touched_by"].max(initial=0)) for rows in (old, new))
        self.lookback.forget(self.counting.last_seen)
        if len(odd):
            self._count_anew(odd, last, out)
        self.near.weigh(self, odd)
        self.seen.touch(odd, np.full(len(odd), last, np.uint64))

    def is_reversed(self, rows: Block) -> np.ndarray:
        """Return which of `rows` are known to be reversed."""
        first = np.searchsorted(self.targets, rows["event"])
        last = np.searchsorted(self.targets, rows["event"], "right")
        return np.asarray((first < last) & reversible(rows))

    def _post_movements(
        self, rows: Block, revoked: Block | None, last: int, out: Deltas
    ) -> None:
        """Post what moves stock, then what counts make of it."""
        alive = take(rows, ~self.is_reversed(rows))
        moved = movements(alive)
        post(alive, moved, 1, alive["off"], out)
        line, odd = self.counting.sort_out(alive, moved)
        self.lookback.note(alive, moved)
        self.statements.take_in(rows)
        self.statements.note(alive, moved)
        if revoked is not None:
            gone = take(revoked, ~revoked["was_reversed"])
            taken_back = movements(gone)
            post(gone, taken_back, -1, gone["by"], out)
            self.statements.note(gone, taken_back, known=True)
            counted = gone["pair"][gone["kind"] == Kind.COUNTED]
            odd = np.unique(np.concatenate((odd, taken_back.pair, counted)))
            line = take(line, ~np.isin(line["pair"], odd))
        moments = partial(self.journal.moments, sources=self.sources)
        on_hand = self.ledger.totals[:, Field.ON_HAND]
        self.counting.post_plain(line, alive, on_hand, moments, out)
        if len(odd):
            self._count_anew(odd, last, out)
        counted = line["pair"][line["is_count"]]
        beside = self.near.beside(self, alive, moved)
        self.near.weigh(self, np.unique(np.concatenate((odd, counted, beside))))

    def _count_anew(self, pairs: np.ndarray, off: int, out: Deltas) -> None:
        self.counting.post_anew(pairs, off, partial(recount, self), self.sources.one, out)

    def moments(self, rows: Block) -> list[Moment]:
        """Return the place of known `rows` in the order of events."""
        whole = rows | self.journal.aside_of(rows)
        return self.journal.moments(whole, self.sources)

    def _report(self, out: Deltas, opened: list[Opened]) -> Changes:
        posted = out.by_hour()
        hours = self.ledger.post(posted)
        self.seen.touch(hours.pair, hours.off)
        compared = self.statements.compare(self, self.near.fresh())
        return Changes(
            report.positions(self, self.seen.fresh()),
            report.hours(self, hours),
            report.open_lines(self, [each for each in opened if isinstance(each, OpenLines)]),
            reconciliations(self, compared),
            report.open_supply(self, [each for each in opened if isinstance(each, OpenSupply)]),
            Moved(posted, hours),
        )

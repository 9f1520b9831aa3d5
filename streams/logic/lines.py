# SPDX-License-Identifier: AGPL-3.0-or-later
"""Document lines touched by a batch: what they change in positions, and what stays open."""

from collections.abc import Iterator
from functools import partial
from itertools import compress
from typing import NamedTuple, Protocol

import numpy as np

from streams.logic import open_supply, order_line, plain_lines, po_line, transfer_line
from streams.logic.arrays import order_of
from streams.logic.deltas import Deltas
from streams.logic.fields import Field
from streams.logic.kinds import Doc
from streams.logic.open_supply import OpenSupply, to_be_told
from streams.logic.order_line import Place
from streams.logic.rows import HOUR_MS, Law, Row, history
from streams.logic.runs import Block, take


class Read(Protocol):
    """Turns journal rows into what the laws read."""

    def __call__(self, rows: Block, *, reversed_at: dict[int, int]) -> list[Row]:
        """Return `rows` with the time of their reversal, where they have one."""
        ...


class OpenLines(NamedTuple):
    """Order lines that are open now or were before the batch; one entry per line."""

    doc: np.ndarray
    pair: np.ndarray
    outstanding: np.ndarray
    reserved: np.ndarray
    due: np.ndarray
    off: np.ndarray


Opened = OpenLines | OpenSupply


class Undone(NamedTuple):
    """Time of the earliest reversal per reversed event, before and after the batch."""

    before: dict[int, int]
    after: dict[int, int]


class Posting(NamedTuple):
    """Where a batch's changes go, and what is needed to read them.

    Attributes
    ----------
    read
        Turns journal rows into what the laws read.
    place
        Gives the location of a pair.
    """

    out: Deltas
    undone: Undone
    read: Read
    place: Place


class Change(NamedTuple):
    """One line read in two ways.

    Attributes
    ----------
    key
        Key of the line.
    before, after
        Its events as they were read, and as they are to be read.
    since
        First hour, since 1970, in which the readings can differ.
    off
        Offset of what changed it.
    """

    key: int
    before: list[Row]
    after: list[Row]
    since: int
    off: int


def post(doc: Doc, rows: Block, posting: Posting) -> list[Opened]:
    """Post what the batch changes through lines of kind `doc`; return those open or closed.

    Parameters
    ----------
    rows
        Every event of the touched lines in order of arrival, with ``is_new`` (it came with
        this batch), ``reversed`` and ``touched_by`` (offset; 0 when the batch left it alone).
    """
    rows = take(rows, order_of(rows["doc"]))
    first = np.flatnonzero(np.diff(rows["doc"], prepend=~rows["doc"][:1]))
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(rows["doc"])))
    plain = plain_lines.is_plain(doc, rows, first, group)
    found: list[Opened] = []
    if plain.any():
        found += _post_plain(doc, take(rows, plain[group]), posting.out)
    if not plain.all():
        found += _post_by_law(doc, take(rows, ~plain[group]), posting)
    return found


def _post_plain(doc: Doc, rows: Block, out: Deltas) -> list[Opened]:
    first = np.flatnonzero(np.diff(rows["doc"], prepend=~rows["doc"][:1]))
    group = np.repeat(np.arange(len(first)), np.diff(first, append=len(rows["doc"])))
    states = plain_lines.STATES[doc](rows, first, group)
    new = rows["is_new"]
    pair = rows["to"] if doc is Doc.TRANSFER_LINE else rows["pair"]
    changes = {name: plain_lines.steps(state, first)[new] for name, state in states.items()}
    out.add(pair[new], rows["time"][new] // HOUR_MS, rows["off"][new], changes)
    if doc is Doc.ORDER_LINE:
        return [_open_plain(rows, states, first, again=out.again)]
    return [open_supply.of_plain(doc, rows, states, first, again=out.again)]


def _open_plain(
    rows: Block, states: plain_lines.States, first: np.ndarray, *, again: bool
) -> OpenLines:
    owed = states[Field.OUTSTANDING]
    at = to_be_told(owed, rows["is_new"], first, again=again)
    due = np.maximum.reduceat(rows["due"], first)
    end = (np.append(first[1:], len(owed)) - 1)[at]
    return OpenLines(
        rows["doc"][end],
        rows["pair"][end],
        owed[end],
        states[Field.RESERVED][end],
        due[at],
        np.maximum.reduceat(rows["off"], first)[at],
    )


def _post_by_law(doc: Doc, rows: Block, posting: Posting) -> list[Opened]:
    found = list[Opened]()
    first = np.flatnonzero(np.diff(rows["doc"], prepend=~rows["doc"][:1]))
    for change in _changes(rows, first, posting):
        found += repost(doc, change, posting)
    return found


def _changes(rows: Block, first: np.ndarray, posting: Posting) -> Iterator[Change]:
    """Yield both readings of each line; all lines are read at once."""
    undone = posting.undone
    now = was = posting.read(rows, reversed_at=undone.after)
    if undone.before is not undone.after:
        was = posting.read(rows, reversed_at=undone.before)
    touched = rows["is_new"] | (rows["touched_by"] > 0)
    times = np.where(touched, rows["time"], np.iinfo(np.int64).max)
    since = np.minimum.reduceat(times, first) // HOUR_MS
    off = np.maximum.reduceat(rows["touched_by"], first)
    columns = (rows["doc"][first], first, np.append(first[1:], len(times)), since, off)
    for key, start, end, hour, cause in zip(*(c.tolist() for c in columns), strict=True):
        is_old = ~rows["is_new"][start:end]
        yield Change(key, [*compress(was[start:end], is_old)], now[start:end], hour, cause)


def reread(doc: Doc, was: Block, now: Block, touched: Block, posting: Posting) -> list[Opened]:
    """Post what other quantities change in lines; return those that are or were open.

    Parameters
    ----------
    was, now
        The events of the lines that counted, and those that count now.
    touched
        The rows with other quantities, with ``touched_by``, the offset of the cause.
    """
    found = list[Opened]()
    for key in np.unique(np.concatenate((was["doc"], now["doc"]))).tolist():
        own, both = touched["doc"] == key, [take(r, r["doc"] == key) for r in (was, now)]
        before, after = (posting.read(r, reversed_at=posting.undone.after) for r in both)
        off = max(
            int(each.max(initial=0))
            for each in (touched["touched_by"][own], *(rows["off"] for rows in both))
        )
        since = int(touched["time"][own].min()) // HOUR_MS
        found += repost(doc, Change(key, before, after, since, off), posting)
    return found


def repost(doc: Doc, change: Change, posting: Posting) -> list[Opened]:
    """Post what makes the one reading of a line the other; return it if it is or was open."""
    laws: dict[Doc, Law] = {
        Doc.ORDER_LINE: partial(order_line.effects, place=posting.place),
        Doc.PO_LINE: po_line.effects,
        Doc.TRANSFER_LINE: transfer_line.effects,
    }
    for sign, events in ((-1, change.before), (1, change.after)):
        for hour, pair, name, moved in history(events, laws[doc], since=change.since):
            posting.out.add_one(pair, hour, change.off, name, sign * moved)
    again = posting.out.again
    if again:
        _touch(change, posting.out)
    readings = (change.before, change.after)
    if doc is not Doc.ORDER_LINE:
        effects = [laws[doc](events) for events in readings]
        if not (again or any(map(open_supply.is_open, effects))):
            return []
        return [*open_supply.of_law(doc, change.key, change.off, *effects)]
    was, now = (order_line.state(events, posting.place) for events in readings)
    return _open_by_law(change.key, change.off, was, now, again=again)


def _touch(change: Change, out: Deltas) -> None:
    """Have every hour and pair told that some reading of the line could have changed."""
    rows = [*change.before, *change.after]
    pairs = {pair for row in rows for pair in (row.pair, row.to) if pair >= 0}
    for hour in {row.time // HOUR_MS for row in rows}:
        for pair in pairs if hour >= change.since else ():
            out.add_one(pair, hour, change.off, Field.ON_HAND, 0)


def _open_by_law(
    doc: int,
    off: int,
    was: order_line.Open | None,
    now: order_line.Open | None,
    *,
    again: bool,
) -> list[Opened]:
    if now is None and was is not None:
        now = was._replace(outstanding=0, reserved=0)
    if now is None or not (again or now.outstanding or (was and was.outstanding)):
        return []
    pair, owed, reserved, due = (np.array([each], dtype=np.int64) for each in now)
    key, last = (np.array([each], dtype=np.uint64) for each in (doc, off))
    return [OpenLines(key, pair, owed, reserved, due, last)]


def touched_by(rows: Block, is_new: np.ndarray, by: dict[int, int]) -> np.ndarray:
    """Return the offset that touched each row in this batch; 0 for a row left alone."""
    touched = np.where(is_new, rows["off"], np.uint64(0))
    for at in (
        np.flatnonzero(np.isin(rows["event"], np.array(list(by), np.uint64))) if by else ()
    ):
        touched[at] = max(int(touched[at]), by[int(rows["event"][at])])
    return touched

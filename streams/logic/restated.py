# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities restated after their events were taken in, such as by a late factor.

A row of the journal never changes. What it counts for is read through here, so that every law
sees the quantity that holds now, exactly as if the event had come with it.
"""

from dataclasses import dataclass, field

import numpy as np

from streams.logic.runs import Block, take


@dataclass(slots=True)
class Restated:
    """The quantities that hold now, by key of the event, in order of the keys.

    Attributes
    ----------
    event
        Keys of events (`streams.logic.batch`), sorted.
    q, short
        Ten-thousandths of the base unit.
    gone
        Whether the event counts for nothing, as if it had never come.
    """

    event: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint64))
    q: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    short: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    gone: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))

    def read(self, rows: Block) -> Block:
        """Return `rows` of the journal that count, with the quantities that hold now."""
        if not len(self.event):
            return rows
        at = np.minimum(np.searchsorted(self.event, rows["event"]), len(self.event) - 1)
        is_mine = self.event[at] == rows["event"]
        if not is_mine.any():
            return rows
        q = np.where(is_mine, self.q[at], rows["q"])
        short = np.where(is_mine, self.short[at], rows["short"])
        found = rows | {"q": q, "short": short}
        gone = is_mine & self.gone[at]
        return take(found, ~gone) if gone.any() else found

    def learn(self, news: Block) -> None:
        """Take in `news`: arrays event, q, short, off and perhaps gone; the last word wins."""
        mine = latest(news)
        event = np.concatenate((self.event, mine["event"]))
        q = np.concatenate((self.q, mine["q"]))
        short = np.concatenate((self.short, mine["short"]))
        gone = np.concatenate((self.gone, mine.get("gone", np.zeros(len(mine["q"]), bool))))
        order = np.argsort(event, kind="stable")
        at = order[np.append(event[order][1:] != event[order][:-1], True)[: len(order)]]
        self.event, self.q, self.short, self.gone = (
            column[at] for column in (event, q, short, gone)
        )


def latest(news: Block) -> Block:
    """Return the last word about each event, in order of their keys."""
    order = np.lexsort((news["off"], news["event"]))
    event = news["event"][order]
    last = np.append(event[1:] != event[:-1], True)[: len(order)]
    return take(news, order[last])

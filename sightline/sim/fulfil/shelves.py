# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every item at every place as a shelf, in order of the book's ``il``, and its shifts."""

import numpy as np

from sightline.sim.cast.cast import Cast
from sightline.sim.engine.book import Book
from sightline.sim.engine.draws import Stream, mixed
from sightline.sim.engine.moments import SECOND, Ints, date_of

CLOSED = -1


class Shelves:
    """Arrays by ``il``.

    Attributes
    ----------
    item, place
        Indices into the cast.
    keys
        Random key of the shelf, uint64.
    abc
        0 for A, 1 for B, 2 for C.
    """

    def __init__(self, cast: Cast) -> None:
        items, places = len(cast.items), len(cast.places)
        self._cast = cast
        self.item: Ints = np.repeat(np.arange(items), places)
        self.place: Ints = np.tile(np.arange(places), items)
        self.keys = mixed(cast.item_keys[self.item], cast.place_keys[self.place])
        self.abc: Ints = cast.item_abc[self.item]

    def __len__(self) -> int:
        """Return the number of shelves."""
        return len(self.item)

    def at_work(self, stream: Stream, day: int, il: Ints) -> Ints:
        """Return a moment of the shift of `day` for each shelf, µs; `CLOSED` without one."""
        opens, closes = self._shifts(day)
        place = self.place[il]
        seconds = (closes[place] - opens[place]) // SECOND
        moment = opens[place] + stream.whole(self.keys[il], day, seconds) * SECOND
        return np.where(opens[place] == CLOSED, CLOSED, moment)

    def _shifts(self, day: int) -> tuple[Ints, Ints]:
        calendars = [self._cast.calendar_of(place) for place in range(len(self._cast.places))]
        hours = [
            (each.opens(day), each.closes(day)) if each.is_open(day) else (CLOSED, CLOSED)
            for each in calendars
        ]
        opens, closes = np.array(hours, dtype=np.int64).T
        return opens, closes

    def code(self, il: int, day: int) -> str:
        """Return item, place and day as a part of ids.

        Such as ``A100/DC1/260105``.
        """
        item = self._cast.items[int(self.item[il])].code
        place = self._cast.places[int(self.place[il])].code
        return f"{item}/{place}/{day_code(day)}"


def truly_free(book: Book, il: int) -> int:
    """Return the free pieces that a hand finds on a shelf: nobody takes what has vanished."""
    on_hand, reserved, hold = book.level[:3, il].tolist()
    return int(on_hand - reserved - hold - max(0, book.leaked[il]))


def day_code(day: int) -> str:
    """Return a day as ids have it.

    >>> day_code(20458)
    '260105'
    """
    return date_of(day).strftime("%y%m%d")

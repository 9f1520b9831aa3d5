# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open lines are kept as columns that grow, and leave when nothing more is needed of them."""

import numpy as np

from sightline.sim.fulfil.rows import FIRST_ROOM, OpenLines


def test_lines_keep_their_values_when_the_columns_grow() -> None:
    # given more lines than there was room for at first
    rows = OpenLines()
    many = FIRST_ROOM + 5
    for first in (0, many):
        rows.append({"item": np.arange(first, first + many), "ordered": np.ones(many, int)})
    # when all are looked at
    # then none is lost or changed
    assert rows.column("item").tolist() == list(range(2 * many))


def test_a_line_leaves_when_it_is_shipped_or_cancelled_and_nothing_is_being_picked() -> None:
    # given a line that is open, one shipped, one cancelled, one overshipped while being picked
    rows = OpenLines()
    rows.append(
        {
            "item": np.arange(4),
            "ordered": np.array([5, 5, 0, 5]),
            "shipped": np.array([4, 5, 0, 5]),
            "picking": np.array([0, 0, 0, 1]),
        }
    )
    # when the lines are tidied up
    gone = rows.tidied()
    # then the two that need nothing more are handed over, the others stay as they were
    assert gone.columns["item"].tolist() == [1, 2]
    assert rows.column("item").tolist() == [0, 3]
    assert rows.column("shipped").tolist() == [4, 5]
    assert len(rows.open()) == 2


def test_a_new_line_does_not_inherit_from_one_that_left() -> None:
    # given a line that has left
    rows = OpenLines()
    rows.append({"item": np.array([1]), "ordered": np.array([1]), "shipped": np.array([1])})
    rows.tidied()
    # when another one comes
    rows.append({"item": np.array([2]), "ordered": np.array([7])})
    # then nothing of it has been shipped
    assert rows.column("shipped").tolist() == [0]

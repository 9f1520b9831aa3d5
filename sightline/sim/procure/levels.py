# SPDX-License-Identifier: AGPL-3.0-or-later
"""How much stock is enough: reorder point, safety stock and target."""

from dataclasses import dataclass

import numpy as np

from sightline.sim.engine.moments import Floats, Ints

REVIEW_DAYS = 1.0  # between two reviews
PAPER_DAYS = 1.5  # from a recommendation to a released order, and from dock to shelf
Z_BY_ABC = np.array([2.05, 1.64, 1.28])  # service of 98, 95 and 90 %
COVER_BY_ABC = np.array([5.0, 9.0, 14.0])  # days that one order lasts


@dataclass(frozen=True, slots=True)
class Levels:
    """Stock levels in pieces; all arrays alike in shape."""

    reorder_point: Ints
    safety: Ints
    target: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What levels follow from, per item and place.

    Attributes
    ----------
    demand, variance
        Pieces on a day, mean and variance.
    lead_days, lead_cv
        From released order to dock.
    z
        Normal quantile of the wanted service.
    cover_days, lot
        What one order shall last for, and the least quantity of it in pieces.
    """

    demand: Floats
    variance: Floats
    lead_days: Floats
    lead_cv: Floats
    z: Floats
    cover_days: Floats
    lot: Ints


def levels(needs: Needs) -> Levels:
    """Return the levels for `needs`.

    References
    ----------
    Silver, Pyke and Thomas (2017), Inventory and production management in supply chains, 4th
    ed., ch. 6: safety stock under variable demand and lead time, periodic review.
    """
    days = needs.lead_days + REVIEW_DAYS + PAPER_DAYS
    by_demand = days * needs.variance
    by_lead = (needs.demand * needs.lead_days * needs.lead_cv) ** 2
    safety = np.ceil(needs.z * np.sqrt(by_demand + by_lead))
    reorder_point = np.ceil(days * needs.demand) + safety
    order = np.maximum(needs.lot, np.ceil(needs.cover_days * needs.demand))
    return Levels(_whole(reorder_point), _whole(safety), _whole(reorder_point + order))


def order_size(short: Ints, pack: Ints, least: Ints) -> Ints:
    """Return whole cases that cover `short` pieces and are no fewer than `least`.

    >>> order_size(np.array([13, 1]), np.array([12, 6]), np.array([12, 30]))
    array([24, 30])
    """
    return np.asarray(-(-np.maximum(short, least) // pack) * pack)


def _whole(pieces: Floats) -> Ints:
    return pieces.astype(np.int64)

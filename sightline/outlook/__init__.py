# SPDX-License-Identifier: AGPL-3.0-or-later
"""What follows from exact positions for the days ahead; pure: no store, no screen, no clock."""

from sightline.outlook.ahead import look_ahead, repeated
from sightline.outlook.balance import Bucket, projected, spread
from sightline.outlook.days import following, grid, horizon, today
from sightline.outlook.promise import available_to_promise, discrete
from sightline.outlook.silence import Habit

__all__ = [
    "Bucket",
    "Habit",
    "available_to_promise",
    "discrete",
    "following",
    "grid",
    "horizon",
    "look_ahead",
    "projected",
    "repeated",
    "spread",
    "today",
]

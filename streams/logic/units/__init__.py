# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities into the base units of their items, by all master records that are known.

What a record changes afterwards is restated, and what it makes convertible is released.
"""

from streams.logic.units.judge import Judged
from streams.logic.units.lessons import Lessons, lessons_of
from streams.logic.units.releases import Releases
from streams.logic.units.restating import Restatement
from streams.logic.units.state import UnitState

__all__ = ["Judged", "Lessons", "Releases", "Restatement", "UnitState", "lessons_of"]

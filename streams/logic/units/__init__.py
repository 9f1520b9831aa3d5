# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities into the base units of their items, by the master records that came before."""

from streams.logic.units.judge import Judged
from streams.logic.units.lessons import Lessons, lessons_of
from streams.logic.units.state import UnitState

__all__ = ["Judged", "Lessons", "UnitState", "lessons_of"]

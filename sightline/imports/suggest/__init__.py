# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mapping help: what the columns of a file probably mean, and a mapping that says so."""

from sightline.imports.suggest.looking import Looked, look
from sightline.imports.suggest.suggestion import (
    Said,
    Suggestion,
    TableGuess,
    check,
    suggest,
    suggest_for,
)

__all__ = [
    "Looked",
    "Said",
    "Suggestion",
    "TableGuess",
    "check",
    "look",
    "suggest",
    "suggest_for",
]

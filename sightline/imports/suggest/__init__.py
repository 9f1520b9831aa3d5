# SPDX-License-Identifier: AGPL-3.0-or-later
"""Mapping help: what the columns of a file probably mean, and a mapping that says so."""

from sightline.imports.suggest.suggestion import Said, Suggestion, TableGuess, suggest

__all__ = ["Said", "Suggestion", "TableGuess", "suggest"]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Import: files become events, in columns, in bounded memory, at most once."""

from sightline.imports.progress import Progress
from sightline.imports.runner import Options, run_import
from sightline.imports.summary import Summary

__all__ = ["Options", "Progress", "Summary", "run_import"]

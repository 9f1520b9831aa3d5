# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quantities that look as if somebody took pieces for packs, or packs for pieces."""

from streams.logic.suspect.state import SuspectState

__all__ = ["SuspectState"]

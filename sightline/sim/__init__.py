# SPDX-License-Identifier: AGPL-3.0-or-later
"""Invented worlds: seeded, repeatable, and marked as synthetic in every event."""

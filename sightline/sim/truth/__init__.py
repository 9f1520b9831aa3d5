# SPDX-License-Identifier: AGPL-3.0-or-later
"""The truth: what the world knows of itself, written down without a look at any event."""

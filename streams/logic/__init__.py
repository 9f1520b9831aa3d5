# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pure functions and numpy states; no engine, no store, no clock, no screen."""

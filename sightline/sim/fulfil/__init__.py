# SPDX-License-Identifier: AGPL-3.0-or-later
"""How orders are served: allocation by rank, waves, picking, shipping, counts, returns."""

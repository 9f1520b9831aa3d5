# SPDX-License-Identifier: AGPL-3.0-or-later
"""How stock comes in: recommendations, planners, purchases, suppliers, transfers."""

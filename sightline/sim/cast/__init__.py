# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who and what the world consists of: items, places, customers, suppliers, people, rules."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Cards: boxes on pages; each reads through `dashboard.data` and draws one thing."""

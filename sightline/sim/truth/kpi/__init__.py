# SPDX-License-Identifier: AGPL-3.0-or-later
"""Every KPI that the world determines, worked out from what it is made of."""

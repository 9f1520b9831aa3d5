# SPDX-License-Identifier: AGPL-3.0-or-later
"""Demand sensing: what customers ask for per day, against what was expected."""

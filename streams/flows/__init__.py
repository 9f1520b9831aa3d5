# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dataflow wiring: named steps only."""

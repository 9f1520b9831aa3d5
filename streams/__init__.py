# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dataflows: events in, positions, demand and dead letters out."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Sightline core: settings, errors, events, the log, the SQL catalogue and the store."""

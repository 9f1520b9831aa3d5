# SPDX-License-Identifier: AGPL-3.0-or-later
"""Object-centric event logs (OCEL 2.0): SQLite, JSON and XML files, with nothing to map."""

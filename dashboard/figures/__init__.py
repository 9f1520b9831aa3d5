# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figure builders: a tidy frame in, a Plotly figure or a DOT graph out; no queries, no screen.

Each takes ``dark`` and has a sibling that words its content for people who cannot see it.
"""

from dashboard.figures import demand, history, outlook, process_map, trend, waits

__all__ = ["demand", "history", "outlook", "process_map", "trend", "waits"]

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rules: what becomes an exception, once per cause, and when it ends.

A rule is a pure function from rows of the tables to the episodes that they show. `evaluate`
reads the tables, compares with the desk and writes what changed; `tick` adds the pump to the
event log and the delivery of messages.
"""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""Feeds: messages to people and programs, and the way of our own events into the log.

Messages are delivered at least once; ``webhook-id`` is the same for every attempt, so that a
receiver can drop a repetition.
"""

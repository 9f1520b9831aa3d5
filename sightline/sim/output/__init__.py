# SPDX-License-Identifier: AGPL-3.0-or-later
"""Where a world is written to: files, the event log, a paced stream."""

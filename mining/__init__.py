# SPDX-License-Identifier: AGPL-3.0-or-later
"""Process mining: event log in, process facts out."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What our engine is measured against, and the events that both get."""

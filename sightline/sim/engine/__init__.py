# SPDX-License-Identifier: AGPL-3.0-or-later
"""What every part of the world stands on: random streams, clock, agenda, stock, facts."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What happens to events on their way: delay, doubling, loss and resending, outages."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes wrong on purpose, each with its label: X1 to X18, and scenarios of them."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""First aid: what a person does when something is wrong, and before."""

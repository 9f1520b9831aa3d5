# SPDX-License-Identifier: AGPL-3.0-or-later
"""Events: what may happen in the business, how it is written down, how it is read."""

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The world's own books, kept by other code than the product's."""

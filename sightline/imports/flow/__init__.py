# SPDX-License-Identifier: AGPL-3.0-or-later
"""Document flow of SAP (table VBFA): which document followed which, item by item."""

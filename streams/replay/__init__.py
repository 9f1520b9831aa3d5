# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading what happened once more: as known then, tables anew, savepoints, other partitions."""
